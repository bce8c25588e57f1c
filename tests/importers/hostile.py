"""Uploads that mean harm, or mean nothing by being enormous; `python -m tests.importers.hostile` measures those named to it.

It reads a name a line and answers with a line of JSON. Each upload is taken by a process of its own, forked when everything
is imported: what one took, another does not inherit.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from flows.importers.cloudformation import import_template
from flows.topology import compile_topology, validate


def laughs() -> str:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    for before, letter in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{letter}: &{letter} [{','.join(['*' + before] * 10)}]")
    return "\n".join(lines)


def resources(*lines: str) -> str:
    return "Resources:\n" + "\n".join(f"  {line}" for line in lines)


def function(index: int, properties: str) -> str:
    return f"F{index}: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}"


STATEMENT = "{Statement: [{Effect: Allow, Action: 'sqs:*', Resource: 'arn:aws:sqs:*:*:*NUMBER*'}]}"
MACHINE = "{Type: AWS::Serverless::StateMachine, Properties: {DefinitionSubstitutions: {A: TEXT}, Definition: {States: [PLACES]}}}"

UPLOADS: dict[str, Callable[[], str | bytes]] = {
    "malformed": lambda: "Resources:\n  A: [1,\n  B: }",
    "ten megabytes": lambda: "Resources:\n" + "  A: 1\n" * 1_400_000,
    "eleven megabytes": lambda: "Resources:\n" + "  A: 1\n" * 1_600_000,
    "a megabyte of keys": lambda: resources(*(f"K{i}: {{}}" for i in range(80_000))),
    "a megabyte of resources": lambda: resources(*(f"K{i}: {{Type: AWS::SQS::Queue}}" for i in range(25_000))),
    "a thousand brackets": lambda: "Resources: " + "[" * 1000 + "]" * 1000,
    "a million brackets": lambda: "[" * 1_000_000,
    "a thousand indents": lambda: "".join(" " * i + "a:\n" for i in range(1000)),
    "a billion laughs": laughs,
    "not utf-8": lambda: b"Resources:\n  A: \xff",
    "a recursive reference": lambda: resources(
        "A: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt A.QueueName}}"
    ),
    "an id given twice": lambda: resources("A: {Type: AWS::SQS::Queue}", "A: {Type: AWS::SNS::Topic}"),
    "laughing with sub": lambda: (
        f"Parameters: {{P: {{Type: String, Default: {'x' * 100_000}}}}}\n"
        + resources(*(f'Q{i}: {{Type: AWS::SQS::Queue, Properties: {{A: !Sub "${{P}}y"}}}}' for i in range(1500)))
    ),
    "laughing with parameters": lambda: (
        f"Parameters: {{P: {{Type: CommaDelimitedList, Default: '{',' * 100_000}'}}}}\n"
        + resources(*(f"Q{i}: {{Type: AWS::SQS::Queue, Properties: {{A: !Ref P}}}}" for i in range(1500)))
    ),
    "laughing with aliases of long texts": lambda: (
        f"x: &x {'x' * 100_000}\n"
        + resources(*(f"Q{i}: {{Type: AWS::SQS::Queue, Properties: {{A: *x}}}}" for i in range(1500)))
    ),
    "laughing with substitutions": lambda: resources(
        "M: " + MACHINE.replace("TEXT", "x" * 200_000).replace("PLACES", "'${A}'," * 5000)
    ),
    "many topics to many queues": lambda: resources(
        *(
            f"T{i}: {{Type: AWS::SNS::Topic, Properties: {{Subscription: [{{Protocol: sqs, Endpoint: !GetAtt Q{i}.Arn}}]}}}}"
            for i in range(900)
        ),
        *(f"Q{i}: {{Type: AWS::SQS::Queue}}" for i in range(900)),
    ),
    "many functions with policies": lambda: resources(
        *(
            function(i, f"Policies: [{STATEMENT.replace('NUMBER', str(i))}], Environment: {{Variables: {{A: x}}}}")
            for i in range(1500)
        )
    ),
    "many routes": lambda: resources(
        *(function(i, f"Events: {{E: {{Type: Api, Properties: {{Path: /{i}, Method: get}}}}}}") for i in range(1500))
    ),
    "many destinations": lambda: resources(
        "Q: {Type: AWS::SQS::Queue}",
        *(
            function(i, "EventInvokeConfig: {DestinationConfig: {OnFailure: {Destination: !GetAtt Q.Arn}}}")
            for i in range(1500)
        ),
    ),
    "many mappings": lambda: resources(
        *(
            f"Q{i}: {{Type: AWS::SQS::Queue, Properties: {{RedrivePolicy: "
            f"{{deadLetterTargetArn: !GetAtt Q{i + 1}.Arn, maxReceiveCount: 1}}}}}}"
            for i in range(900)
        ),
        "Q900: {Type: AWS::SQS::Queue}",
        *(function(i, f"Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt Q{i}.Arn}}}}}}") for i in range(900)),
    ),
    "many notifications of one bucket": lambda: resources(
        "B: {Type: AWS::S3::Bucket}",
        *(function(i, "Events: {E: {Type: S3, Properties: {Bucket: !Ref B, Events: x}}}") for i in range(1500)),
    ),
    "many stubs": lambda: (
        "Parameters:\n"
        + "".join(f"  P{i}: {{Type: String}}\n" for i in range(1500))
        + resources(
            *(
                f"R{i}: {{Type: AWS::Events::Rule, Properties: {{Targets: [{{Arn: !Sub 'arn:aws:sqs:x:y:${{P{i}}}'}}]}}}}"
                for i in range(1500)
            )
        )
    ),
}


def peak_megabytes() -> float:
    """The peak of this program alone: Linux's `ru_maxrss` still counts what the process was before it became this one."""
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    peak = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), None)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if peak is None else peak) / 1024


def measure(name: str) -> dict:
    made = UPLOADS[name]()
    content = made if isinstance(made, bytes) else made.encode()
    start = time.process_time()
    result = import_template({"template.yaml": content}, "template.yaml")
    if result.document is not None and not any(found.severity == "error" for found in validate(result.document)):
        compile_topology(result.document).as_json()
    return {
        "seconds": time.process_time() - start,
        "megabytes": peak_megabytes(),
        "drawn": result.document is not None,
        "problems": [
            [found.code, found.line, found.path[:40]] for found in result.problems if found.severity == "error"
        ],
    }


def serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            print(json.dumps(measure(line.strip())), flush=True)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            print("null", flush=True)


if __name__ == "__main__":
    serve()
