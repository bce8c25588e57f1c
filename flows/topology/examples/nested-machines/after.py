# Nothing is left: both machines are definitions.
