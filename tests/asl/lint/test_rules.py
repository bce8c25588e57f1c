"""Choice rules, Retry and Catch, resources, Maps, and payload templates."""

from __future__ import annotations

import pytest

from flows.asl.lint.choices import OPERATORS
from tests.asl.lint.machines import machine, one, said, schema

END = {"Type": "Pass", "End": True}
LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:charge-card"
INNER = machine({"In": END})


def choosing(rule, **more):
    return machine({"C": {"Type": "Choice", "Choices": [{**rule, "Next": "X"}], "Default": "X"}, "X": END}, **more)


def tried(**handlers):
    states = {"X": {"Type": "Task", "Resource": LAMBDA, "End": True, **handlers}, "Y": END}
    states["X"].setdefault("Catch", [{"ErrorEquals": ["Declined"], "Next": "Y"}])
    return said(machine(states))


def test_there_are_39_operators_that_compare():
    assert len(OPERATORS) == 39


@pytest.mark.parametrize(
    ("rule", "message", "place"),
    [
        ({"Variable": "Test", "StringMatches": "Test"}, "Value is not a Reference Path: Reference path didn't start with '$'", "/States/C/Choices[0]/Variable"),
        ({"Variable": "$.a"}, "A choice rule needs one comparison operator, or And, Or, Not", "/States/C/Choices[0]"),
        ({"IsNull": True}, "These fields are required: [Variable]", "/States/C/Choices[0]"),
        ({"Variable": "$.a", "IsNull": True, "IsPresent": True}, "Only one of these fields can be given: [IsNull, IsPresent]", "/States/C/Choices[0]"),
        ({"Variable": "$.a", "NumericEquals": "1"}, "Expected value of type Number", "/States/C/Choices[0]/NumericEquals"),
        ({"Variable": "$.a", "TimestampEquals": "today"}, "String does not match RFC3339 timestamp", "/States/C/Choices[0]/TimestampEquals"),
        ({"And": []}, "Expected at least one item", "/States/C/Choices[0]/And"),
        ({"Not": {"Or": [{"Variable": "$.a", "IsNull": True, "Next": "X"}]}}, "Field 'Next' is not supported", "/States/C/Choices[0]/Not/Or[0]"),
        ({"Condition": True}, "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage", "/States/C/Choices[0]"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_choice_rule(rule, message, place):
    assert schema(message, place) in said(choosing(rule))


def test_a_rule_needs_to_lead_somewhere():
    states = {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "StringMatches": "Test"}], "Default": "X"},
        "X": END,
    }
    assert said(machine(states)) == [schema("These fields are required: [Next]", "/States/C/Choices[0]")]


def test_a_rule_in_jsonata_has_a_condition():
    assert (
        said(
            choosing(
                {"Condition": "{% $states.input.a = 1 %}", "Assign": {"a": 1}, "Output": 1}, QueryLanguage="JSONata"
            )
        )
        == []
    )
    assert said(choosing({"Condition": "a = 1"}, QueryLanguage="JSONata")) == [
        schema("Expected value of type Boolean or a JSONata expression", "/States/C/Choices[0]/Condition")
    ]


@pytest.mark.parametrize(
    ("retrier", "message", "at"),
    [
        ({"ErrorEquals": []}, "Expected at least one item", "/ErrorEquals"),
        ({}, "These fields are required: [ErrorEquals]", ""),
        ({"ErrorEquals": ["a"], "BackoffRate": 0.3}, "Minimum value is 1", "/BackoffRate"),
        ({"ErrorEquals": ["a"], "IntervalSeconds": 0}, "Minimum value is 1", "/IntervalSeconds"),
        ({"ErrorEquals": ["a"], "MaxAttempts": 10**8}, "Maximum value is 99999999", "/MaxAttempts"),
        ({"ErrorEquals": ["a"], "MaxDelaySeconds": -1}, "Minimum value is 1", "/MaxDelaySeconds"),
        ({"ErrorEquals": ["a"], "JitterStrategy": "PARTIAL"}, "The field 'JitterStrategy' should have one of these values: [FULL, NONE]", "/JitterStrategy"),
        ({"ErrorEquals": ["States.ALL", "a"]}, "States.ALL must appear alone and at end of list", "/ErrorEquals[0]"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_retrier(retrier, message, at):
    assert tried(Retry=[retrier]) == [schema(message, f"/States/X/Retry[0]{at}")]


def test_all_errors_come_last():
    message = "States.ALL must appear alone and at end of list"
    everything = {"ErrorEquals": ["States.ALL"]}
    assert tried(Retry=[{"ErrorEquals": ["a"]}, everything]) == []
    assert tried(Retry=[everything, {"ErrorEquals": ["a"]}]) == [schema(message, "/States/X/Retry[0]/ErrorEquals[0]")]
    assert tried(Catch=[{**everything, "Next": "Y"}, {"ErrorEquals": ["a"], "Next": "Y"}]) == [
        schema(message, "/States/X/Catch[0]/ErrorEquals[0]")
    ]


def test_an_error_of_aws_that_there_is_not_is_a_warning():
    assert tried(Retry=[{"ErrorEquals": ["States.Timout"]}]) == [
        "UNKNOWN_ERROR_NAME: AWS has no error named 'States.Timout' at /States/X/Retry[0]/ErrorEquals[0]"
    ]


@pytest.mark.parametrize(
    ("resource", "kind", "message"),
    [
        ("foo:bar", "STANDARD", "Value is not a valid resource ARN"),
        ("arn:aws:s3:::bucket", "STANDARD", "Value is not a valid resource ARN"),
        ("arn:aws:states:::dynamodb:query", "STANDARD", "The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."),
        ("arn:aws:states:::aws-sdk:s3:getObject.sync", "STANDARD", "The resource provided arn:aws:states:::aws-sdk:s3:getObject.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."),
        ("arn:aws:states:::sqs:sendMessage.sync", "STANDARD", "The resource provided arn:aws:states:::sqs:sendMessage.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."),
        ("arn:aws:states:::glue:startJobRun.sync:2", "STANDARD", "The resource provided arn:aws:states:::glue:startJobRun.sync:2 is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."),
        ("arn:aws:states:::dynamodb:putItem.waitForTaskToken", "STANDARD", "The resource provided arn:aws:states:::dynamodb:putItem.waitForTaskToken is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."),
        ("arn:aws:states:::ecs:runTask.sync", "EXPRESS", "Express state machine does not support '.sync' service integration"),
        ("arn:aws:states:::states:startExecution.sync:2", "EXPRESS", "Express state machine does not support '.sync' service integration"),
        ("arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken", "EXPRESS", "Express state machine does not support '.waitForTaskToken' service integration"),
        ("arn:aws:states:eu-west-1:123456789012:activity:pack", "EXPRESS", "Express state machine does not support activities"),
    ],
)  # fmt: skip
def test_a_resource_that_cannot_be_called(resource, kind, message):
    assert said(one({"Type": "Task", "Resource": resource}), kind) == [schema(message, "/States/X/Resource")]


@pytest.mark.parametrize(
    "resource",
    [
        LAMBDA,
        "arn:aws-us-gov:lambda:us-gov-east-1:123456789012:function:f:live",
        "arn:aws:states:eu-west-1:123456789012:activity:pack",
        "arn:aws:states:::glue:startJobRun.sync",
        "arn:aws:states:::aws-sdk:dynamodb:query",
        "arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken",
    ],
)
def test_a_resource_that_can(resource):
    assert said(one({"Type": "Task", "Resource": resource})) == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("a", "Reference path didn't start with '$'"),
        ("$.a[*]", "$.a[*]"),
        ("$$.Execution", "A result can only be put into the input, not '$$.Execution'"),
        ("$total", "A result can only be put into the input, not '$total'"),
    ],
)
def test_a_result_is_put_at_one_place_of_the_input(path, why):
    assert said(one({"Type": "Pass", "ResultPath": path})) == [
        schema(f"Value is not a Reference Path: {why}", "/States/X/ResultPath")
    ]


def test_an_integration_needs_its_parameters():
    task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"}
    assert said(one({**task, "Parameters": {"QueueUrl.$": "$.url"}})) == [
        schema("The field 'MessageBody' is required but was missing", "/States/X/Parameters")
    ]
    assert said(one({**task, "Arguments": "{% $states.input %}"}, QueryLanguage="JSONata")) == []


def test_a_distributed_map_needs_a_standard_machine():
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    inner = machine({"In": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "End": True}})
    mapping = one({"Type": "Map", "ItemProcessor": {**inner, "ProcessorConfig": config}})
    sync = schema(
        "Express state machine does not support '.sync' service integration",
        "/States/X/ItemProcessor/States/In/Resource",
    )
    mode = schema(
        "Express state machine does not support distributed Map", "/States/X/ItemProcessor/ProcessorConfig/Mode"
    )
    assert said(mapping) == [sync]
    assert said(mapping, "EXPRESS") == [mode, sync]


@pytest.mark.parametrize("label", ["", "x" * 41, "a b", "label_*", "a/b"])
def test_labels_stand_in_arns(label):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    state = {"Type": "Map", "Label": label, "ItemProcessor": {**INNER, "ProcessorConfig": config}}
    assert [text.split(":")[0] for text in said(one(state))] == ["INVALID_LABEL_NAME"]


def test_what_only_a_distributed_map_does_is_a_warning_elsewhere():
    assert said(one({"Type": "Map", "ItemProcessor": INNER, "ToleratedFailureCount": 1})) == [
        (
            "DISTRIBUTED_ONLY: 'ToleratedFailureCount' has no effect unless the mode of the Map is DISTRIBUTED "
            "at /States/X/ToleratedFailureCount"
        )
    ]


def test_a_dollar_name_holds_a_path_or_a_call():
    message = "The value for the field 'Variable.$' must be a valid JSONPath or a valid intrinsic function call"
    assert said(one({"Type": "Pass", "Assign": {"Variable.$": "Test"}})) == [schema(message, "/States/X/Assign")]
    assert said(one({"Type": "Pass", "Parameters": {"a": [{"b.$": 7}]}})) == [
        schema(
            "The value for the field 'b.$' must be a STRING that contains a JSONPath but was an NUMBER",
            "/States/X/Parameters/a[0]",
        )
    ]
    assert (
        said(one({"Type": "Pass", "Parameters": {"a.$": "States.Format('{}', $.b)", "b.$": "$$.Execution.Id"}})) == []
    )


def test_paths_under_plain_names_are_warnings():
    assert said(one({"Type": "Pass", "Parameters": {"a": "$.b"}, "Result": {"c": "$.d"}})) == [
        "NO_DOLLAR: The value of 'a' looks like a path or a call; end the name with '.$' to evaluate it at /States/X/Parameters/a",
        (
            "PASS_RESULT_IS_STATIC: '$.d' looks like a path, but the Result of a Pass state is static; use Parameters instead "
            "at /States/X/Result"
        ),
    ]
    assert said(one({"Type": "Fail", "Cause": "$.why"})) == [
        "NO_PATH: The value '$.why' looks like a path, but the field 'Cause' does not end with 'Path' at /States/X/Cause"
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [("states", "is reserved"), ("1st", "is not a valid identifier"), ("x" * 81, "is longer than 80 characters")],
)
def test_variables_have_names(name, why):
    assert said(one({"Type": "Pass", "Assign": {name: 1}})) == [
        schema(f"Variable name '{name}' {why}", "/States/X/Assign")
    ]


def test_credentials_need_a_role():
    task = {"Type": "Task", "Resource": LAMBDA}
    assert said(one({**task, "Credentials": {"RoleArn.$": "$.role"}})) == []
    assert said(one({**task, "Credentials": {}})) == [
        schema("The field 'RoleArn' is required but was missing", "/States/X/Credentials")
    ]


@pytest.mark.parametrize(
    ("expression", "said_of_it"),
    [
        ("{% 1 + %}", "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/X/Output/v"),
        ("{% phone %}", "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/X/Output/v"),
        ("{% $sum(items.price) %}", "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'items' at the top level is not supported. at /States/X/Output/v"),
        ("{% $$ %}", "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' at the top level is not supported. at /States/X/Output/v"),
    ],
)  # fmt: skip
def test_jsonata_is_read_before_anything_runs(expression, said_of_it):
    assert said(one({"Type": "Pass", "Output": {"v": expression}}, QueryLanguage="JSONata")) == [said_of_it]


@pytest.mark.parametrize(
    "expression", ["{% $states.input.items[price > 5].name %}", "{% $total %}", "{% 5 %}", "{%not one"]
)
def test_jsonata_reads_from_states_and_variables(expression):
    assert said(one({"Type": "Pass", "Output": {"v": expression}}, QueryLanguage="JSONata")) == []
