"""What an expression answers when it has no value: AWS's error name and AWS's sentence.

Theory of operation. An expression knows neither the state it stands in nor the number of the event that entered it; so it raises
its own sentence, and the interpreter puts "An error occurred while executing the state '…' (entered at the event id #…). " before
it (`in_state`). `location` is the field as AWS's EvaluationFailed event names it; only JSONata has one.

Sources: the causes recorded in executions (scenarios, assign, choice_operators), the developer guide's pages "Handling errors" and
"Transforming data with JSONata"; the reasons after "Invalid path" are those of Jayway's JsonPath, which Step Functions uses.
"""

from __future__ import annotations

from typing import Any

from flows.asl.expressions.texts import to_text

RUNTIME = "States.Runtime"
INTRINSIC_FAILURE = "States.IntrinsicFailure"
PARAMETER_PATH_FAILURE = "States.ParameterPathFailure"
RESULT_PATH_MATCH_FAILURE = "States.ResultPathMatchFailure"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"


class ExpressionError(Exception):
    """A simulated failure of an expression: the error's name, its cause without the state, and the field."""

    def __init__(self, error: str, cause: str, location: str = "") -> None:
        super().__init__(cause)
        self.error = error
        self.cause = cause
        self.location = location


class InvalidExpressionError(ValueError):
    """An expression that cannot be compiled; the message says why. The lint tells it before anything runs."""


def in_state(cause: str, state: str, entered: int) -> str:
    """The cause as history events and DescribeExecution show it."""
    return f"An error occurred while executing the state '{state}' (entered at the event id #{entered}). {cause}"


def json_text(value: Any) -> str:
    """A value as AWS prints it in a cause: compact JSON. What is nested too deeply to be written is an ellipsis."""
    try:
        return to_text(value)
    except RecursionError:
        return "…"
