"""An execution in the middle of anything can be put in a box: what comes after is the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import SECOND, url
from tests.services.states_cast import StatesRun, a_run, states

INVOKE = "arn:aws:states:::lambda:invoke"
TOKEN = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "TimeoutSeconds": 7,
    "Parameters": {"QueueUrl": url("orders"), "MessageBody": {"token.$": "$$.Task.Token"}},
}
CATCHES = {"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "End"}]}
LEAVES: list[dict[str, Any]] = [
    {"Type": "Pass"},
    {"Type": "Wait", "Seconds": 2},
    {"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName": "pay"}, "ResultPath": None},
    {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": "refuse"},
        "Retry": [{"ErrorEquals": ["CardDeclined"], "IntervalSeconds": 1, "MaxAttempts": 1, "JitterStrategy": "FULL"}],
        **CATCHES,
    },
    {**TOKEN, **CATCHES},
]


class Namer:
    """State names are unique in a machine."""

    def __init__(self) -> None:
        self.count = 0

    def line(self, bodies: list[dict[str, Any]]) -> dict[str, Any]:
        """These states one after the other; every Catch leads to the last one."""
        self.count += 1
        number = self.count
        end = f"End{number}"
        names = [f"S{number}.{index}" for index in range(len(bodies))]
        found: dict[str, Any] = {}
        for index, body in enumerate(bodies):
            state = json.loads(json.dumps(body))
            for branch in state.pop("branches", []):
                state.setdefault("Branches", []).append(self.line(branch))
            if "items" in state:
                mode = {"ProcessorConfig": {"Mode": state.pop("mode")}}
                if mode["ProcessorConfig"]["Mode"] == "DISTRIBUTED":
                    mode["ProcessorConfig"]["ExecutionType"] = "STANDARD"
                state["ItemProcessor"] = {**mode, **self.line(state.pop("items"))}
            for catcher in state.get("Catch", []):
                catcher["Next"] = end
            state["Next"] = names[index + 1] if index + 1 < len(names) else end
            found[names[index]] = state
        found[end] = {"Type": "Pass", "End": True}
        return {"StartAt": next(iter(found)), "States": found}


leaf = st.sampled_from(LEAVES)


def nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    line = st.lists(inner, min_size=1, max_size=2)
    parallel = st.builds(
        lambda branches: {"Type": "Parallel", "branches": branches, "ResultPath": None, **CATCHES},
        st.lists(line, min_size=1, max_size=2),
    )
    mapped = st.builds(
        lambda items, mode, most: {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"items.$": "$.items"},
            "items": items,
            "mode": mode,
            "MaxConcurrency": most,
            "ResultPath": None,
            **CATCHES,
        },
        line,
        st.sampled_from(["INLINE", "INLINE", "DISTRIBUTED"]),
        st.sampled_from([0, 1]),
    )
    return parallel | mapped


machines = st.lists(st.recursive(leaf, nested, max_leaves=4), min_size=1, max_size=3).map(
    lambda bodies: Namer().line(bodies)
)
END = 600 * SECOND
"""Tasks that nobody answers, one after the other in maps within maps, take minutes."""


def answer_tokens(run: StatesRun) -> None:
    """A consumer sends every other token back."""
    for index, message in enumerate(run.receive()):
        if index % 2 == 0:
            run.command("states:SendTaskSuccess", taskToken=json.loads(message["Body"])["token"], output="1")


def played(machine: dict[str, Any], boxes: frozenset[int]) -> StatesRun:
    """The machine to its end, put in a box before the steps of these numbers."""
    run = a_run(machine)
    run.start(input_={"items": [1, 2]})
    step = 0
    while (at := run.simulation.next_at) is not None and at <= END:
        if step in boxes:
            run.again()
        run.simulation.step()
        step += 1
        if step % 4 == 0:
            answer_tokens(run)
    run.until(END)
    return run


@settings(max_examples=25, deadline=None)
@given(machines, st.frozensets(st.integers(0, 60), min_size=1, max_size=6))
def test_a_machine_out_of_a_box_does_the_same(machine, boxes):
    plain, boxed = played(machine, frozenset()), played(machine, boxes)
    assert boxed.simulation.digest() == plain.simulation.digest()
    assert boxed.describe() == plain.describe()
    assert boxed.history(maxResults=1000) == plain.history(maxResults=1000)
    assert plain.describe()["status"] != "RUNNING"
    plain.balanced()


def test_a_callback_inside_a_parallel_inside_a_map_survives_every_step():
    inner = Namer()
    machine = inner.line(
        [
            {
                "Type": "Map",
                "ItemsPath": "$.items",
                "mode": "INLINE",
                "items": [{"Type": "Parallel", "branches": [[LEAVES[4]], [LEAVES[1]]]}],
            }
        ]
    )
    plain, boxed = played(machine, frozenset()), played(machine, frozenset(range(500)))
    assert boxed.simulation.digest() == plain.simulation.digest()
    assert boxed.describe()["status"] == "SUCCEEDED"
    assert {event["type"] for event in plain.history()} >= {"TaskSubmitted", "TaskSucceeded", "TaskTimedOut"}


def test_a_definition_never_enters_a_box():
    run = a_run(states(Wait={"Type": "Wait", "Seconds": 5, "End": True}))
    run.start()
    run.until(SECOND)
    execution = next(iter(run.simulation.world.shared["states"].runs.values())).execution
    assert execution is not None
    assert not {"machine", "host", "_states"} & execution.__getstate__().keys()
    run.again()
    run.until(10 * SECOND)
    assert run.describe()["status"] == "SUCCEEDED"
