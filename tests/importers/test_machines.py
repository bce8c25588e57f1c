"""State machines in templates, in files beside them, and alone."""

from __future__ import annotations

import json

from flows.importers.cloudformation import import_template
from flows.topology import validate
from flows.topology.definitions import definition_of
from tests.importers.yaml_of import edges, imports

TASK = (
    '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Fn}", "TimeoutSeconds": ${Limit}, "End": true}}}'
)
DEFINITION = {
    "StartAt": "Charge",
    "States": {
        "Charge": {"Type": "Task", "Resource": "${ChargeCardArn}", "Next": "Tell"},
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:paid", "Message.$": "$"},
            "Next": "Wait",
        },
        "Wait": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl.$": "$.url", "MessageBody.$": "$"},
            "End": True,
        },
    },
}


def _definition(result, id_="M"):
    return definition_of(result.document["resources"][id_]["Properties"]).parsed


def test_numbers_are_filled_into_the_text_of_a_file():
    result = imports(
        """
        Resources:
          F: {Type: AWS::Lambda::Function}
          M:
            Type: AWS::Serverless::StateMachine
            Properties: {DefinitionUri: m.asl.json, DefinitionSubstitutions: {Fn: !GetAtt F.Arn, Limit: 30}}
        """,
        **{"m.asl.json": TASK},
    )
    assert _definition(result)["States"]["A"]["TimeoutSeconds"] == 30
    assert edges(result) == {("M", "F", "sfn-task")}
    assert result.problems == []


def test_a_definition_in_yaml_keeps_its_numbers():
    result = imports(
        """
        Resources:
          M:
            Type: AWS::Serverless::StateMachine
            Properties: {DefinitionUri: m.asl.yaml, DefinitionSubstitutions: {Limit: 30}}
        """,
        **{"m.asl.yaml": "StartAt: A\nStates:\n  A: {Type: Wait, Seconds: 5, End: true}\nTimeoutSeconds: ${Limit}\n"},
    )
    assert _definition(result)["TimeoutSeconds"] == 30


def test_a_definition_string_is_filled_in_before_it_is_read():
    result = imports(
        f"""
        Resources:
          F: {{Type: AWS::Lambda::Function}}
          M:
            Type: AWS::StepFunctions::StateMachine
            Properties:
              DefinitionString: '{TASK}'
              DefinitionSubstitutions: {{Fn: !GetAtt F.Arn, Limit: 30}}
        """
    )
    assert _definition(result)["States"]["A"]["TimeoutSeconds"] == 30
    assert edges(result) == {("M", "F", "sfn-task")}


def test_a_definition_that_is_no_json_is_kept_and_told():
    result = imports(
        "Resources: {M: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: '{not json'}}}"
    )
    (problem,) = (found for found in validate(result.document) if found.code.startswith("Definition"))
    assert (problem.severity, problem.path) == ("warning", "/resources/M/Properties/DefinitionString")
    assert problem.message.startswith("Unexpected character ('n' (code 110)): was expecting double-quote")


def test_mocks_of_a_template_come_along():
    result = imports(
        """
        Resources:
          M:
            Type: AWS::StepFunctions::StateMachine
            Metadata: {Redrive: {mocks: {A: {result: {paid: true}, delay_ms: 100}}}}
            Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: 'arn:aws:states:::http:invoke', End: true}}}}
        """
    )
    assert result.document["resources"]["M"]["playground"]["mocks"] == {
        "A": {"result": {"paid": True}, "delay_ms": 100}
    }


def test_a_definition_alone_becomes_a_machine_with_stubs_for_what_it_calls():
    result = import_template({"charge-card.asl.json": json.dumps(DEFINITION).encode()}, "charge-card.asl.json")
    assert result.problems == []
    assert (result.document["name"], list(result.document["resources"])) == (
        "charge-card",
        ["ChargeCard", "ext:paid", "param:ChargeCardArn"],
    )
    assert edges(result) == {("ChargeCard", "ext:paid", "sfn-task"), ("ChargeCard", "param:ChargeCardArn", "sfn-task")}
    assert _definition(result, "ChargeCard") == DEFINITION
    assert [problem.code for problem in validate(result.document) if problem.severity == "error"] == []


def test_a_paste_of_a_definition_is_called_a_state_machine():
    result = import_template({"template.yaml": json.dumps(DEFINITION).encode()}, "template.yaml")
    assert "StateMachine" in result.document["resources"]
