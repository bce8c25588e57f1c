"""Pass, Choice, Wait, Succeed, Fail: data on its way through, exact instants, causes word by word."""

from __future__ import annotations

import pytest

from flows.asl.ports import Status
from tests.asl.host import run
from tests.asl.machines import a_pass, a_wait, machine

SECOND = 1_000_000


def output(state, input_=None, **more):
    _, execution = run(machine(S=state) | more, input_)
    return execution.output if execution.status is Status.SUCCEEDED else (execution.error, execution.cause)


def in_state(cause, name="S", event=2):
    return f"An error occurred while executing the state '{name}' (entered at the event id #{event}). {cause}"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"a": {"b": 1}}),
        ({"Result": 0}, 0),
        ({"Result": False}, False),
        ({"Result": None}, None),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"OutputPath": None}, {}),
        ({"OutputPath": "$.a.b"}, 1),
        ({"Result": 5, "ResultPath": "$.a.c"}, {"a": {"b": 1, "c": 5}}),
        ({"Result": 5, "ResultPath": None}, {"a": {"b": 1}}),
        (
            {"InputPath": "$.a", "Parameters": {"x.$": "$.b", "y": "$.b"}, "ResultPath": "$.r"},
            {"a": {"b": 1}, "r": {"x": 1, "y": "$.b"}},
        ),
        ({"QueryLanguage": "JSONata"}, {"a": {"b": 1}}),
        ({"QueryLanguage": "JSONata", "Output": {"n": "{% $states.input.a.b + 1 %}", "z": 0}}, {"n": 2, "z": 0}),
        ({"QueryLanguage": "JSONata", "Output": None}, None),
    ],
)
def test_a_pass_transforms_its_data(fields, expected):
    assert output(a_pass(**fields), {"a": {"b": 1}}) == expected


def test_assign_sees_the_variables_as_they_were_and_the_result():
    definition = machine(
        A=a_pass(Assign={"n": 1, "m": 10}),
        B=a_pass(Result=7, Assign={"n.$": "$m", "m.$": "$n", "r.$": "$"}),
        C=a_pass(Parameters={"n.$": "$n", "m.$": "$m", "r.$": "$r"}),
    )
    host, execution = run(definition)
    assert execution.output == {"n": 10, "m": 1, "r": 7}
    exited = [each for each in host.history() if each["type"] == "PassStateExited"][1]["stateExitedEventDetails"]
    assert exited["assignedVariables"] == {"n": "10", "m": "1", "r": "7"}
    assert exited["assignedVariablesDetails"] == {"truncated": False}


def test_a_path_that_leads_nowhere_says_so_in_aws_words():
    cause = in_state("Invalid path '$.nope' : No results for path: $['nope']")
    assert output(a_pass(InputPath="$.nope"), {"a": 1}) == ("States.Runtime", cause)
    assert output({"Type": "Fail", "CausePath": "$.nope"}, {"a": 1}) == (
        "States.Runtime",
        in_state(
            "The JSONPath '$.nope' specified for the field 'CausePath' could not be found in the input '{\"a\":1}'"
        ),
    )


CHOICE = {
    "Type": "Choice",
    "Choices": [
        {"Variable": "$.n", "NumericEquals": 1, "Next": "One", "Assign": {"by": "rule"}},
        {"Variable": "$.n", "NumericEquals": 2, "Next": "One"},
    ],
    "Assign": {"by": "state"},
    "Default": "One",
}


@pytest.mark.parametrize(("n", "by"), [(1, "rule"), (2, "before"), (3, "state")])
def test_a_rule_that_holds_assigns_its_own_and_the_states_own_is_for_the_default(n, by):
    definition = machine(Set=a_pass(Assign={"by": "before"}), C=CHOICE, One=a_pass(Parameters={"by.$": "$by"}))
    assert run(definition, {"n": n})[1].output == {"by": by}


def test_a_choice_without_a_way_out():
    host, execution = run(machine(C={k: v for k, v in CHOICE.items() if k != "Default"}, One=a_pass()), {"n": 9})
    cause = "Failed to transition out of the state. The state does not point to a next state."
    assert (execution.error, execution.cause) == ("States.Runtime", in_state(cause, "C"))
    assert host.types() == ["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"]


def test_a_jsonata_choice_with_an_output_of_its_rule():
    state = {
        "Type": "Choice",
        "QueryLanguage": "JSONata",
        "Choices": [{"Condition": "{% $states.input > 1 %}", "Output": "big", "Next": "Z"}],
    }
    state |= {"Default": "Z", "Output": "small"}
    assert [run(machine(C=state, Z=a_pass()), n)[1].output for n in (2, 1)] == ["big", "small"]
    state["Choices"][0]["Condition"] = "{% 1 %}"
    host, _ = run(machine(C=state, Z=a_pass()), 1)
    assert host.history()[2]["evaluationFailedEventDetails"]["location"] == "Choices[0]/Condition"


@pytest.mark.parametrize(
    ("fields", "input_", "ended_at"),
    [
        ({"Seconds": 3}, {}, 3 * SECOND),
        ({"Seconds": 0}, {}, 0),
        ({"SecondsPath": "$.n"}, {"n": 2}, 2 * SECOND),
        ({"Timestamp": "2026-01-01T00:01:00Z"}, {}, 60 * SECOND),
        ({"Timestamp": "2026-01-01T02:00:30+02:00"}, {}, 30 * SECOND),
        ({"TimestampPath": "$.t"}, {"t": "2026-01-01T00:00:05Z"}, 5 * SECOND),
        ({"Timestamp": "2020-01-01T00:00:00Z"}, {}, 0),
        ({"Seconds": "{% $states.input.n %}", "QueryLanguage": "JSONata"}, {"n": 4}, 4 * SECOND),
        ({"Timestamp": "{% $states.input.t %}", "QueryLanguage": "JSONata"}, {"t": "2026-01-01T00:00:07Z"}, 7 * SECOND),
    ],
)
def test_a_wait_ends_at_its_instant(fields, input_, ended_at):
    _, execution = run(machine(W={"Type": "Wait", **fields}), input_)
    assert (execution.status, execution.output, execution.ended_at) == (Status.SUCCEEDED, input_, ended_at)


@pytest.mark.parametrize(
    ("fields", "value", "cause"),
    [
        ({"SecondsPath": "$.n"}, -1, "The SecondsPath parameter references a negative value: $.n == -1"),
        ({"SecondsPath": "$.n"}, 1.5, "The SecondsPath parameter cannot be parsed as a long value: $.n == 1.5"),
        (
            {"SecondsPath": "$.n"},
            10**9,
            "The SecondsPath parameter references a value greater than 99999999: $.n == 1000000000",
        ),
        ({"SecondsPath": "$.no"}, 1, "The SecondsPath parameter does not reference an input value: $.no"),
        ({"TimestampPath": "$.no"}, 1, "The TimestampPath parameter does not reference an input value: $.no"),
        ({"SecondsPath": "$.n"}, "x", "The SecondsPath parameter cannot be parsed as a long value: $.n == x"),
        (
            {"TimestampPath": "$.n"},
            "2016-13-05T21:29:29Z",
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.n == 2016-13-05T21:29:29Z",
        ),
    ],
)
def test_a_wait_for_what_is_no_time(fields, value, cause):
    assert output({"Type": "Wait", **fields}, {"n": value}) == ("States.Runtime", in_state(cause))


def test_what_jsonata_gives_a_wait_is_checked_too():
    state = {"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $states.input.n %}"}
    error, cause = output(state, {"n": -1})
    assert error == "States.QueryEvaluationError"
    assert "'Seconds'" in cause
    assert output(state, {"n": "x"})[1] == in_state(
        "The JSONata expression '$states.input.n' specified for the field 'Seconds' returned an unexpected result type. "
        "Expected 'number', but was 'string' for value: \"x\""
    )


def test_a_fail_says_what_its_author_wrote():
    assert output({"Type": "Fail"}) == (None, None)
    assert output({"Type": "Fail", "Error": "E", "Cause": "because"}) == ("E", "because")
    assert output(
        {"Type": "Fail", "ErrorPath": "$$.State.Name", "CausePath": "States.Format('no {}', $.x)"}, {"x": 3}
    ) == ("S", "no 3")
    assert output({"Type": "Fail", "QueryLanguage": "JSONata", "Error": "{% $states.input.e %}"}, {"e": "J"}) == (
        "J",
        None,
    )
    assert output({"Type": "Fail", "ErrorPath": "$.e"}, {"e": 4}) == (
        "States.Runtime",
        in_state("ErrorPath must resolve to a string"),
    )


def test_a_succeed_ends_with_its_transformed_input():
    assert output({"Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b"}, {"a": {"b": 1}}) == 1
    assert output({"Type": "Succeed", "QueryLanguage": "JSONata", "Output": "{% $states.input.a %}"}, {"a": 2}) == 2


def test_the_context_object_knows_where_it_is():
    definition = machine(First=a_wait(90), S=a_pass(Parameters={"c.$": "$$"}))
    _, execution = run(definition, {"order": 1})
    assert execution.output["c"] == {
        "Execution": {
            "Id": "arn:aws:states:us-east-1:000000000000:execution:machine:run",
            "Input": {"order": 1},
            "StartTime": "2026-01-01T00:00:00.000Z",
            "Name": "run",
            "RoleArn": "arn:aws:iam::000000000000:role/sfn_role",
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": "arn:aws:states:us-east-1:000000000000:stateMachine:machine", "Name": "machine"},
        "State": {"Name": "S", "EnteredTime": "2026-01-01T00:01:30.000Z"},
    }


def test_a_variable_may_not_be_larger_than_256_kib():
    doubling = machine(
        Set=a_pass(Assign={"v": "x" * 1000}), Grow=a_pass(Assign={"v.$": "States.Array($v, $v)"}, Next="Grow")
    )
    host, execution = run(doubling)
    assert execution.error == "States.DataLimitExceeded"
    assert len(host.types()) < 40
