"""Errors of a running execution: their names, and which of them a Retrier or Catcher takes.

Theory of operation. Something that goes wrong in a state is a value, `Failure`: AWS's error name, the cause as AWS words it
and, for JSONata, the field that failed. It is carried by one exception, `StateFailedError`, from where it is found to the
one place that decides between Retry, Catch and the end (failing.py).

Which names match (specification, "Errors"; Developer Guide, "Handling errors"; recorded cases): `States.Runtime` is never
taken, not even by its own name; `States.ALL` takes everything else; `States.TaskFailed` takes everything but a timeout; a
missed heartbeat is reported as States.Timeout and is taken under that name and as States.HeartbeatTimeout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ALL = "States.ALL"
RUNTIME = "States.Runtime"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
EXCEEDED_TOLERATED_FAILURES = "States.ExceedToleratedFailureThreshold"
ITEM_READER_FAILED = "States.ItemReaderFailed"

EXCEEDED_CAUSE = "The specified tolerated failure threshold was exceeded"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a state failed. `of_task`: its own failure event (TaskFailed, …) is written already."""

    error: str | None
    cause: str | None = None
    location: str = ""
    heartbeat: bool = False
    of_task: bool = False

    @property
    def final(self) -> bool:
        """Neither retried nor caught: the execution ends at once."""
        return self.error == RUNTIME

    def output(self) -> dict[str, str]:
        """The error output a Catcher passes on: both members, whatever was said."""
        return {"Error": self.error or "", "Cause": self.cause or ""}


class StateFailedError(Exception):
    """Carries a failure whose cause still lacks the state's name and the number of the event that entered it."""

    def __init__(self, error: str, cause: str, location: str = "") -> None:
        super().__init__(cause)
        self.error = error
        self.cause = cause
        self.location = location


class HistoryFullError(Exception):
    """The execution may write only one more event, the one that says that it failed."""


def an_object(value: Any, location: str) -> dict[str, Any]:
    """The value of a field that has to be an object; only JSONata can make it another (our words)."""
    if not isinstance(value, dict):
        raise StateFailedError(QUERY_EVALUATION_ERROR, f"{location} must resolve to an object", location)
    return value


def takes(names: Sequence[str], failure: Failure) -> bool:
    """Whether an ErrorEquals takes the failure."""
    if failure.final:
        return False
    error = failure.error
    for name in names:
        if name in {error, ALL}:
            return True
        if name == TASK_FAILED and error != TIMEOUT:
            return True
        if name == HEARTBEAT_TIMEOUT and failure.heartbeat:
            return True
    return False


def history_cause(limit: int) -> str:
    """What the last event of an execution says that has written too many."""
    return f"The execution reached the maximum number of history events ({limit})."


def variables_too_large(state: str) -> str:
    """DataLimitExceeded's cause for variables (our words: AWS documents the limits, not the sentence)."""
    return f"The state '{state}' assigned variables with a size exceeding the maximum number of bytes service limit."


def input_too_large(what: str) -> str:
    """DataLimitExceeded's cause for what is handed on to a task, branch or iteration (our words, likewise)."""
    return (
        f"The state/task '{what}' was given an input with a size exceeding the maximum number of bytes service limit."
    )


def too_large(what: str) -> str:
    """DataLimitExceeded's cause, as recorded."""
    return f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."
