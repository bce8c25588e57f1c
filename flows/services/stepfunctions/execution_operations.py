"""Executions: started, stopped, described, listed, and told event by event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.ports import Status
from flows.services.ports import NO_LINK, Caller, Json, Pending, Refusal
from flows.services.stepfunctions import refusals
from flows.services.stepfunctions.account import account_of
from flows.services.stepfunctions.describing import described, stamp
from flows.services.stepfunctions.lookups import execution_of, machine_of, page, paged, row
from flows.services.stepfunctions.machine import Machine, Start
from flows.services.stepfunctions.quotas import QUOTAS
from flows.services.stepfunctions.run import Run

if TYPE_CHECKING:
    from flows.services.world import World

LISTED = (
    "executionArn",
    "stateMachineArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "mapRunArn",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
    "redriveCount",
    "redriveDate",
)


def _started(world: World, caller: Caller, params: Json) -> tuple[Machine, Run] | Refusal:
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return found
    machine, qualifier = found
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, machine.node)
    text = params.get("input")
    start = Start(
        "{}" if text is None else text,
        params.get("name") or "",
        qualifier,
        link,
        caller.parent,
        caller.request,
        caller.cause,
        str(params.get("traceHeader") or ""),
        relayed=world.topology.nodes[caller.node].service == "states",
    )
    run = machine.start(start)
    return run if isinstance(run, Refusal) else (machine, run)


def start_execution(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _started(world, caller, params)
    if isinstance(found, Refusal):
        return found
    _, run = found
    return {"executionArn": run.arn, "startDate": stamp(run, run.started_at)}


def start_sync_execution(world: World, caller: Caller, params: Json) -> Refusal | Pending:
    """An Express execution, answered with its end."""
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return found
    if not found[0].express:
        return refusals.type_not_supported()
    started = _started(world, caller, params)
    if isinstance(started, Refusal):
        return started
    run = started[1]
    run.waiting = world.promise()
    return run.waiting


def stop_execution(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """One that is over already is answered as if it were stopped now was asked in vain: with the date of its end."""
    run = execution_of(world, params["executionArn"])
    if isinstance(run, Refusal):
        return run
    error, cause = params.get("error"), params.get("cause")
    for name, value, limit in (("error", error, QUOTAS.error), ("cause", cause, QUOTAS.cause)):
        if value is not None and (not isinstance(value, str) or len(value) > limit):
            return refusals.invalid(f"{name} must be a text of at most {limit} characters.")
    if run.express:
        return refusals.type_not_supported()
    if run.running:
        run.stop(error, cause)
    return {"stopDate": stamp(run, max(run.stopped_at, 0))}


def describe_execution(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    run = execution_of(world, params["executionArn"])
    if isinstance(run, Refusal):
        return run
    answer = described(run)
    if params.get("includedData") == "METADATA_ONLY":
        for name in ("input", "output", "inputDetails", "outputDetails", "error", "cause"):
            answer.pop(name, None)
    return answer


def list_executions(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Newest first: of a machine (a version, an alias), or of a map run."""
    found = _listed(world, params)
    if isinstance(found, Refusal):
        return found
    status, redriven = params.get("statusFilter"), params.get("redriveFilter")
    if status is not None and status not in [*Status, "PENDING_REDRIVE"]:
        said = f"1 validation error detected: Value '{status}' at 'statusFilter' failed to satisfy constraint: "
        wanted = "RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE"
        return refusals.invalid(f"{said}Member must satisfy enum value set: [{wanted}]")
    runs = [
        run
        for run in reversed(found)
        if (status is None or run.status == status)
        and (redriven is None or (redriven == "REDRIVEN") == (run.redrives > 0))
    ]
    shown = page(params, runs, "executions")
    if isinstance(shown, Refusal):
        return shown
    rows, token = shown
    return paged("executions", [_row(run) for run in rows], token)


def _listed(world: World, params: Json) -> list[Run] | Refusal:
    """Those that are asked for, oldest first."""
    of_map_run, arn = params.get("mapRunArn"), params.get("stateMachineArn")
    if (of_map_run is None) == (arn is None):
        return refusals.invalid("Exactly one of stateMachineArn or mapRunArn must be specified.")
    if of_map_run is not None:
        map_run = account_of(world).map_runs.get(str(of_map_run))
        return refusals.no_such_resource(of_map_run) if map_run is None else list(map_run.children.values())
    found = machine_of(world, arn)
    if isinstance(found, Refusal):
        return found
    machine, qualifier = found
    if machine.express:
        return refusals.type_not_supported()
    if qualifier and isinstance(machine.routed(qualifier), Refusal):
        return refusals.no_such_resource()
    return [run for run in machine.runs.values() if not qualifier or arn in {run.version_arn, run.alias_arn}]


def _row(run: Run) -> Json:
    said = described(run)
    row = {name: said[name] for name in LISTED if name in said}
    return {**row, "itemCount": run.items} if run.of is not None else row


def get_execution_history(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    run = execution_of(world, params["executionArn"])
    if isinstance(run, Refusal):
        return run
    data = params.get("includeExecutionData")
    bodies = world.environment.bodies
    rows = run.history.rows(bodies, run.machine.stamp, data=data is None or bool(data))
    if params.get("reverseOrder"):
        rows.reverse()
    shown = page(params, rows, f"history:{run.arn}:{bool(params.get('reverseOrder'))}")
    return shown if isinstance(shown, Refusal) else paged("events", *shown)


ROWS = (
    row("StartExecution", start_execution, "stateMachineArn"),
    row("StartSyncExecution", start_sync_execution, "stateMachineArn", may_wait=True),
    row("StopExecution", stop_execution, "executionArn"),
    row("DescribeExecution", describe_execution, "executionArn", mutates=False),
    row("ListExecutions", list_executions, mutates=False),
    row("GetExecutionHistory", get_execution_history, "executionArn", mutates=False),
)
