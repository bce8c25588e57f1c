"""Redrive: a failed execution goes on from the states that failed, as AWS does it, and as people want it.

AWS redrives an execution only as it was: the same definition, the same input, within fourteen days (`RedriveExecution`). The
playground's own operation goes on with another input for what failed, by a corrected definition, whose states are found again by
their names, or from another state of the machine's own that it has been in; the trace says so, because no real execution can be like that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.asl.definition import InvalidDefinitionError
from flows.services.ports import Caller, Json, Refusal
from flows.services.stepfunctions import refusals
from flows.services.stepfunctions.describing import not_redrivable, stamp
from flows.services.stepfunctions.lookups import execution_of, row
from flows.services.stepfunctions.machine_operations import refused_definition
from flows.services.stepfunctions.payloads import wrong_json
from flows.services.stepfunctions.records import REDRIVEN_WITH_CHANGES
from flows.services.stepfunctions.revision import Revision
from flows.services.stepfunctions.run import Redriven, Run

if TYPE_CHECKING:
    from flows.services.world import World

OF_A_MAP_RUN = "Execution is a child of a map run: redrive the execution that began the map run"


def redrive_execution(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """The same client token is the same redrive."""
    run = _redrivable(world, params)
    if isinstance(run, Refusal):
        return run
    token = str(params.get("clientToken") or "")
    if not (token and token == run.redrive_token):
        reason = not_redrivable(run)
        if reason:
            return refusals.not_redrivable(reason)
        run.redrive_token = token
        run.redrive()
    return {"redriveDate": stamp(run, run.redriven_at)}


def redrive_with_changes(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """{executionArn, input? (of what failed, or of fromState), definition?, fromState?} → {redriveDate}. Without a definition, the
    machine's present one; without an input, `fromState` gets the one it had last.
    """
    run = _redrivable(world, params)
    if isinstance(run, Refusal):
        return run
    reason = not_redrivable(run)
    if reason:
        return refusals.not_redrivable(reason)
    refusal = _not_visited(run, params)
    revision = refusal or _revision(run, params)
    if isinstance(revision, Refusal):
        return revision
    given: tuple[object, ...] = ()
    if params.get("input") is not None:
        wrong = wrong_json(params["input"])
        if wrong:
            return refusals.invalid_input(wrong)
        given = (json.loads(params["input"]),)
    at = str(params.get("fromState") or "")
    if at and not given:
        given = (json.loads(_last_input(run, at)),)
    changed = Redriven(revision is not run.revision, given, at)
    run.revision = revision
    run.redrive(changed)
    environment = world.environment
    what = (
        environment.bodies.number(params["input"]) if params.get("input") is not None else 0,
        environment.bodies.number(revision.text) if changed.definition else 0,
        at,
    )
    environment.recorder.write(
        REDRIVEN_WITH_CHANGES, run.machine.node, run.subject, caller.request, caller.cause, run.redrives, what
    )
    return {"redriveDate": stamp(run, run.redriven_at)}


def _not_visited(run: Run, params: Json) -> Refusal | None:
    """Only a state of the machine's own that the execution has been in can be begun at: its input is known."""
    at = params.get("fromState")
    if at is None or at == "":
        return None
    if not isinstance(at, str) or at not in json.loads(run.revision.text)["States"] or not _last_input(run, at):
        return refusals.invalid(f"The execution has not been in a state {at!r} of the machine's own.")
    return None


def _last_input(run: Run, state: str) -> str:
    """What the state was last entered with, "" if it never was."""
    rows = run.history.rows(run.machine.world.environment.bodies, str)
    entered = (row["stateEnteredEventDetails"] for row in reversed(rows) if row["type"].endswith("StateEntered"))
    return next((str(details["input"]) for details in entered if details["name"] == state), "")


def _redrivable(world: World, params: Json) -> Run | Refusal:
    run = execution_of(world, params["executionArn"])
    if isinstance(run, Refusal):
        return run
    return refusals.not_redrivable(OF_A_MAP_RUN) if run.of is not None else run


def _revision(run: Run, params: Json) -> Revision | Refusal:
    """The definition to go on by: the one given, or the machine's present one."""
    definition = params.get("definition")
    if definition is None:
        revision = run.machine.revision if run.machine.revision.text != run.revision.text else run.revision
    else:
        refusal = refused_definition(definition, run.kind)
        if refusal is not None:
            return refusal
        revision = Revision(definition, run.kind, run.revision.role_arn, run.machine.world.environment.now_at)
    try:
        names = revision.machine.names
    except InvalidDefinitionError as error:
        return refusals.invalid_definition(str(error))
    standing = [str(params["fromState"])] if params.get("fromState") else run.halted
    missing = next((state for state in standing if state not in names), None)
    return revision if missing is None else refusals.invalid(f"The definition has no state '{missing}' to go on from.")


ROWS = (
    row("RedriveExecution", redrive_execution, "executionArn"),
    row("RedriveExecutionWithChanges", redrive_with_changes, "executionArn", aws=False),
)
