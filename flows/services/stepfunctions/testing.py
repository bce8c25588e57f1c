"""TestState: one state on its own, with everything that happens to its data on the way.

Theory of operation. The request is looked over first, in AWS's order and words: the definition, the state's name, the mock, the
context object. Then the interpreter inspects the state (`flows.asl.inspection`). A Task that is not mocked is called for real,
once, and its answer is inspected in a second go. What is told depends on the level: INFO the output, DEBUG and TRACE the
intermediate values too.

Sources: API reference and developer guide, "TestState"; recorded answers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.asl.context import timestamp
from flows.asl.definition import Machine, compile_definition, compile_state
from flows.asl.expressions import MISSING
from flows.asl.inspection import Inspection, Outside
from flows.asl.lint import lint, refusal_text
from flows.asl.ports import Facts
from flows.engine.identifiers import message_id, request_id
from flows.services.ports import Caller, Json, Pending, Refusal
from flows.services.stepfunctions import mocked_context, mocked_results, refusals
from flows.services.stepfunctions.inspected import Asked, inspected, outside_of, told
from flows.services.stepfunctions.lookups import row
from flows.services.stepfunctions.mocking import mock_problem
from flows.services.stepfunctions.payloads import wrong_json
from flows.services.stepfunctions.probe import Probe

if TYPE_CHECKING:
    from flows.services.world import World

ALONE = "StateName"
"""What a state is called when it is given without a machine around it, and in the context object always."""
QUESTIONS_CALL_NOBODY = "TestState calls nobody here: give the task a mock, or ask for TestStateForReal."
LEVELS = ("INFO", "DEBUG", "TRACE")
NEEDS_A_MACHINE = frozenset({"MISSING_TRANSITION_TARGET", "MISSING_END_STATE", "UNREACHABLE_STATES"})
"""What the lint says of a state only because the rest of its machine is not there."""
NOT_ALONE = (
    "TestState API does not support Map or Parallel states. "
    "Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
)
RETRIED = frozenset({"Task", "Parallel", "Map"})


def test_state(world: World, caller: Caller, params: Json) -> Json | Refusal | Pending:
    """A question: it calls nobody, so a task must be mocked."""
    asked = _asked(world, caller, params)
    if isinstance(asked, Refusal):
        return asked
    plain = inspected(asked, Outside())
    if asked.mock is None:
        return refusals.invalid(QUESTIONS_CALL_NOBODY) if _calls(plain) else told(asked, plain)
    outside = outside_of(asked)
    if plain.request is not None and outside.result is not MISSING:
        mode = asked.mock.get("fieldValidationMode") or mocked_results.STRICT
        wrong = mocked_results.problem(plain.request, outside.result, mode)
        if wrong:
            return refusals.invalid(wrong)
    return told(asked, inspected(asked, outside))


def test_state_for_real(world: World, caller: Caller, params: Json) -> Json | Refusal | Pending:
    """The same; a task that is not mocked is called, and the answer comes when it comes."""
    asked = _asked(world, caller, params)
    plain = None if isinstance(asked, Refusal) or asked.mock is not None else inspected(asked, Outside())
    if isinstance(asked, Refusal) or plain is None or plain.request is None or not _calls(plain):
        return test_state(world, caller, params)
    probe = Probe(world, caller, asked, world.promise())
    world.environment.calendar.schedule(world.environment.now_at, probe.call, plain.request)
    return probe.pending


def _calls(inspection: Inspection) -> bool:
    """Whether the state waits for what its task answers."""
    return inspection.request is not None and not inspection.status


# ── looking over ────────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(world: World, caller: Caller, params: Json) -> Asked | Refusal:
    definition = params["definition"]
    given = _json(definition)
    whole = isinstance(given, dict) and "States" in given
    found = _machine(definition, given, whole=whole)
    if isinstance(found, Refusal):
        return found
    name = params.get("stateName") if whole else ALONE
    if params.get("stateName") is not None and not whole:
        return refusals.invalid("State not found in definition")
    state = _state(given, name) if whole else given
    if state is None:
        return refusals.invalid("State not found in definition")
    parts = _parts(params)
    if isinstance(parts, Refusal):
        return parts
    input_, variables, context = parts
    configuration = params.get("stateConfiguration") or {}
    refusal = _mocking(params, state, configuration)
    if refusal is not None:
        return refusal
    facts = _facts(world, caller, params, input_)
    return Asked(
        found,
        str(name),
        state,
        input_,
        variables,
        mocked_context.merged(_context(facts, state, configuration), context),
        facts,
        params.get("inspectionLevel") or "INFO",
        configuration.get("retrierRetryCount") or 0,
        params.get("mock"),
        configuration,
    )


def _mocking(params: Json, state: Json, configuration: Json) -> Refusal | None:
    """What is wrong with the mock, or with there being none."""
    wrong = mock_problem(state, params, configuration)
    if wrong:
        return refusals.invalid(wrong)
    if params.get("mock") is None and state.get("Type") in {"Map", "Parallel"}:
        return Refusal("InvalidDefinition", NOT_ALONE)
    return None


def _machine(definition: str, given: Any, *, whole: bool) -> Machine | Refusal:
    """The machine to test in. A state alone is looked over as the only one of a machine."""
    if whole or not isinstance(given, dict):
        said = refusal_text(lint(definition))
        return Refusal("InvalidDefinition", said) if said else compile_definition(definition)
    found = [each for each in lint({"StartAt": ALONE, "States": {ALONE: given}}) if each.code not in NEEDS_A_MACHINE]
    said = refusal_text(found).replace(f" at /States/{ALONE}", " at ")
    return Refusal("InvalidDefinition", said) if said else compile_state(definition)


def _state(scope: Any, name: Any) -> Json | None:
    """The state of that name, however deep it stands."""
    waiting = [scope]
    while waiting:
        states = waiting.pop().get("States") or {}
        if isinstance(name, str) and isinstance(states.get(name), dict):
            return dict(states[name])
        for state in states.values():
            inner = [state.get("Iterator"), state.get("ItemProcessor"), *(state.get("Branches") or [])]
            waiting.extend(each for each in inner if isinstance(each, dict))
    return None


def _parts(params: Json) -> tuple[Any, Json, Json] | Refusal:
    """Input, variables and context object."""
    level = params.get("inspectionLevel") or "INFO"
    if level not in LEVELS:
        said = f"1 validation error detected: Value '{level}' at 'inspectionLevel' failed to satisfy constraint: "
        return refusals.invalid(f"{said}Member must satisfy enum value set: [{', '.join(LEVELS)}]")
    read: list[Any] = []
    for name in ("input", "variables", "context"):
        value = params.get(name)
        wrong = "" if value is None else wrong_json(value)
        if wrong:
            return refusals.invalid_input(wrong) if name == "input" else refusals.invalid(f"{name}: {wrong}")
        read.append({} if value is None else json.loads(value))
    if not isinstance(read[1], dict):
        return refusals.invalid("Variables must be a JSON object")
    wrong = mocked_context.problem(read[2])
    return refusals.invalid(wrong) if wrong else (read[0], read[1], read[2])


def _facts(world: World, caller: Caller, params: Json, input_: Any) -> Facts:
    """An execution that nobody will find."""
    environment = world.environment
    newest = len(environment.subjects)
    machine, name = request_id(environment.seed, newest), message_id(environment.seed, newest)
    base = f"arn:aws:states:{caller.region}:{caller.account}"
    return Facts(
        id=f"{base}:express:{machine}:{name}",
        name=name,
        machine_id=f"{base}:stateMachine:{machine}",
        machine_name=machine,
        input=input_,
        role_arn=params.get("roleArn") or "",
        started_at=environment.now_at,
        epoch_us=environment.epoch_us,
        redrive_count=-1,
    )


def _context(facts: Facts, state: Json, configuration: Json) -> Json:
    now = timestamp(facts, facts.started_at)
    of_state: Json = {"Name": ALONE, "EnteredTime": now}
    if state.get("Type") in RETRIED:
        of_state["RetryCount"] = configuration.get("retrierRetryCount") or 0
    execution = {
        "Id": facts.id,
        "Input": facts.input,
        "Name": facts.name,
        "RoleArn": facts.role_arn or None,
        "StartTime": now,
    }
    context: Json = {
        "Execution": execution,
        "StateMachine": {"Id": facts.machine_id, "Name": facts.machine_name},
        "State": of_state,
    }
    if str(state.get("Resource", "")).endswith(".waitForTaskToken"):
        context["Task"] = {"Token": facts.name}
    return context


def _json(definition: Any) -> Any:
    try:
        return json.loads(definition)
    except (ValueError, RecursionError, TypeError):
        return None


ROWS = (
    row("TestState", test_state, "definition", mutates=False),
    row("TestStateForReal", test_state_for_real, "definition", may_wait=True, aws=False),
)
