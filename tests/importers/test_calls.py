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
        ("{}", SEND, {("Out", "suggested", ("policy",))}),
        ("{Q: !Ref Out}", "[]", {("Out", "suggested", ("env",))}),
        (
            "{Q: !Ref Out}",
            "[{Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Out.Arn}]}]",
            {("Out", "solid", ("env", "policy"))},
        ),
        ("{}", "[{Statement: [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]}]", set()),
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
    topology = compile_topology(imports(CALLS.format(env="{}", policies=SEND)).document)
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
