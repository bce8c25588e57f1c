"""State machines: made, changed, deleted, described, listed; and a definition looked over without making anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.lint import Diagnostic, lint, refusal_text
from flows.services.ports import Caller, Json, Refusal
from flows.services.stepfunctions import arns, refusals
from flows.services.stepfunctions.account import account_of
from flows.services.stepfunctions.lookups import execution_of, machine_of, machines, page, paged, row
from flows.services.stepfunctions.machine import EXPRESS, STANDARD, Machine
from flows.services.stepfunctions.quotas import QUOTAS
from flows.services.stepfunctions.records import CONFIGURATION_CHANGED, DEFINITION_CHANGED
from flows.services.stepfunctions.revision import Revision
from flows.services.stepfunctions.tagging import tags_of
from flows.services.texts import size_of
from flows.topology.resources.machine import MachineConfig

if TYPE_CHECKING:
    from flows.services.world import World

TYPE = "AWS::StepFunctions::StateMachine"
CONFIGURATIONS = ("loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
DEFAULTS: Json = {
    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
    "tracingConfiguration": {"enabled": False},
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
}
NOTHING_TO_UPDATE = (
    "Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration, or the "
    "TracingConfiguration must be specified"
)
DESCRIBED_ONLY_WHEN_PUBLISHED = "Version description can only be set when publish is true"


def create_state_machine(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, definition = params["name"], params["definition"]
    kind = params.get("type") or STANDARD
    refusal = arns.bad_name(name) or _wrong(params, definition, kind)
    if refusal is not None:
        return refusal
    tags = tags_of(params)
    if isinstance(tags, Refusal):
        return tags
    arn = f"arn:aws:states:{caller.region}:{caller.account}:{arns.MACHINE}:{name}"
    found = machine_of(world, arn)
    if not isinstance(found, Refusal):
        return _created_before(found[0], params, definition, kind)
    if len(machines(world)) >= QUOTAS.state_machines:
        return Refusal("StateMachineLimitExceeded", "The maximum number of state machines has been reached.")
    config = MachineConfig(name, kind, definition, params["roleArn"])
    properties = {"StateMachineName": name, "StateMachineType": kind, "DefinitionString": definition}
    node = world.create(TYPE, name, config, arn=arn, properties=properties, caller=caller)
    machine = world.nouns[node.index]
    assert isinstance(machine, Machine)
    machine.revision.configuration = _configuration(params)
    if tags:
        account_of(world).tags[arn] = tags
    return _created(machine, params)


def _wrong(params: Json, definition: object, kind: object) -> Refusal | None:
    if kind not in {STANDARD, EXPRESS}:
        said = f"1 validation error detected: Value '{kind}' at 'type' failed to satisfy constraint: "
        return refusals.invalid(f"{said}Member must satisfy enum value set: [STANDARD, EXPRESS]")
    if params.get("versionDescription") is not None and not params.get("publish"):
        return refusals.invalid(DESCRIBED_ONLY_WHEN_PUBLISHED)
    return refused_definition(definition, str(kind))


def refused_definition(definition: object, kind: str) -> Refusal | None:
    """Why a definition is refused, in AWS's words."""
    if not isinstance(definition, str) or not 0 < size_of(definition) <= QUOTAS.definition_bytes:
        return refusals.invalid_definition(
            f"INVALID_JSON_DESCRIPTION: a definition is a text of at most {QUOTAS.definition_bytes} bytes"
        )
    said = refusal_text(lint(definition, kind))
    return Refusal("InvalidDefinition", said) if said else None


def _created_before(machine: Machine, params: Json, definition: str, kind: str) -> Json | Refusal:
    """The same again is the same machine; anything else is a machine of that name."""
    revision = machine.revision
    same = (revision.text, revision.kind, revision.role_arn) == (definition, kind, params["roleArn"])
    if not same or revision.configuration != _configuration(params):
        return refusals.machine_exists(machine.arn)
    return _created(machine, params)


def _created(machine: Machine, params: Json) -> Json:
    answer: Json = {"stateMachineArn": machine.arn, "creationDate": machine.stamp(machine.made_at)}
    if params.get("publish"):
        version = machine.publish(str(params.get("versionDescription") or ""))
        answer["stateMachineVersionArn"] = f"{machine.arn}:{version.number}"
    return answer


def _configuration(params: Json) -> Json:
    return {name: params[name] for name in CONFIGURATIONS if params.get(name) is not None}


def update_state_machine(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return found
    machine, old = found[0], found[0].revision
    if params.get("definition") is None and params.get("roleArn") is None and not _configuration(params):
        return refusals.missing(NOTHING_TO_UPDATE)
    definition = params.get("definition") if params.get("definition") is not None else old.text
    refusal = _wrong(params, definition, machine.kind)
    if refusal is not None:
        return refusal
    now = world.environment.now_at
    configuration = {**old.configuration, **_configuration(params)}
    new = Revision(str(definition), machine.kind, params.get("roleArn") or old.role_arn, now, configuration)
    if new.id != old.id:
        machine.revision = new
        machine.changed = True
        _record(machine, caller, old)
    answer: Json = {"updateDate": machine.stamp(now), "revisionId": machine.revision.id}
    if params.get("publish"):
        version = machine.publish(str(params.get("versionDescription") or ""))
        answer["stateMachineVersionArn"] = f"{machine.arn}:{version.number}"
    return answer


def _record(machine: Machine, caller: Caller, old: Revision) -> None:
    environment, new = machine.world.environment, machine.revision
    write = environment.recorder.write
    if new.text != old.text:
        detail = (new.id, environment.bodies.number(new.text))
        write(DEFINITION_CHANGED, machine.node, 0, caller.request, caller.cause, 0, detail)
    if new.role_arn != old.role_arn:
        write(CONFIGURATION_CHANGED, machine.node, 0, caller.request, caller.cause, 0, ("roleArn", new.role_arn))
    for name in CONFIGURATIONS:
        if new.configuration.get(name) != old.configuration.get(name):
            said = str(new.configuration.get(name))
            write(CONFIGURATION_CHANGED, machine.node, 0, caller.request, caller.cause, 0, (name, said))


def delete_state_machine(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """Gone at once here; what runs, runs to its end. One that is not there is deleted all the same."""
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return found if found.code == "InvalidArn" else {}
    account_of(world).tags.pop(found[0].arn, None)
    world.remove(found[0].node, caller)
    return {}


def describe_state_machine(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = machine_of(world, params["stateMachineArn"])
    if isinstance(found, Refusal):
        return found
    machine, qualifier = found
    if not qualifier:
        answer = described(machine, machine.revision, params)
        if machine.changed:
            answer["revisionId"] = machine.revision.id
        return answer
    routed = machine.routed(qualifier)
    if isinstance(routed, Refusal):
        return routed
    revision, version_arn, _ = routed
    version = machine.versions[int(version_arn.rpartition(":")[2])]
    answer = {**described(machine, revision, params), "stateMachineArn": version_arn, "revisionId": revision.id}
    answer["creationDate"] = machine.stamp(version.made_at)
    return {**answer, "description": version.description} if version.description else answer


def describe_for_execution(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    run = execution_of(world, params["executionArn"])
    if isinstance(run, Refusal):
        return run
    machine, revision = run.machine, run.revision
    answer = described(machine, revision, params)
    for name in ("type", "status", "creationDate"):
        del answer[name]
    answer["updateDate"] = machine.stamp(revision.made_at)
    if machine.changed:
        answer["revisionId"] = revision.id
    if run.of is not None:
        answer |= {"mapRunArn": run.of.arn, "label": run.of.label}
    return answer


def described(machine: Machine, revision: Revision, params: Json) -> Json:
    answer: Json = {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": "DELETING" if machine.deleting else "ACTIVE",
        "definition": revision.text,
        "roleArn": revision.role_arn,
        "type": machine.kind,
        "creationDate": machine.stamp(machine.made_at),
        **DEFAULTS,
        **revision.configuration,
    }
    if params.get("includedData") == "METADATA_ONLY":
        del answer["definition"]
    return answer


def list_state_machines(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    rows = [
        {
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "type": machine.kind,
            "creationDate": machine.stamp(machine.made_at),
        }
        for machine in machines(world)
    ]
    found = page(params, rows, "machines")
    return found if isinstance(found, Refusal) else paged("stateMachines", *found)


def validate_definition(_world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Everything that is wrong with a definition."""
    definition, wanted = params["definition"], params.get("maxResults") or QUOTAS.page
    found = lint(str(definition), params.get("type") or STANDARD)
    if params.get("severity", "ERROR") == "ERROR":
        found = [each for each in found if each.severity == "ERROR"]
    rows = [_diagnostic(each) for each in found]
    failed = any(each["severity"] == "ERROR" for each in rows)
    return {"result": "FAIL" if failed else "OK", "diagnostics": rows[:wanted], "truncated": len(rows) > wanted}


def _diagnostic(found: Diagnostic) -> Json:
    said: Json = {"severity": found.severity, "code": found.code, "message": found.message}
    return said if found.location is None else {**said, "location": found.location}


ROWS = (
    row("CreateStateMachine", create_state_machine, "name", "definition", "roleArn"),
    row("UpdateStateMachine", update_state_machine, "stateMachineArn"),
    row("DeleteStateMachine", delete_state_machine, "stateMachineArn"),
    row("DescribeStateMachine", describe_state_machine, "stateMachineArn", mutates=False),
    row("DescribeStateMachineForExecution", describe_for_execution, "executionArn", mutates=False),
    row("ListStateMachines", list_state_machines, mutates=False),
    row("ValidateStateMachineDefinition", validate_definition, "definition", mutates=False),
)
