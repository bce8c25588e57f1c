"""The fields of the language: which there are, what they may hold, and which exclude each other."""

from __future__ import annotations

import pytest

from flows.asl.lint.language import GROUPS, MACHINE, STATES
from tests.asl.lint.machines import machine, one, said, schema

LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:charge-card"
SQS = "arn:aws:states:::sqs:sendMessage"
INNER = machine({"In": {"Type": "Pass", "End": True}})
WELL_FORMED = {
    "Task": {"Type": "Task", "Resource": LAMBDA},
    "Wait": {"Type": "Wait", "Seconds": 1},
    "Pass": {"Type": "Pass"},
    "Succeed": {"Type": "Succeed"},
    "Fail": {"Type": "Fail"},
    "Parallel": {"Type": "Parallel", "Branches": [INNER]},
    "Map": {"Type": "Map", "ItemProcessor": INNER},
}


@pytest.mark.parametrize("type_", WELL_FORMED)
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_the_smallest_state_of_each_type_is_accepted(type_, language):
    assert said(one(WELL_FORMED[type_], QueryLanguage=language)) == []


@pytest.mark.parametrize(
    ("field", "supported"),
    [("TimeoutSeconds", {"Task"}), ("Retry", {"Task", "Parallel", "Map"}), ("Catch", {"Task", "Parallel", "Map"})],
)
@pytest.mark.parametrize("type_", WELL_FORMED)
def test_a_field_is_refused_where_the_type_does_not_have_it(type_, field, supported):
    value = 5 if field == "TimeoutSeconds" else []
    wanted = [] if type_ in supported else [schema(f"Field '{field}' is not supported", "/States/X")]
    assert said(one({**WELL_FORMED[type_], field: value})) == wanted


@pytest.mark.parametrize(
    ("state", "message", "place"),
    [
        ({"Type": "Pass", "Comment": 7}, "Expected value of type String", "/States/X/Comment"),
        ({"Type": "Pass", "End": "true", "Next": "X"}, "Expected value of type Boolean", "/States/X/End"),
        ({"Type": "Pass", "InputPath": "a"}, "Value must be a valid JSONPath.", "/States/X/InputPath"),
        ({"Type": "Wait"}, "One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]", "/States/X"),
        ({"Type": "Wait", "Seconds": 1, "Timestamp": "2026-11-23T08:00:00Z"}, "Only one of these fields can be given: [Seconds, Timestamp]", "/States/X"),
        ({"Type": "Wait", "Seconds": 10**16}, "Maximum value is 99999999", "/States/X/Seconds"),
        ({"Type": "Wait", "Seconds": -1}, "Minimum value is 0", "/States/X/Seconds"),
        ({"Type": "Wait", "Seconds": True}, "Expected value of type Integer", "/States/X/Seconds"),
        ({"Type": "Wait", "Timestamp": "2026-02-29T08:00:00Z"}, "String does not match RFC3339 timestamp", "/States/X/Timestamp"),
        ({"Type": "Task"}, "These fields are required: [Resource]", "/States/X"),
        ({"Type": "Task", "Resource": LAMBDA, "TimeoutSeconds": 0}, "Minimum value is 1", "/States/X/TimeoutSeconds"),
        ({"Type": "Task", "Resource": LAMBDA, "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t"}, "Only one of these fields can be given: [TimeoutSeconds, TimeoutSecondsPath]", "/States/X"),
        ({"Type": "Task", "Resource": LAMBDA, "TimeoutSeconds": 5, "HeartbeatSeconds": 5}, "HeartbeatSeconds must be smaller than TimeoutSeconds", "/States/X/HeartbeatSeconds"),
        ({"Type": "Fail", "Error": "a", "ErrorPath": "$.a"}, "Only one of these fields can be given: [Error, ErrorPath]", "/States/X"),
        ({"Type": "Fail", "CausePath": "cause"}, "Value must be a valid JSONPath or a valid intrinsic function call", "/States/X/CausePath"),
        ({"Type": "Succeed", "End": True}, "Field 'End' is not supported", "/States/X"),
        ({"Type": "Parallel", "Branches": []}, "Expected at least one item", "/States/X/Branches"),
        ({"Type": "Map"}, "One of these fields is required: [ItemProcessor, Iterator]", "/States/X"),
        ({"Type": "Map", "ItemProcessor": INNER, "ToleratedFailurePercentage": 105}, "Maximum value is 100", "/States/X/ToleratedFailurePercentage"),
        ({"Type": "Map", "ItemProcessor": {**INNER, "QueryLanguage": "JSONata"}}, "Field 'QueryLanguage' is not supported", "/States/X/ItemProcessor"),
        ({"Type": "Choice"}, "These fields are required: [Choices]", "/States/X"),
        ({"Type": "Dream"}, "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]", "/States/X/Type"),
        ({"End": True}, "These fields are required: [Type]", "/States/X"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_state_is_said_at_its_place(state, message, place):
    assert schema(message, place) in said(one(state))


def test_a_state_goes_on_or_ends():
    wanted = schema("One of these fields is required: [Next, End]", "/States/X")
    assert said(machine({"X": {"Type": "Pass"}})) == [wanted]
    assert said(machine({"X": {"Type": "Pass", "End": False}})) == [wanted]


def test_a_machine_needs_states_and_a_start():
    assert said("{}") == [schema("These fields are required: [States, StartAt]", "/")]


@pytest.mark.parametrize(
    ("state", "field", "language"),
    [
        ({"Type": "Pass", "Output": 1}, "Output", "JSONPath"),
        (
            {"Type": "Task", "Resource": SQS, "Arguments": {"QueueUrl": "q", "MessageBody": "b"}},
            "Arguments",
            "JSONPath",
        ),
        ({"Type": "Pass", "InputPath": "$.a"}, "InputPath", "JSONata"),
        ({"Type": "Wait", "SecondsPath": "$.a", "Seconds": 1}, "SecondsPath", "JSONata"),
    ],
)
def test_a_field_of_the_other_language_is_refused_by_name(state, field, language):
    other = {"JSONPath": "JSONata", "JSONata": "JSONPath"}[language]
    message = f"The QueryLanguage is set to '{language}', but field '{field}' is only supported for the '{other}' QueryLanguage"
    assert said(one(state, QueryLanguage=language)) == [schema(message, "/States/X")]


def test_a_map_does_not_hand_its_language_on():
    inner = machine({"In": {"Type": "Pass", "Output": 1, "End": True}})
    message = (
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage"
    )
    assert said(one({"Type": "Map", "QueryLanguage": "JSONata", "ItemProcessor": inner})) == [
        schema(message, "/States/X/ItemProcessor/States/In")
    ]


def test_a_machine_in_jsonata_has_no_state_in_jsonpath():
    message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
    assert said(one({"Type": "Pass", "QueryLanguage": "JSONPath"}, QueryLanguage="JSONata")) == [
        schema(message, "/States/X")
    ]


def test_in_jsonata_numbers_may_be_expressions():
    state = {"Type": "Task", "Resource": LAMBDA, "TimeoutSeconds": "{% 5 %}", "HeartbeatSeconds": "{% 1 %}"}
    assert said(one(state, QueryLanguage="JSONata")) == []


def test_a_field_given_twice_is_a_warning():
    text = '{"StartAt":"X","States":{"X":{"Type":"Pass","Comment":"a","Comment":"b","End":true}}}'
    assert said(text) == ["DUPLICATE_FIELD: The field 'Comment' is given twice; the last one counts at /States/X"]


def test_placeholders_of_a_template_are_not_judged():
    state = {"Type": "Task", "Resource": "${ChargeCardArn}", "TimeoutSeconds": "${Timeout}", "End": True}
    assert said(machine({"X": state}), placeholders=True) == []
    assert said(machine({"X": state})) == [
        schema("Value is not a valid resource ARN", "/States/X/Resource"),
        schema("Expected value of type Integer", "/States/X/TimeoutSeconds"),
    ]


def test_every_group_names_fields_of_its_type():
    for type_, groups in GROUPS.items():
        assert {name for group in groups for name in group.names} <= STATES[type_].keys()
    assert list(MACHINE)[:2] == ["States", "StartAt"]
