"""The context object: `$$` and `$states.context`.

It is made only when an expression asks for it. Which members it has depends on where it is asked (Developer Guide,
"Accessing execution data from the Context object", and recorded cases): RetryCount in states that can be retried, Task only
once there is a token, Map inside of an iteration and its ItemSelector.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.asl.frames import Frame
from flows.asl.ports import Facts, Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(facts: Facts, at: int) -> str:
    """An instant as AWS writes it: milliseconds, Z."""
    moment = _EPOCH + timedelta(microseconds=facts.epoch_us + at)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def context_object(facts: Facts, frame: Frame, state: str, *, retried: bool, item: Json = None) -> dict[str, Json]:
    """The context object of a state; `item` is that of an iteration about to begin, before its frame is there."""
    execution: dict[str, Json] = {
        "Id": facts.id,
        "Input": facts.input,
        "StartTime": timestamp(facts, facts.started_at),
        "Name": facts.name,
        "RoleArn": facts.role_arn,
    }
    if facts.redrive_count >= 0:
        execution["RedriveCount"] = facts.redrive_count
    if facts.redriven_at >= 0:
        execution["RedriveTime"] = timestamp(facts, facts.redriven_at)
    of_state: dict[str, Json] = {"Name": state, "EnteredTime": timestamp(facts, frame.entered_at)}
    if retried:
        of_state["RetryCount"] = frame.attempt
    context: dict[str, Json] = {
        "Execution": execution,
        "StateMachine": {"Id": facts.machine_id, "Name": facts.machine_name},
        "State": of_state,
    }
    item = frame.item if item is None else item
    if item is not None:
        context["Map"] = {"Item": item}
    if frame.token:
        context["Task"] = {"Token": frame.token}
    return context
