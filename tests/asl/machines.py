"""Builders of definitions, so that a test says only what it is about."""

from __future__ import annotations

from typing import Any


def machine(**states: Any) -> dict[str, Any]:
    """A machine of the states given, in the order given: each leads to the next unless it says otherwise."""
    names = list(states)
    for here, following in zip(names, [*names[1:], None], strict=True):
        state = states[here]
        if state["Type"] in {"Choice", "Succeed", "Fail"} or "Next" in state or "End" in state:
            continue
        state |= {"Next": following} if following else {"End": True}
    return {"StartAt": names[0], "States": states}


def a_pass(**fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", **fields}


def a_task(resource: str = "arn:aws:states:::sqs:sendMessage", **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, **fields}


def a_wait(seconds: int, **fields: Any) -> dict[str, Any]:
    return {"Type": "Wait", "Seconds": seconds, **fields}


def a_fail(error: str = "Boom", cause: str = "it went off") -> dict[str, Any]:
    return {"Type": "Fail", "Error": error, "Cause": cause}


def a_parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Parallel", "Branches": list(branches), **fields}


def a_map(processor: dict[str, Any], mode: str = "INLINE", **fields: Any) -> dict[str, Any]:
    config = {"Mode": mode} | ({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})
    return {"Type": "Map", "ItemProcessor": {"ProcessorConfig": config, **processor}, **fields}


def retry(*errors: str, **fields: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(errors) or ["States.ALL"], **fields}


def catch(following: str, *errors: str, **fields: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(errors) or ["States.ALL"], "Next": following, **fields}
