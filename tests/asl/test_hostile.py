"""Definitions that would run for ever, or nest without end, meet a quota, in bounded turns."""

from __future__ import annotations

import json
import pickle

import pytest

from flows.asl import quotas
from flows.asl.definition import InvalidDefinitionError, compile_definition
from flows.asl.expressions.spending import NO_CEILING, SPENT
from flows.asl.ports import Status
from tests.asl.host import SmallHost, facts_of, run
from tests.asl.machines import a_map, a_parallel, a_pass, a_task, a_wait, machine


def test_an_endless_loop_ends_with_the_25000th_event():
    host, execution = run(machine(A=a_pass(), B=a_pass(Next="A")))
    assert (execution.status, execution.error) == (Status.FAILED, "States.Runtime")
    assert execution.cause == "The execution reached the maximum number of history events (25000)."
    last = host.runs[0].history[-1][1]
    assert (last.id, last.previous, last.type) == (25_000, 24_999, "ExecutionFailed")
    assert host.turns == 24_998 // 2 // quotas.STEPS


def test_an_endless_express_loop_ends_when_its_time_is_up_and_others_get_turns():
    host = SmallHost()
    host.again = lambda execution, steps: host.at(steps * 10_000, host.number(execution), "advance", ())
    endless = compile_definition(json.dumps(machine(A=a_pass(), B=a_pass(Next="A"))), "EXPRESS")
    execution = host.begin(endless, facts_of(input_={}))
    other = host.begin(compile_definition(json.dumps(machine(Send=a_task()))), facts_of("other", {}))
    host.run()
    assert (execution.status, execution.ended_at) == (Status.TIMED_OUT, 300_000_000)
    assert (other.status, other.ended_at) == (Status.SUCCEEDED, 0)


def test_a_branch_that_loops_for_ever_does_not_hold_up_the_one_beside():
    loop = machine(A=a_pass(), B=a_pass(Next="A"))
    beside = machine(Send=a_task(), After=a_pass())
    host = SmallHost({"Send": {"rule": "sleep_then_echo", "seconds": 1}})
    host.again = lambda execution, steps: host.at(steps * 400_000, host.number(execution), "advance", ())
    host.begin(compile_definition(json.dumps(machine(Both=a_parallel(loop, beside)))), facts_of(input_={}))
    host.run()
    left = [at for at, event in host.runs[0].history if event.type == "PassStateExited" and event.details[0] == "After"]
    assert left == [1_000_000]


def test_expressions_that_cost_much_end_the_turn(monkeypatch):
    monkeypatch.setattr(quotas, "EXPRESSION_STEPS", 1_000)
    heavy = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $sum([1..2000].($ * 2)) %}"}
    host, execution = run(machine(**{f"S{n}": dict(heavy) for n in range(5)}))
    assert (execution.output, host.turns) == (4_002_000, 4)
    loop = a_map(
        machine(W=a_wait(1)),
        "DISTRIBUTED",
        QueryLanguage="JSONata",
        Items=[1] * 5,
        ItemSelector="{% $sum([1..2000].($ * 2)) %}",
    )
    for more in ({}, {"ItemBatcher": {"MaxItemsPerBatch": 2}}):
        host, execution = run(machine(Each=loop | more))
        assert (execution.status, host.turns) == (Status.SUCCEEDED, 5)


def test_ten_thousand_states_are_compiled_and_run():
    states = {f"S{n}": a_pass() for n in range(10_000)}
    _, execution = run(machine(**states), {"x": 1})
    assert (execution.status, execution.steps) == (Status.SUCCEEDED, 10_000)


def test_a_fan_out_of_fan_outs_ends_at_the_quota_of_events():
    inner = machine(I=a_pass())
    for level in range(4):
        inner = {
            "StartAt": f"M{level}",
            "States": {f"M{level}": a_map(inner, ItemsPath="$$.Execution.Input.items", End=True)},
        }
    _, execution = run(inner, {"items": list(range(40))})
    assert execution.cause == "The execution reached the maximum number of history events (25000)."


def test_what_nests_too_deep_is_refused():
    inner = machine(I=a_pass())
    for level in range(quotas.DEFINITION_DEPTH):
        inner = {"StartAt": f"P{level}", "States": {f"P{level}": a_parallel(inner, End=True)}}
    _, execution = run(inner, {"x": 1})
    assert execution.status is Status.SUCCEEDED
    deeper = {"StartAt": "P", "States": {"P": a_parallel(inner, End=True)}}
    with pytest.raises(InvalidDefinitionError, match="64 deep"):
        compile_definition(json.dumps(deeper))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "3",
        "[" * 100_000,
        "{}",
        '{"StartAt": "A", "States": {}}',
        '{"StartAt": "A", "States": []}',
        '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Nap"}}}',
        '{"StartAt": "A", "States": {"A": 3}}',
        '{"StartAt": "A", "TimeoutSeconds": "x", "States": {"A": {"Type": "Pass", "End": true}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "r:r", "TimeoutSeconds": "5", "End": true}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$[", "End": true}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Map", "End": true}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": 3, "End": true}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": "x", "End": true}}}',
        " " * (quotas.DEFINITION_BYTES + 1),
    ],
)
def test_what_cannot_be_compiled_is_refused_in_words(text):
    with pytest.raises(InvalidDefinitionError, match=r"\S"):
        compile_definition(text)


def test_state_data_may_not_grow_beyond_256_kib():
    doubling = machine(Grow=a_pass(Parameters={"a.$": "$", "b.$": "$"}, Next="Grow"))
    host, execution = run(doubling, {"x": "y" * 1000})
    assert (execution.status, execution.error) == (Status.FAILED, "States.DataLimitExceeded")
    assert len(host.types()) < 30


def test_a_state_that_names_its_input_ten_thousand_times_never_writes_it_out():
    many = {f"k{n}.$": "$" for n in range(10_000)}
    for state in (a_pass(Parameters=many), a_task(Parameters=many), a_pass(Assign=many)):
        _, execution = run(machine(S=state), {"x": "y" * 200_000})
        assert execution.error == "States.DataLimitExceeded"


def test_an_endless_express_loop_without_time_meets_our_own_quota(monkeypatch):
    monkeypatch.setattr(quotas, "EXPRESS_EVENTS", 5_000)
    _, execution = run(machine(A=a_pass(), B=a_pass(Next="A")), kind="EXPRESS")
    assert execution.cause == "The execution reached the maximum number of history events (5000)."


def test_a_value_may_not_nest_deeper_than_it_can_be_carried():
    deeper = machine(In=a_pass(Parameters={"a.$": "$"}, Next="In"))
    host, execution = run(deeper, {})
    assert (execution.error, len(host.types())) == ("States.DataLimitExceeded", 511)
    pickle.dumps(execution)
    json.dumps(host.history())


def test_a_catcher_that_makes_too_much_of_an_error_does_not_catch_itself():
    caught = a_task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Rest", "ResultPath": "$.error"}])
    _, execution = run(
        machine(S=caught, Rest=a_pass()), {"x": "y" * 262_120}, answers={"S": {"rule": "fail", "error": "Boom"}}
    )
    assert execution.error == "States.DataLimitExceeded"


def test_answers_nobody_waits_for_change_nothing():
    host, execution = run(machine(Send=a_task(), Rest=a_pass()))
    written = len(host.types())
    for answer in (execution.task_succeeded, execution.items_read):
        answer(1, {})
    execution.woken(1)
    execution.task_failed(77, "Boom", None)
    execution.abort("too", "late")
    execution.woken(0)
    assert (len(host.types()), execution.status) == (written, Status.SUCCEEDED)


def test_a_choice_of_thousands_of_heavy_rules_is_stopped_after_two_turns_worth_of_steps(monkeypatch):
    monkeypatch.setattr(quotas, "EXPRESSION_STEPS", 20_000)
    rule = {"Condition": "{% $sum([1..2000].($ * 2)) < 0 %}", "Next": "End"}
    choice = {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [rule] * 2_000, "Default": "End"}
    before = SPENT.steps
    _, execution = run({"StartAt": "Choose", "States": {"Choose": choice, "End": {"Type": "Succeed"}}})
    assert (execution.status, execution.error) == (Status.FAILED, "States.QueryEvaluationError")
    assert SPENT.steps - before < 100_000
    assert SPENT.ceiling == NO_CEILING
