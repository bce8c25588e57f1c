"""Templates of several files: state machines, OpenAPI documents, nested stacks."""

from __future__ import annotations

from flows.topology import compile_topology
from tests.importers.yaml_of import edges, imports, told, verdict


def test_a_state_machine_is_read_from_its_file_with_its_substitutions():
    result = imports(
        """
        Resources:
          Q: {Type: AWS::SQS::Queue}
          M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: machine.asl.json, DefinitionSubstitutions: {Url: !Ref Q}}}
        """,
        **{
            "machine.asl.json": '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "${Url}"}, "End": true}}}'
        },
    )
    assert edges(result) == {("M", "Q", "sfn-task")}


def test_a_file_that_was_not_given_is_a_line_of_the_report():
    result = imports(
        "Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: machine.asl.json}}}"
    )
    assert verdict(result, "M", "DefinitionUri") == [
        ("missing", "The file machine.asl.json was not given: its links are not drawn.")
    ]
    assert told(result) == []


def test_a_file_that_cannot_be_read_is_a_warning():
    result = imports(
        "Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: m.json}}}", **{"m.json": "{"}
    )
    assert [(problem.code, problem.severity) for problem in result.problems] == [("NotWellFormed", "warning")]
    assert result.document is not None


def test_an_included_openapi_document_is_resolved_in_place():
    result = imports(
        """
        Resources:
          F: {Type: AWS::Serverless::Function}
          Api:
            Type: AWS::Serverless::HttpApi
            Properties: {DefinitionBody: {'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: './api.yaml'}}}}
        """,
        **{
            "api.yaml": """
                paths:
                  /x:
                    post: {x-amazon-apigateway-integration: {type: aws_proxy, uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}}
                """
        },
    )
    assert edges(result) == {("Api", "F", "api-integration")}
    assert compile_topology(result.document).links[-1].label == "POST /x"


def test_a_nested_stack_joins_the_picture_and_its_outputs_are_known():
    result = imports(
        """
        Resources:
          Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./inner.yaml, Parameters: {Name: dead}}}
          Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Inner.Outputs.Arn, maxReceiveCount: 5}}}
        """,
        **{
            "inner.yaml": """
                Parameters: {Name: {Type: String}}
                Resources: {DLQ: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}}
                Outputs: {Arn: {Value: !GetAtt DLQ.Arn}}
                """
        },
    )
    assert edges(result) == {("Q", "Inner.DLQ", "redrive")}
    assert compile_topology(result.document).node("Inner.DLQ").name == "dead"


def test_a_template_that_nests_itself_comes_to_an_end():
    text = "Resources: {Me: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}, Q: {Type: AWS::SQS::Queue}}"
    result = imports(text)
    assert len([id_ for id_ in result.document["resources"] if id_.endswith("Q")]) == 6
