"""Whatever is said to Step Functions, the answer is an output or one of AWS's errors, and nothing breaks."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.ports import Answer, Pending
from flows.services.stepfunctions.operations import OPERATIONS
from tests.builders import SECOND
from tests.services.states_cast import a_run, execution_arn, machine_arn, states

WAITS = states(Wait={"Type": "Wait", "Seconds": 5, "End": True})
NAMES = (
    "stateMachineArn",
    "executionArn",
    "name",
    "definition",
    "input",
    "roleArn",
    "type",
    "taskToken",
    "output",
    "activityArn",
    "mapRunArn",
    "maxResults",
    "nextToken",
    "resourceArn",
    "tags",
    "tagKeys",
    "routingConfiguration",
    "stateMachineAliasArn",
    "stateMachineVersionArn",
    "publish",
    "mock",
    "context",
    "stateConfiguration",
    "stateName",
    "maxConcurrency",
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False)
    | st.sampled_from(
        [
            "",
            "x",
            "\ud800",
            "{}",
            "[1]",
            machine_arn(),
            f"{machine_arn()}:1",
            execution_arn("one"),
            json.dumps(WAITS),
            json.dumps({"Type": "Pass", "End": True}),
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["key", "a", "result"]), inner, max_size=2)
    ),
    max_leaves=3,
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(OPERATIONS)), st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6))
def test_every_operation_answers_whatever_it_is_told(operation, params):
    run = a_run(WAITS)
    run.start()
    answer = run.simulation.call(run.simulation.world.caller("Mallory"), "states", operation, params)
    assert isinstance(answer, Answer | Pending)
    run.simulation.run_until(SECOND)
    run.simulation.digest()


def test_a_definition_of_a_million_characters_is_refused_at_once():
    run = a_run(WAITS)
    definition = json.dumps(states(Wait={"Type": "Pass", "Comment": "x" * 1_100_000, "End": True}))
    params = {"name": "big", "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/r"}
    assert run.no("states:CreateStateMachine", **params)[0] == "InvalidDefinition"
