"""Executions as AWS describes them: DescribeExecution, StartSyncExecution, ListExecutions, and nested ones to their parents."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.asl.ports import Status
from flows.services.dates import iso
from flows.services.ports import Json
from flows.services.stepfunctions.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run

Stamp: TypeAlias = "Callable[[Run, int], Any]"
BILLED_US = 100_000
MEMORY_MB = 64


def stamp(run: Run, at: int) -> str:
    """An instant as operations answer it."""
    return iso(run.machine.world.environment, at)


def described(run: Run, stamp: Stamp = stamp) -> Json:
    """Every fact of an execution, in AWS's spelling and alphabetical as a nested execution's parent gets them."""
    text = run.machine.world.environment.bodies.text
    said: Json = {
        "executionArn": run.arn,
        "stateMachineArn": run.machine.arn,
        "name": run.name,
        "status": str(run.status),
        "startDate": stamp(run, run.started_at),
        "input": text(run.input),
        "inputDetails": {"included": True},
    }
    if run.stopped_at >= 0:
        said["stopDate"] = stamp(run, run.stopped_at)
    if run.output:
        said |= {"output": text(run.output), "outputDetails": {"included": True}}
    if run.error is not None:
        said["error"] = run.error
    if run.because:
        said["cause"] = text(run.because)
    if run.version_arn:
        said["stateMachineVersionArn"] = run.version_arn
    if run.alias_arn:
        said["stateMachineAliasArn"] = run.alias_arn
    if run.of is not None:
        said["mapRunArn"] = run.of.arn
    if not run.express:
        said |= redrivable(run)
        if run.redriven_at >= 0:
            said["redriveDate"] = stamp(run, run.redriven_at)
    return said


def redrivable(run: Run) -> Json:
    """Whether it may be redriven, and why not."""
    reason = not_redrivable(run)
    if run.of is not None and not run.running and run.status is not Status.SUCCEEDED:
        return {"redriveCount": run.redrives, "redriveStatus": "REDRIVABLE_BY_MAP_RUN"}
    if reason:
        return {"redriveCount": run.redrives, "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
    return {"redriveCount": run.redrives, "redriveStatus": "REDRIVABLE"}


def not_redrivable(run: Run) -> str:
    """Why RedriveExecution refuses; "" if it does not."""
    now = run.machine.world.environment.now_at
    if run.express:
        return "Execution is of an EXPRESS state machine and cannot be redriven"
    if run.running or run.status is Status.SUCCEEDED:
        return f"Execution is {run.status} and cannot be redriven"
    if now - run.stopped_at > QUOTAS.redrivable_us:
        return "Execution has exceeded the redrivable period of 14 days and cannot be redriven"
    if len(run.history) >= QUOTAS.redrivable_events:
        return "Execution history event limit exceeded and cannot be redriven"
    if run.redrives >= QUOTAS.redrives:
        return "Execution has been redriven the maximum number of times and cannot be redriven"
    return ""


def sync_answer(run: Run) -> Json:
    """StartSyncExecution: how it went, and what it costs."""
    said = described(run)
    said.pop("stateMachineVersionArn", None)
    said.pop("stateMachineAliasArn", None)
    length_us = max(run.stopped_at - run.started_at, 1)
    billed_ms = math.ceil(length_us / BILLED_US) * (BILLED_US // 1_000)
    return {**said, "billingDetails": {"billedMemoryUsedInMB": MEMORY_MB, "billedDurationInMilliseconds": billed_ms}}
