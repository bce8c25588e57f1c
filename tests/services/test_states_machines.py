"""State machines: made, changed, versioned, aliased, deleted."""

from __future__ import annotations

import json

import pytest

from tests.builders import ACCOUNT, REGION, SECOND, Run, a_topology
from tests.services.states_cast import ROLE, machine_arn, states

PASS = json.dumps(states(A={"Type": "Pass", "Result": 1, "End": True}))
OTHER = json.dumps(states(A={"Type": "Pass", "Result": 2, "End": True}))


def empty() -> Run:
    return Run(a_topology())


def made(run: Run, name: str = "m", definition: str = PASS, **params) -> str:
    return run.ok("states:CreateStateMachine", name=name, definition=definition, roleArn=ROLE, **params)[
        "stateMachineArn"
    ]


def outputs(run: Run, arn: str, *names: str) -> list[str]:
    started = [run.ok("states:StartExecution", stateMachineArn=arn, name=name)["executionArn"] for name in names]
    run.until(run.simulation.now_at + SECOND)
    return [run.ok("states:DescribeExecution", executionArn=each)["output"] for each in started]


def test_a_machine_made_while_the_run_goes_runs():
    run = empty()
    arn = made(run)
    assert arn == machine_arn("m")
    assert outputs(run, arn, "one") == ["1"]
    assert run.ok("states:DescribeStateMachine", stateMachineArn=arn) == {
        "stateMachineArn": arn,
        "name": "m",
        "status": "ACTIVE",
        "definition": PASS,
        "roleArn": ROLE,
        "type": "STANDARD",
        "creationDate": "2026-01-01T00:00:00.000Z",
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }


def test_the_same_machine_again_is_the_same_and_another_of_its_name_is_refused():
    run = empty()
    arn = made(run)
    assert made(run) == arn
    params = {"name": "m", "definition": OTHER, "roleArn": ROLE}
    assert run.no("states:CreateStateMachine", **params) == (
        "StateMachineAlreadyExists",
        f"State Machine Already Exists: '{arn}'",
    )


def test_a_definition_is_refused_with_all_that_is_wrong():
    definition = json.dumps(states(A={"Type": "Pass", "Next": "B"}, C={"Type": "Nonsense"}))
    code, message = empty().no("states:CreateStateMachine", name="m", definition=definition, roleArn=ROLE)
    assert code == "InvalidDefinition"
    assert message.startswith("Invalid State Machine Definition: '")
    assert "Missing 'Next' target: B" in message
    assert "/States/C/Type" in message
    found = empty().ok("states:ValidateStateMachineDefinition", definition=definition)
    assert (found["result"], found["truncated"]) == ("FAIL", False)
    assert {row["severity"] for row in found["diagnostics"]} == {"ERROR"}


def test_what_runs_goes_on_by_the_definition_it_began_with():
    run = empty()
    waits = json.dumps(
        states(W={"Type": "Wait", "Seconds": 5, "Next": "A"}, A={"Type": "Pass", "Result": 1, "End": True})
    )
    arn = made(run, definition=waits)
    first = run.ok("states:StartExecution", stateMachineArn=arn, name="one")["executionArn"]
    updated = run.ok("states:UpdateStateMachine", SECOND, stateMachineArn=arn, definition=OTHER)
    assert updated["updateDate"] == "2026-01-01T00:00:01.000Z"
    assert run.ok("states:DescribeStateMachine", stateMachineArn=arn)["revisionId"] == updated["revisionId"]
    assert outputs(run, arn, "two") == ["2"]
    run.until(10 * SECOND)
    assert run.ok("states:DescribeExecution", executionArn=first)["output"] == "1"
    assert run.ok("states:DescribeStateMachineForExecution", executionArn=first)["definition"] == waits
    (changed,) = [row for row in run.records() if row["kind"] == "StatesDefinitionChanged"]
    assert run.simulation.environment.bodies.text(changed["definition"]) == OTHER


def test_versions_stay_and_aliases_divide_between_them():
    run = empty()
    arn = run.ok("states:CreateStateMachine", name="m", definition=PASS, roleArn=ROLE, publish=True)
    assert arn["stateMachineVersionArn"] == f"{machine_arn('m')}:1"
    run.ok("states:UpdateStateMachine", stateMachineArn=machine_arn("m"), definition=OTHER, publish=True)
    routes = [{"stateMachineVersionArn": f"{machine_arn('m')}:{number}", "weight": 50} for number in (1, 2)]
    alias = run.ok("states:CreateStateMachineAlias", name="live", routingConfiguration=routes)["stateMachineAliasArn"]
    assert outputs(run, f"{machine_arn('m')}:1", "v1") == ["1"]
    found = outputs(run, alias, *(f"a{index}" for index in range(40)))
    assert 10 < found.count("1") < 30
    assert found.count("1") + found.count("2") == 40
    listed = run.ok("states:ListStateMachineVersions", stateMachineArn=machine_arn("m"))["stateMachineVersions"]
    assert [row["stateMachineVersionArn"][-1] for row in listed] == ["2", "1"]
    code, message = run.no("states:DeleteStateMachineVersion", stateMachineVersionArn=f"{machine_arn('m')}:1")
    assert code == "ConflictException"
    assert message.endswith("Current list of aliases referencing this version: [live]")
    run.ok("states:DeleteStateMachineAlias", stateMachineAliasArn=alias)
    run.ok("states:DeleteStateMachineVersion", stateMachineVersionArn=f"{machine_arn('m')}:1")
    assert run.no("states:DescribeStateMachineAlias", stateMachineAliasArn=alias)[0] == "ResourceNotFound"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([60, 60], "Sum of routing configuration weights must equal 100. Received: [60, 60]"),
        ([100, 0, 0], "Routing configuration must contain one or two state machine versions."),
    ],
)
def test_what_an_alias_refuses(weights, message):
    run = empty()
    made(run, publish=True)
    run.ok("states:UpdateStateMachine", stateMachineArn=machine_arn("m"), definition=OTHER, publish=True)
    routes = [
        {"stateMachineVersionArn": f"{machine_arn('m')}:{index + 1}", "weight": weight}
        for index, weight in enumerate(weights)
    ]
    assert run.no("states:CreateStateMachineAlias", name="live", routingConfiguration=routes) == (
        "ValidationException",
        message,
    )


def test_a_deleted_machine_starts_nothing_and_what_runs_goes_on():
    run = empty()
    arn = made(run, definition=json.dumps(states(W={"Type": "Wait", "Seconds": 5, "End": True})))
    execution = run.ok("states:StartExecution", stateMachineArn=arn, name="one")["executionArn"]
    run.ok("states:DeleteStateMachine", SECOND, stateMachineArn=arn)
    gone = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
    assert run.no("states:StartExecution", stateMachineArn=arn) == gone
    run.until(10 * SECOND)
    assert run.ok("states:DescribeExecution", executionArn=execution)["status"] == "SUCCEEDED"
    assert run.ok("states:ListStateMachines") == {"stateMachines": []}
    run.ok("states:DeleteStateMachine", stateMachineArn=arn)


def test_tags_come_and_go():
    run = empty()
    arn = made(run, tags=[{"key": "team", "value": "red"}])
    run.ok("states:TagResource", resourceArn=arn, tags=[{"key": "stage", "value": "dev"}])
    run.ok("states:UntagResource", resourceArn=arn, tagKeys=["team"])
    assert run.ok("states:ListTagsForResource", resourceArn=arn) == {"tags": [{"key": "stage", "value": "dev"}]}
    missing = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nobody"
    assert run.no("states:TagResource", resourceArn=missing, tags=[]) == (
        "ResourceNotFound",
        f"Resource not found: '{missing}'",
    )


def test_what_must_be_told_is_asked_for():
    assert empty().no("states:CreateStateMachine", name="m", definition=PASS) == (
        "ValidationException",
        "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    )
    run = empty()
    arn = made(run)
    assert run.no("states:UpdateStateMachine", stateMachineArn=arn)[0] == "MissingRequiredParameter"
