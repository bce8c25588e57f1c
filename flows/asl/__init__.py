"""Amazon States Language: definitions compiled once, run as explicit frames in virtual time.

`definition.compile_definition` makes a `Machine` of a definition; `execution.Execution` runs it through a `ports.Host`;
`history` names what history events say; `expressions` evaluates paths, templates, intrinsics, JSONata and choice rules; `lint`
and `graph` read a definition without running it. Nothing here knows a service, a clock or a trace.
"""
