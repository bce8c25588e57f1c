"""Map runs: what became of the child executions of a distributed Map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.stepfunctions import children, refusals
from flows.services.stepfunctions.account import account_of
from flows.services.stepfunctions.lookups import execution_of, page, paged, row
from flows.services.stepfunctions.map_run import MapRun

if TYPE_CHECKING:
    from flows.services.world import World

UPDATED = ("maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage")


def _map_run(world: World, arn: object) -> MapRun | Refusal:
    return account_of(world).map_runs.get(str(arn)) or refusals.no_such_resource(arn)


def describe_map_run(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _map_run(world, params["mapRunArn"])
    if isinstance(found, Refusal):
        return found
    stamp = found.run.machine.stamp
    answer: Json = {
        "mapRunArn": found.arn,
        "executionArn": found.run.arn,
        "status": str(found.status),
        "startDate": stamp(found.started_at),
        "maxConcurrency": found.max_concurrency,
        "toleratedFailurePercentage": found.tolerated_percentage,
        "toleratedFailureCount": found.tolerated_count,
        "itemCounts": _counts(found, found.items),
        "executionCounts": _counts(found, found.executions),
        "redriveCount": found.redrives,
    }
    if found.stopped_at >= 0:
        answer["stopDate"] = stamp(found.stopped_at)
    if found.redriven_at >= 0:
        answer["redriveDate"] = stamp(found.redriven_at)
    return answer


def _counts(map_run: MapRun, counts: dict[str, int]) -> Json:
    total = sum(counts.values())
    unfinished = counts["failed"] + counts["timedOut"] + counts["aborted"]
    return {
        **counts,
        "total": total,
        "resultsWritten": map_run.results_written,
        "failuresNotRedrivable": 0,
        "pendingRedrive": 0 if map_run.run.running else unfinished,
    }


def update_map_run(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """How many children run at a time, and how many may fail, from now on."""
    found = _map_run(world, params["mapRunArn"])
    if isinstance(found, Refusal):
        return found
    concurrency, count, percentage = (params.get(name) for name in UPDATED)
    if concurrency is None and count is None and percentage is None:
        return refusals.invalid("At least one of maxConcurrency, toleratedFailureCount or toleratedFailurePercentage")
    if any(value is not None and value < 0 for value in (concurrency, count, percentage)):
        return refusals.invalid("maxConcurrency, toleratedFailureCount and toleratedFailurePercentage are not negative")
    found.max_concurrency = found.max_concurrency if concurrency is None else concurrency
    found.tolerated_count = found.tolerated_count if count is None else count
    found.tolerated_percentage = found.tolerated_percentage if percentage is None else percentage
    children.adjust(found)
    return {}


def list_map_runs(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    run = execution_of(world, params["executionArn"])
    if isinstance(run, Refusal):
        return run
    rows = []
    for map_run in account_of(world).map_runs.values():
        if map_run.run is run:
            row: Json = {
                "executionArn": run.arn,
                "mapRunArn": map_run.arn,
                "stateMachineArn": run.machine.arn,
                "startDate": run.machine.stamp(map_run.started_at),
            }
            if map_run.stopped_at >= 0:
                row["stopDate"] = run.machine.stamp(map_run.stopped_at)
            rows.append(row)
    shown = page(params, rows, "map-runs")
    return shown if isinstance(shown, Refusal) else paged("mapRuns", *shown)


ROWS = (
    row("UpdateMapRun", update_map_run, "mapRunArn"),
    row("DescribeMapRun", describe_map_run, "mapRunArn", mutates=False),
    row("ListMapRuns", list_map_runs, "executionArn", mutates=False),
)
