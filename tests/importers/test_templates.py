"""What SAM's shorthand stands for, what lies outside, what is in other files, and what functions seem to call."""

from __future__ import annotations

import pytest

from flows.topology import compile_topology
from tests.importers.yaml_of import edges, imports, told, verdict


def test_the_first_template_of_the_corpus_word_for_word():
    result = imports("""
        Transform: AWS::Serverless-2016-10-31
        Description: Serverless patterns - SQS to Lambda (uksb-1tthgi812) (tag:sqs-lambda-python-sam)
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: {deadLetterTargetArn: !GetAtt DLQ.Arn, maxReceiveCount: 3}
          DLQ: {Type: AWS::SQS::Queue}
          Worker:
            Type: AWS::Serverless::Function
            Properties:
              Timeout: 3
              DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt DLQ.Arn}
              Events:
                MySQSEvent: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 10, FunctionResponseTypes: [ReportBatchItemFailures]}}
    """)
    assert result.document["name"] == "SQS to Lambda"
    assert edges(result) == {("Queue", "Worker", "esm"), ("Queue", "DLQ", "redrive"), ("Worker", "DLQ", "async-dlq")}
    assert result.document["resources"]["WorkerMySQSEvent"] == {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:Queue",
            "BatchSize": 10,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "FunctionName": "arn:aws:lambda:eu-west-1:123456789012:function:Worker",
        },
        "playground": {"origin": {"Type": "AWS::Serverless::Function", "Resource": "Worker", "Event": "MySQSEvent"}},
    }
    assert compile_topology(result.document).node("Worker").origin == "AWS::Serverless::Function"
    assert verdict(result, "Worker", "Events.MySQSEvent.BatchSize") == [("modelled", "")]


def test_globals_are_inherited_merged_and_overruled():
    result = imports("""
        Globals: {Function: {Timeout: 9, MemorySize: 256, Environment: {Variables: {A: 1, B: 2}}, Layers: [x]}}
        Resources:
          F: {Type: AWS::Serverless::Function, Properties: {Timeout: 3, Environment: {Variables: {B: 3}}, Layers: [y]}}
    """)
    found = result.document["resources"]["F"]["Properties"]
    assert found == {
        "Timeout": 3,
        "MemorySize": 256,
        "Environment": {"Variables": {"A": 1, "B": 3}},
        "Layers": ["x", "y"],
    }


SAM_EVENTS = """
Resources:
  Q: {{Type: AWS::SQS::Queue}}
  T: {{Type: AWS::SNS::Topic}}
  B: {{Type: AWS::S3::Bucket}}
  Bus: {{Type: AWS::Events::EventBus}}
  Api: {{Type: AWS::Serverless::Api}}
  S: {{Type: AWS::Kinesis::Stream}}
  F:
    Type: AWS::Serverless::Function
    Properties: {{Events: {{E: {event}}}}}
"""


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}", {("Q", "F", "esm")}),
        (
            "{Type: Kinesis, Properties: {Stream: !GetAtt S.Arn, DestinationConfig: {OnFailure: {Destination: !GetAtt Q.Arn}}}}",
            {("S", "F", "esm"), ("F", "Q", "esm-on-failure")},
        ),
        ("{Type: SNS, Properties: {Topic: !Ref T}}", {("T", "F", "subscription")}),
        (
            "{Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true}}",
            {("T", "FEQueue", "subscription"), ("FEQueue", "F", "esm")},
        ),
        ("{Type: S3, Properties: {Bucket: !Ref B, Events: [s3:ObjectCreated:*]}}", {("B", "F", "s3-notification")}),
        (
            "{Type: EventBridgeRule, Properties: {EventBusName: !Ref Bus, Pattern: {source: [a]}}}",
            {("Bus", "FE", "bus-rule"), ("FE", "F", "rule-target")},
        ),
        (
            "{Type: EventBridgeRule, Properties: {Pattern: {source: [a]}, DeadLetterConfig: {Type: SQS}}}",
            {("default-bus", "FE", "bus-rule"), ("FE", "F", "rule-target"), ("FE", "FEQueue", "rule-dlq")},
        ),
        ("{Type: Schedule, Properties: {Schedule: rate(1 minute)}}", {("FE", "F", "rule-target")}),
        ("{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute)}}", {("FE", "F", "schedule-target")}),
        ("{Type: Api, Properties: {RestApiId: !Ref Api, Path: /x, Method: get}}", {("Api", "F", "api-integration")}),
        ("{Type: Api, Properties: {Path: /x, Method: any}}", {("ServerlessRestApi", "F", "api-integration")}),
        ("{Type: HttpApi}", {("ServerlessHttpApi", "F", "api-integration")}),
        ("{Type: AlexaSkill}", set()),
    ],
)
def test_an_event_becomes_the_link_it_stands_for(event, expected):
    assert edges(imports(SAM_EVENTS.format(event=event))) == expected


def test_events_that_are_not_drawn_are_said():
    result = imports(SAM_EVENTS.format(event="{Type: AlexaSkill}"))
    assert ("ignored", "Events of type AlexaSkill are not drawn.") in verdict(result, "F", "Events.E")


def test_destinations_belong_to_the_function_even_where_sam_makes_the_queue():
    result = imports("""
        Resources:
          F: {Type: AWS::Serverless::Function, Properties: {EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS}, OnSuccess: {Type: Lambda, Destination: !GetAtt G.Arn}}}}}
          G: {Type: AWS::Serverless::Function}
    """)
    assert edges(result) == {
        ("F", "FEventInvokeConfigOnFailureQueue", "async-on-failure"),
        ("F", "G", "async-on-success"),
    }


# ── what a CDK writes ──


def test_a_buckets_notifications_by_custom_resource_are_drawn_and_its_handler_is_not():
    result = imports("""
        Resources:
          Bucket: {Type: AWS::S3::Bucket}
          Q: {Type: AWS::SQS::Queue}
          F: {Type: AWS::Lambda::Function}
          BucketNotifications:
            Type: Custom::S3BucketNotifications
            Properties:
              ServiceToken: !GetAtt BucketNotificationsHandler.Arn
              BucketName: !Ref Bucket
              NotificationConfiguration:
                LambdaFunctionConfigurations: [{Events: ['s3:ObjectCreated:*'], LambdaFunctionArn: !GetAtt F.Arn}]
                QueueConfigurations: [{Events: ['s3:ObjectRemoved:*'], QueueArn: !GetAtt Q.Arn}]
          BucketNotificationsHandler: {Type: AWS::Lambda::Function}
    """)
    assert edges(result) == {("Bucket", "F", "s3-notification"), ("Bucket", "Q", "s3-notification")}
    assert "BucketNotificationsHandler" not in result.document["resources"]
    assert [found for found, _ in verdict(result, "BucketNotificationsHandler")] == ["not drawn"]


def test_a_cdks_resources_are_called_what_their_author_called_them():
    result = imports("""
        Parameters: {BootstrapVersion: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}}
        Resources:
          OrdersQueue481DC1EC: {Type: AWS::SQS::Queue}
          StackWorkerServiceHandler6B66D1E6:
            Type: AWS::Lambda::Function
            Metadata: {'aws:cdk:path': Stack/Worker/Service/Handler/Resource}
          Named0A1B2C3D: {Type: AWS::SQS::Queue, Metadata: {Redrive: {label: By hand}}}
    """)
    topology = compile_topology(result.document)
    assert {node.id: node.as_json()["label"] for node in topology.nodes[1:]} == {
        "OrdersQueue481DC1EC": "OrdersQueue",
        "StackWorkerServiceHandler6B66D1E6": "Service/Handler",
        "Named0A1B2C3D": "By hand",
    }


def test_versions_and_aliases_are_the_function_they_belong_to():
    result = imports("""
        Resources:
          T: {Type: AWS::SNS::Topic}
          Q: {Type: AWS::SQS::Queue}
          S: {Type: AWS::Kinesis::Stream}
          C: {Type: AWS::Kinesis::StreamConsumer, Properties: {ConsumerName: c, StreamARN: !GetAtt S.Arn}}
          F: {Type: AWS::Lambda::Function}
          V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
          A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, FunctionVersion: !GetAtt V.Version, Name: live}}
          M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref A, EventSourceArn: !GetAtt Q.Arn}}
          N: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref V, EventSourceArn: !GetAtt C.ConsumerARN}}
          AliasConfig:
            Type: AWS::Lambda::EventInvokeConfig
            Properties: {FunctionName: !Ref F, Qualifier: !Select [7, !Split [':', !Ref A]], MaximumRetryAttempts: 0, DestinationConfig: {OnFailure: {Destination: !Ref T}}}
          Config:
            Type: AWS::Lambda::EventInvokeConfig
            Properties: {FunctionName: !Ref F, Qualifier: $LATEST, MaximumRetryAttempts: 1, DestinationConfig: {OnFailure: {Destination: !Ref T}}}
    """)
    assert edges(result) == {("Q", "F", "esm"), ("S", "F", "esm"), ("F", "T", "async-on-failure")}
    assert result.document["resources"]["AliasConfig"]["Properties"]["Qualifier"] == "live"
    topology = compile_topology(result.document)
    assert topology.node("F").config.asynchronous.maximum_retry_attempts == 1
    assert len([link for link in topology.links if link.kind == "async-on-failure"]) == 1


# ── outside ──


def test_a_parameter_without_default_becomes_a_stub_at_the_end_of_a_link():
    result = imports("""
        Parameters: {QueueArn: {Type: String}}
        Resources:
          R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Arn: !Ref QueueArn, Id: x}]}}
    """)
    node = compile_topology(result.document).node("param:QueueArn")
    assert (node.kind, node.service, node.name) == ("stub", "external", "QueueArn")
    assert edges(result) == {("R", "param:QueueArn", "rule-target")}


@pytest.mark.parametrize(
    ("target", "stub"),
    [
        ("!ImportValue orders-queue", "import:orders-queue"),
        ("!GetAtt Inner.Outputs.Arn", "stack:Inner"),
        ("arn:aws:sqs:eu-west-1:123456789012:elsewhere", "ext:elsewhere"),
        ("!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Name}'", "param:Name"),
    ],
)
def test_every_other_way_out_of_a_template_ends_in_a_stub(target, stub):
    result = imports(f"""
        Parameters: {{Name: {{Type: String}}}}
        Resources:
          Inner: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: inner.yaml}}}}
          Q: {{Type: AWS::SQS::Queue, Properties: {{RedrivePolicy: {{deadLetterTargetArn: {target}, maxReceiveCount: 5}}}}}}
    """)
    assert edges(result) == {("Q", stub, "redrive")}


def test_a_universal_schedule_target_is_the_resource_in_its_input():
    result = imports("""
        Resources:
          Q: {Type: AWS::SQS::Queue}
          S:
            Type: AWS::Scheduler::Schedule
            Properties:
              ScheduleExpression: rate(1 day)
              Target: {Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', Input: !Sub '{"QueueUrl": "${Q}", "MessageBody": "x"}'}
    """)
    assert edges(result) == {("S", "Q", "schedule-target")}


def test_a_quickly_made_http_api_leads_to_its_target():
    result = imports("""
        Resources:
          F: {Type: AWS::Lambda::Function}
          A: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: !GetAtt F.Arn}}
    """)
    assert edges(result) == {("A", "F", "api-integration")}


def test_a_rule_that_logs_ends_in_its_log_group():
    result = imports("""
        Resources:
          L: {Type: AWS::Logs::LogGroup}
          R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Arn: !GetAtt L.Arn, Id: x}]}}
    """)
    assert edges(result) == {("R", "loggroup:L", "rule-target")}


# ── what is wrong with a template ──


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NotATemplate"),
        ("[]", "NotATemplate"),
        ("hello", "NotATemplate"),
        ("{}", "NotATemplate"),
        ("Resources: 3", "NotATemplate"),
        ("Resources:", "NotATemplate"),
    ],
)
def test_what_is_no_template_is_refused(text, code):
    result = imports(text)
    assert (result.document, [found for found, *_ in told(result)]) == (None, [code])


def test_a_resource_that_cannot_be_read_is_told_and_the_rest_is_drawn():
    result = imports("Resources:\n  A: 3\n  B: {Properties: {}}\n  C: {Type: AWS::SQS::Queue}")
    assert told(result) == [("ResourceNotReadable", "/Resources/A", 2), ("ResourceNotReadable", "/Resources/B", 3)]
    assert list(result.document["resources"]) == ["C"]


def test_a_value_that_no_model_understands_costs_one_property():
    result = imports("""
        Resources:
          Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: '{{resolve:ssm:timeout}}', DelaySeconds: 5}}
          M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn}}
    """)
    assert result.document["resources"]["Q"]["Properties"] == {"DelaySeconds": 5}
    assert [each for each, _ in verdict(result, "Q", "VisibilityTimeout")] == ["ignored"]
    assert told(result) == [("ValueNotUsable", "/Resources/Q/Properties/VisibilityTimeout", 3)]
    assert verdict(result, "M") == [("ignored", "It cannot be used without FunctionName.")]


def test_values_out_of_aws_s_bounds_are_warned_of_all_at_once():
    result = imports("""
        Resources:
          Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 99999999, DelaySeconds: -4}}
          F: {Type: AWS::Lambda::Function, Properties: {Timeout: 5000, Code: {ZipFile: pass}}}
    """)
    assert [(each.severity, each.path, each.message) for each in result.problems] == [
        (
            "warning",
            "/Resources/Q/Properties/VisibilityTimeout",
            "VisibilityTimeout of Q cannot be used as it is: input should be less than or equal to 43200.",
        ),
        (
            "warning",
            "/Resources/Q/Properties/DelaySeconds",
            "DelaySeconds of Q cannot be used as it is: input should be greater than or equal to 0.",
        ),
        (
            "warning",
            "/Resources/F/Properties/Timeout",
            "Timeout of F cannot be used as it is: input should be less than or equal to 900.",
        ),
    ]


def test_what_the_playground_adds_stands_in_the_metadata():
    result = imports("""
        Resources:
          F:
            Type: AWS::Serverless::Function
            Metadata: {Redrive: {behaviour: {failures: [{rate: 0.5}]}, label: The worker, position: {x: 1, y: nowhere}}}
    """)
    node = compile_topology(result.document).node("F")
    assert (node.label, node.config.behaviour.failures[0].rate_ppm, node.position) == ("The worker", 500_000, None)
    assert any(line.property == "Redrive.position" and line.verdict == "ignored" for line in result.report)
