"""Generated machines: put in a box at every step they write the same history, and when they end nothing is left behind."""

from __future__ import annotations

import json
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asl.definition import compile_definition
from flows.asl.ports import Status
from tests.asl.host import SmallHost, facts_of

SECONDS = st.integers(0, 4)
RULES = st.sampled_from(
    [
        {"rule": "echo"},
        {"rule": "sleep_then_echo", "seconds": 3},
        {"rule": "fail", "error": "Boom", "cause": "no"},
        {"rule": "fail", "error": "Bang", "seconds": 1},
        {"rule": "silent"},
    ]
)
RETRIES = st.lists(
    st.fixed_dictionaries(
        {
            "ErrorEquals": st.sampled_from([["Boom"], ["States.ALL"], ["States.Timeout"]]),
            "IntervalSeconds": st.integers(1, 3),
            "MaxAttempts": st.integers(0, 2),
        },
        optional={"JitterStrategy": st.just("FULL"), "BackoffRate": st.sampled_from([1.0, 1.5])},
    ),
    max_size=2,
)


def plain(draw):
    return draw(
        st.one_of(
            st.just({"Type": "Pass"}),
            st.just({"Type": "Pass", "Result": [1, 2, {"a": None}]}),
            st.just(
                {
                    "Type": "Pass",
                    "Parameters": {"in.$": "$", "at.$": "$$.State.EnteredTime"},
                    "Assign": {"seen.$": "$$.State.Name"},
                }
            ),
            SECONDS.map(lambda seconds: {"Type": "Wait", "Seconds": seconds}),
        )
    )


def task(draw):
    pattern = draw(
        st.sampled_from(["sqs:sendMessage", "sqs:sendMessage.waitForTaskToken", "states:startExecution.sync:2"])
    )
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{pattern}", "TimeoutSeconds": draw(st.integers(2, 6))}
    if draw(st.booleans()):
        state["HeartbeatSeconds"] = 2
    return state


@st.composite
def lines(draw, numbers, depth=0):
    """A scope of states with names of its own; every failure may be retried or caught."""
    kinds = ["plain", "task"] + (["parallel", "map", "run"] if depth < 2 else [])
    names = [f"S{next(numbers)}" for _ in range(draw(st.integers(1, 3)))]
    states = {}
    for index, name in enumerate(names):
        kind = draw(st.sampled_from(kinds))
        if kind == "plain":
            state = plain(draw)
        else:
            state = task(draw) if kind == "task" else nested(draw, kind, numbers, depth)
            state["Retry"] = draw(RETRIES)
            if draw(st.booleans()):
                state["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": names[-1]}] if index + 1 < len(names) else []
        states[name] = state | ({"Next": names[index + 1]} if index + 1 < len(names) else {"End": True})
    if draw(st.integers(0, 5)) == 0:
        states[names[-1]] = {"Type": "Fail", "Error": "Boom", "Cause": names[-1]}
    return {"StartAt": names[0], "States": states}


def nested(draw, kind, numbers, depth):
    if kind == "parallel":
        return {
            "Type": "Parallel",
            "Branches": [draw(lines(numbers, depth + 1)) for _ in range(draw(st.integers(1, 3)))],
        }
    mode = "INLINE" if kind == "map" else "DISTRIBUTED"
    config = {"QueryLanguage": "JSONPath", "ProcessorConfig": {"Mode": mode, "ExecutionType": "STANDARD"}}
    items = list(range(draw(st.integers(0, 4))))
    state = {
        "Type": "Map",
        "QueryLanguage": "JSONata",
        "Items": items,
        "ItemProcessor": draw(lines(numbers, depth + 1)) | config,
    }
    if draw(st.booleans()):
        state["MaxConcurrency"] = draw(st.integers(1, 2))
    if kind == "run" and draw(st.booleans()):
        state["ToleratedFailureCount"] = 1
    return state


@st.composite
def cases(draw):
    definition = draw(lines(count())) | {"TimeoutSeconds": 40}
    return definition, {"order": 7}, draw(st.lists(RULES, min_size=1, max_size=6))


def begun(definition, input_, rules):
    host = SmallHost()
    host.answers = Cycle(rules)
    host.begin(compile_definition(json.dumps(definition)), facts_of(input_=input_))
    return host


class Cycle(dict):
    """The rules one after the other, whichever state asks."""

    def __init__(self, rules=()):
        super().__init__()
        self.rules, self.asked = list(rules), 0

    def get(self, _key, _default=None):
        self.asked += 1
        return self.rules[(self.asked // 2) % len(self.rules)]


def told(host):
    """Everything that was written, with its instants; children by their names."""
    return [(run.execution.facts.id, str(run.execution.status), run.execution.error, run.history) for run in host.runs]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_box_at_every_step_changes_nothing(case):
    straight = begun(*case)
    straight.run()
    boxed = begun(*case)
    while boxed.step():
        boxed = boxed.boxed()
    assert told(boxed) == told(straight)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_what_ends_leaves_nothing_behind_and_its_history_is_a_chain(case):
    host = begun(*case)
    host.run()
    assert [run.execution.status for run in host.runs if run.execution.status is Status.RUNNING] == []
    assert (host.timers, host.tasks) == ({}, {})
    for run in host.runs:
        events = [event for _, event in run.history]
        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert all(event.previous < event.id for event in events)
        instants = [at for at, _ in run.history]
        assert instants == sorted(instants)
        opened = sum(event.type.endswith("StateEntered") for event in events)
        closed = sum(event.type.endswith("StateExited") for event in events)
        assert closed <= opened
        if run.execution.status is Status.SUCCEEDED:
            assert run.execution.frames == {}
    started = sum(event.type == "MapRunStarted" for run in host.runs for _, event in run.history)
    assert len(host.map_runs) == started


@settings(max_examples=40, deadline=None)
@given(cases())
def test_a_redrive_of_whatever_failed_ends_too(case):
    host = begun(*case)
    host.run()
    execution = host.runs[0].execution
    if execution.status is Status.SUCCEEDED:
        return
    host.answers = Cycle([{"rule": "echo"}])
    execution.redrive(execution.facts)
    host.run()
    assert execution.status is not Status.RUNNING
    assert (host.timers, host.tasks) == ({}, {})
