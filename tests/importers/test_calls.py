"""What functions call: by what code and policies say, and what stands in for their code."""

from __future__ import annotations

import pytest

from flows.topology import compile_topology
from tests.importers.yaml_of import edges, imports, verdict

CALLS = """
Resources:
  Out: {{Type: AWS::SQS::Queue}}
  In: {{Type: AWS::SQS::Queue}}
  Dead: {{Type: AWS::SQS::Queue}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      DeadLetterQueue: {{Type: SQS, TargetArn: !GetAtt Dead.Arn}}
      Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt In.Arn}}}}}}
      Environment: {{Variables: {env}}}
      Policies: {policies}
"""
SEND = "[{SQSSendMessagePolicy: {QueueName: !GetAtt Out.QueueName}}]"


@pytest.mark.parametrize(
    ("env", "policies", "expected"),
    [
        ("{Q: !Ref Out}", SEND, {("Out", "solid", ("env", "policy"))}),
        ("{}", SEND, {("Out", "solid", ("policy",))}),
        ("{D: !Ref Dead}", SEND, {("Out", "suggested", ("policy",))}),
        ("{Q: !Ref Out}", "[]", {("Out", "suggested", ("env",))}),
        (
            "{Q: !Ref Out}",
            "[{Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Out.Arn}]}]",
            {("Out", "solid", ("env", "policy"))},
        ),
        ("{}", "[{Statement: [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]}]", set()),
        (
            "{Q: !Ref Out}",
            "[{Statement: [{Action: 'sqs:sendMessage', Resource: '*'}]}]",
            {("Out", "solid", ("env", "broad policy"))},
        ),
        ("{Q: !Ref Out}", "[AmazonSQSFullAccess]", {("Out", "solid", ("env", "broad policy"))}),
        ("{Q: !Ref Out}", "[AmazonSNSFullAccess]", {("Out", "suggested", ("env",))}),
        ("{}", "[{Statement: [{Action: 'sqs:SendMessage', Resource: '*'}]}]", {("Out", "solid", ("only",))}),
        (
            "{}",
            "[{Statement: [{Action: ['sqs:SendMessage', 'sns:Publish', 'events:PutEvents'], Resource: '*'}]}]",
            set(),
        ),
        ("{}", "[{Statement: [{Effect: Deny, Action: 'sqs:*', Resource: !GetAtt Out.Arn}]}]", set()),
        ("{Q: !Ref In}", "[{SQSPollerPolicy: {QueueName: !GetAtt In.QueueName}}]", set()),
        ("{}", "[{SQSSendMessagePolicy: {QueueName: !GetAtt Dead.QueueName}}]", set()),
        ("{Level: INFO}", "[AWSLambdaBasicExecutionRole]", set()),
    ],
)
def test_a_call_is_solid_where_code_and_policy_agree(env, policies, expected):
    topology = compile_topology(imports(CALLS.format(env=env, policies=policies)).document)
    calls = [link for link in topology.links if link.kind == "call"]
    assert {
        (
            topology.nodes[link.target].id,
            link.style,
            tuple(said for said in link.properties["evidence"] if said != "behaviour"),
        )
        for link in calls
    } == expected


def calls_of(template: str, **files: str) -> set[tuple[str, str, str]]:
    topology = compile_topology(imports(template, **files).document)
    ids = [node.id for node in topology.nodes]
    return {(ids[link.source], ids[link.target], link.style) for link in topology.links if link.kind == "call"}


def test_a_variable_that_all_functions_inherit_counts_where_a_policy_names_the_same():
    template = """
        Globals: {Function: {Environment: {Variables: {TABLE: !Ref T}}}}
        Resources:
          T: {Type: AWS::DynamoDB::Table}
          Writes: {Type: AWS::Serverless::Function, Properties: {Policies: [{DynamoDBWritePolicy: {TableName: !Ref T}}]}}
          Inherits: {Type: AWS::Serverless::Function, Properties: {Policies: [AmazonDynamoDBFullAccess]}}
    """
    assert calls_of(template) == {("Writes", "T", "solid"), ("Inherits", "T", "suggested")}


def test_a_role_that_several_share_says_little_about_each():
    template = """
        Resources:
          T: {Type: AWS::SNS::Topic}
          R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: {Action: 'sns:Publish', Resource: !Ref T}}}]}}
          F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
          G: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn, Environment: {Variables: {TOPIC: !Ref T}}}}
    """
    assert calls_of(template) == {("F", "T", "suggested"), ("G", "T", "solid")}


def test_a_variable_is_enough_where_the_role_lies_in_another_stack():
    template = """
        Parameters: {RoleArn: {Type: String}}
        Resources:
          Q: {Type: AWS::SQS::Queue}
          F: {Type: AWS::Lambda::Function, Properties: {Role: !Ref RoleArn, Environment: {Variables: {QUEUE_URL: !Ref Q}}}}
    """
    assert calls_of(template) == {("F", "Q", "solid")}


def test_a_connector_is_a_call_of_its_function():
    template = """
        Resources:
          T: {Type: AWS::DynamoDB::Table}
          Q: {Type: AWS::SQS::Queue}
          F:
            Type: AWS::Serverless::Function
            Connectors: {C: {Properties: {Destination: {Id: T}, Permissions: [Read, Write]}}}
          D: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: [{Id: Q}], Permissions: [Write]}}
    """
    assert calls_of(template) == {("F", "T", "solid"), ("F", "Q", "solid")}


def test_a_bucket_is_read_far_down_its_own_events():
    read = "[{S3ReadPolicy: {BucketName: !Ref B}}]"
    template = f"""
        Resources:
          Q: {{Type: AWS::SQS::Queue}}
          Other: {{Type: AWS::SQS::Queue}}
          B:
            Type: AWS::S3::Bucket
            Properties: {{NotificationConfiguration: {{QueueConfigurations: [{{Event: 's3:ObjectCreated:*', Queue: !GetAtt Q.Arn}}]}}}}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Environment: {{Variables: {{OTHER: !Ref Other}}}}
              Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt Q.Arn}}}}}}
              Policies: {read}
          G:
            Type: AWS::Serverless::Function
            Properties:
              Environment: {{Variables: {{OTHER: !Ref Other}}}}
              Policies: {read}
    """
    found = {call for call in calls_of(template) if call[1] == "B"}
    assert found == {("F", "B", "solid"), ("G", "B", "suggested")}


def test_names_are_followed_through_the_parameter_store():
    template = """
        Resources:
          T: {Type: AWS::DynamoDB::Table}
          P: {Type: AWS::SSM::Parameter, Properties: {Name: /orders/table, Type: String, Value: !Ref T}}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Environment: {Variables: {TABLE_PARAMETER: !Ref P}}
              Policies: [{Statement: [{Action: 'dynamodb:PutItem', Resource: !GetAtt T.Arn}]}]
    """
    assert calls_of(template) == {("F", "T", "solid")}


def test_what_lies_outside_may_be_called_by_a_name_and_allowed_by_an_arn():
    template = """
        Parameters: {BusName: {Type: String}, BusArn: {Type: String}}
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              Environment: {Variables: {BUS: !Ref BusName}}
              Policies: [{Statement: [{Action: 'events:PutEvents', Resource: !Ref BusArn}]}]
    """
    assert calls_of(template) == {("F", "param:BusName", "solid")}


CODED = """
Resources:
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: late-orders}}
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment: {Variables: {QUEUE: !Ref Q, TOPIC: !Ref T}}
      Policies: [{SNSPublishMessagePolicy: {TopicName: !GetAtt T.TopicName}}]
"""


@pytest.mark.parametrize(
    "code",
    [
        {"src/app.py": "import boto3\nboto3.client('sqs').send_message(QueueUrl=url)"},
        {"src/app.py": "from sending import send", "src/sending.py": "sqs = boto3.resource('sqs')"},
        {"src/app.js": "const { SQSClient } = require('@aws-sdk/client-sqs')"},
        {"src/app.ts": "import { send } from './lib/send'", "src/lib/send.ts": "const sqs = new AWS.SQS()"},
    ],
)
def test_code_that_came_along_has_the_last_word(code):
    topology = compile_topology(imports(CODED, **code).document)
    ids = [node.id for node in topology.nodes]
    calls = {(ids[link.target], link.style) for link in topology.links if link.kind == "call"}
    assert calls == {("Q", "solid"), ("T", "suggested")}


def test_a_name_in_the_code_is_a_name():
    code = "boto3.client('sqs').get_queue_url(QueueName='late-orders')"
    assert ("F", "Named", "solid") in calls_of(CODED, **{"src/app.py": code})


def test_code_of_very_many_lines_is_read_at_once():
    code = "\n" * 300_000 + "boto3.client('sqs').get_queue_url(QueueName='late-orders')"
    assert ("F", "Named", "solid") in calls_of(CODED, **{"src/app.py": code})


def test_code_of_another_function_is_nobody_elses():
    elsewhere = {"other/app.py": "import boto3\nboto3.client('s3')"}
    assert calls_of(CODED, **elsewhere) == {("F", "Q", "suggested"), ("F", "T", "solid")}


@pytest.mark.parametrize(
    "function",
    [
        "{Type: AWS::Serverless::Function, Properties: {Policies: [!Ref Shared]}}",
        "{Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}",
        "{Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Attached.Arn}}",
        "{Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Inline.Arn}}",
    ],
)
def test_a_policy_counts_however_it_is_attached(function):
    statement = "{Statement: [{Effect: Allow, Action: 'sns:Publish', Resource: !Ref T}]}"
    result = imports(f"""
        Resources:
          T: {{Type: AWS::SNS::Topic}}
          Shared: {{Type: AWS::IAM::ManagedPolicy, Properties: {{Roles: [!Ref Attached], PolicyDocument: {statement}}}}}
          Role: {{Type: AWS::IAM::Role, Properties: {{ManagedPolicyArns: [!Ref Shared]}}}}
          Attached: {{Type: AWS::IAM::Role}}
          Inline: {{Type: AWS::IAM::Role, Properties: {{Policies: [{{PolicyName: x, PolicyDocument: {statement}}}]}}}}
          F: {function}
    """)
    assert edges(result) == {("F", "T", "call")}


def test_a_stand_in_does_what_its_solid_calls_say_and_the_report_says_so():
    result = imports(CALLS.format(env="{Q: !Ref Out}", policies=SEND))
    topology = compile_topology(result.document)
    assert [(call.target, call.operation) for call in topology.node("F").config.behaviour.calls] == [
        ("Out", "sqs:SendMessage")
    ]
    (call,) = (link for link in topology.links if link.kind == "call")
    assert (call.style, call.config is not None, call.properties["evidence"]) == (
        "solid",
        True,
        ["behaviour", "env", "policy"],
    )
    assert verdict(result, "F")[0][1].endswith("It passes each record on to Out.")


def test_what_is_only_suggested_is_not_called():
    topology = compile_topology(imports(CALLS.format(env="{Q: !Ref Out}", policies="[]")).document)
    assert topology.node("F").config.behaviour.calls == ()


def test_a_stand_in_never_closes_a_circle():
    result = imports("""
        Resources:
          A: {Type: AWS::SQS::Queue}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Events: {E: {Type: SQS, Properties: {Queue: !GetAtt A.Arn}}}
              Environment: {Variables: {Next: !Ref G}}
              Policies: [{LambdaInvokePolicy: {FunctionName: !Ref G}}]
          G:
            Type: AWS::Serverless::Function
            Properties:
              Environment: {Variables: {Back: !Ref A}}
              Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt A.QueueName}}]
    """)
    topology = compile_topology(result.document)
    assert [call.target for call in topology.node("F").config.behaviour.calls] == ["G"]
    assert topology.node("G").config.behaviour.calls == ()
