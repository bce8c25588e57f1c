"""Each check code: a drawing that has it, the place it points at, and the plain cast, which has none."""

from __future__ import annotations

import pytest

from flows.topology import validate
from flows.topology.problems import CHECKS
from tests.services.appsync_cast import SCHEMA, a_part, a_resolver
from tests.services.appsync_cast import an_api as a_graphql_api
from tests.services.ecs_cast import a_definition, a_service
from tests.services.rds_cast import a_cluster
from tests.topology.documents import (
    ARN,
    a_document,
    a_function,
    a_machine,
    a_mapping,
    a_queue,
    a_topic,
    redrive,
    the_cast,
)

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:ChargeCard"
END = {"Type": "Pass", "End": True}
LISTENS = {"EventPattern": {"source": ["orders"]}, "Targets": [{"Id": "t", "Arn": ARN.format("Orders")}]}


def a_rule(**properties):
    return {"Type": "AWS::Events::Rule", "Properties": {**LISTENS, **properties}}


def a_schedule(expression="rate(5 minutes)", **properties):
    given = {"ScheduleExpression": expression, "Target": {"Arn": ARN.format("Orders")}, **properties}
    return {"Type": "AWS::Scheduler::Schedule", "Properties": given}


NIGHTLY = "/resources/Nightly/Properties"
SHIPPING = {"StartAt": "Ship", "States": {"Ship": {"Type": "Task", "Resource": FUNCTION, "End": True}}}
POLICY = "/resources/Orders/Properties/RedrivePolicy"
CHARGE_CARD = "arn:aws:lambda:eu-west-1:123456789012:function:ChargeCard"


def an_api(**properties):
    return {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP", **properties}}


def a_route(**integration):
    return {
        "paths": {
            "/": {"post": {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": CHARGE_CARD, **integration}}}
        }
    }


CASES = {
    "DocumentNotAnObject": ([], ""),
    "FormatUnknown": ({"format": 99}, "/format"),
    "NoResources": (a_document(), "/resources"),
    "ValueInvalid": (
        the_cast(Orders=a_queue(DelaySeconds=901, RedrivePolicy=redrive())),
        "/resources/Orders/Properties/DelaySeconds",
    ),
    "TypeUnknown": (the_cast(Thing={"Type": "AWS::Thing"}), "/resources/Thing/Type"),
    "NameDuplicate": (the_cast(Other=a_queue(QueueName="Orders")), "/resources/Other/Properties/QueueName"),
    "RedrivePolicyTargetMissing": (
        the_cast(Orders=a_queue(RedrivePolicy=redrive("Nowhere"))),
        f"{POLICY}/deadLetterTargetArn",
    ),
    "RedrivePolicyTargetNotAQueue": (
        the_cast(
            Orders=a_queue(
                RedrivePolicy={
                    "deadLetterTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:ChargeCard",
                    "maxReceiveCount": 5,
                }
            )
        ),
        f"{POLICY}/deadLetterTargetArn",
    ),
    "RedrivePolicyTargetItself": (
        the_cast(Orders=a_queue(RedrivePolicy=redrive("Orders"))),
        f"{POLICY}/deadLetterTargetArn",
    ),
    "RedrivePolicyCycle": (the_cast(OrdersDlq=a_queue(RedrivePolicy=redrive("Orders"))), POLICY),
    "RedrivePolicyFifoMismatch": (
        the_cast(OrdersDlq=a_queue(FifoQueue=True), Orders=a_queue(RedrivePolicy=redrive("OrdersDlq.fifo"))),
        f"{POLICY}/deadLetterTargetArn",
    ),
    "RedrivePolicyRefused": (
        the_cast(
            OrdersDlq=a_queue(MessageRetentionPeriod=1_209_600, RedriveAllowPolicy={"redrivePermission": "denyAll"})
        ),
        f"{POLICY}/deadLetterTargetArn",
    ),
    "MaxReceiveCountLow": (the_cast(Orders=a_queue(RedrivePolicy=redrive(count=4))), f"{POLICY}/maxReceiveCount"),
    "RetentionShorterThanSource": (
        the_cast(OrdersDlq=a_queue(MessageRetentionPeriod=60)),
        "/resources/OrdersDlq/Properties/MessageRetentionPeriod",
    ),
    "DeadLetterQueueMissing": (the_cast(Orders=a_queue()), "/resources/Orders/Properties"),
    "FifoSettingWithoutFifo": (
        the_cast(Other=a_queue(ContentBasedDeduplication=True)),
        "/resources/Other/Properties/ContentBasedDeduplication",
    ),
    "FifoThroughputNeedsGroups": (
        the_cast(Other=a_queue(FifoQueue=True, FifoThroughputLimit="perMessageGroupId")),
        "/resources/Other/Properties/FifoThroughputLimit",
    ),
    "FifoQueueTakesNone": (
        the_cast(
            Other=a_queue(FifoQueue=True),
            ChargeCard=a_function(DeadLetterConfig={"TargetArn": ARN.format("Other.fifo")}),
        ),
        "/resources/ChargeCard",
    ),
    "FifoNameWithoutSuffix": (
        the_cast(Other=a_queue(FifoQueue=True, QueueName="other")),
        "/resources/Other/Properties/QueueName",
    ),
    "BehaviourInvalid": (
        the_cast(ChargeCard=a_function({"failures": [{"rate": 2}]})),
        "/resources/ChargeCard/playground/behaviour/failures/0/rate",
    ),
    "DeadLetterTargetMissing": (
        the_cast(ChargeCard=a_function(DeadLetterConfig={"TargetArn": ARN.format("Nowhere")})),
        "/resources/ChargeCard/Properties/DeadLetterConfig/TargetArn",
    ),
    "MappingFunctionMissing": (
        the_cast(Mapping=a_mapping(function="Nobody")),
        "/resources/Mapping/Properties/FunctionName",
    ),
    "MappingSourceMissing": (
        the_cast(Mapping=a_mapping(source="Nowhere")),
        "/resources/Mapping/Properties/EventSourceArn",
    ),
    "MappingBatchNeedsWindow": (the_cast(Mapping=a_mapping(BatchSize=11)), "/resources/Mapping/Properties/BatchSize"),
    "MappingBatchTooLargeForFifo": (
        the_cast(
            Orders=a_queue(FifoQueue=True),
            Mapping=a_mapping(source="Orders.fifo", BatchSize=11, MaximumBatchingWindowInSeconds=5),
        ),
        "/resources/Mapping/Properties/BatchSize",
    ),
    "MappingWindowOnFifo": (
        the_cast(
            Orders=a_queue(FifoQueue=True),
            Mapping=a_mapping(source="Orders.fifo", MaximumBatchingWindowInSeconds=5),
        ),
        "/resources/Mapping/Properties/MaximumBatchingWindowInSeconds",
    ),
    "VisibilityTimeoutTooShort": (
        the_cast(Orders=a_queue(VisibilityTimeout=2, RedrivePolicy=redrive())),
        "/resources/Orders/Properties/VisibilityTimeout",
    ),
    "VisibilityTimeoutTight": (
        the_cast(ChargeCard=a_function(Timeout=6)),
        "/resources/Orders/Properties/VisibilityTimeout",
    ),
    "MaximumConcurrencyAboveReserved": (
        the_cast(
            ChargeCard=a_function(ReservedConcurrentExecutions=2),
            Mapping=a_mapping(ScalingConfig={"MaximumConcurrency": 3}),
        ),
        "/resources/Mapping/Properties/ScalingConfig/MaximumConcurrency",
    ),
    "FifoTopicNameMismatch": (
        the_cast(News=a_topic(FUNCTION, TopicName="news.fifo")),
        "/resources/News/Properties/TopicName",
    ),
    "FifoTopicProtocol": (the_cast(News=a_topic(FUNCTION, FifoTopic=True)), "/resources/News/Properties"),
    "FifoQueueAtStandardTopic": (
        the_cast(Other=a_queue(FifoQueue=True), News=a_topic(ARN.format("Other.fifo"))),
        "/resources/News/Properties",
    ),
    "RawDeliveryUnsupported": (
        the_cast(
            News=a_topic(ARN.format("OrdersDlq"), "sqs"),
            Raw={
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": "arn:aws:sns:eu-west-1:123456789012:News",
                    "Protocol": "lambda",
                    "Endpoint": FUNCTION,
                    "RawMessageDelivery": True,
                },
            },
        ),
        "/resources/Raw/Properties",
    ),
    "SubscriptionDeadLettersFifo": (
        the_cast(
            Other=a_queue(FifoQueue=True),
            News={"Type": "AWS::SNS::Topic", "Properties": {"FifoTopic": True}},
            Ordered={
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": "arn:aws:sns:eu-west-1:123456789012:News.fifo",
                    "Protocol": "sqs",
                    "Endpoint": ARN.format("Other.fifo"),
                    "RedrivePolicy": {"deadLetterTargetArn": ARN.format("OrdersDlq")},
                },
            },
        ),
        "/resources/Ordered/Properties",
    ),
    "CallTargetMissing": (
        the_cast(ChargeCard=a_function({"calls": [{"target": "Nobody", "operation": "sqs:SendMessage"}]})),
        "/resources/ChargeCard/playground/behaviour/calls/0/target",
    ),
    "AsyncFailureLost": (the_cast(News=a_topic(FUNCTION)), "/resources/ChargeCard/Properties"),
    "FunctionDeadLetterQueueUnused": (
        the_cast(ChargeCard=a_function(DeadLetterConfig={"TargetArn": ARN.format("OrdersDlq")})),
        "/resources/ChargeCard/Properties/DeadLetterConfig",
    ),
    "FunctionWritesToItsSource": (
        the_cast(
            Uploads={
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "NotificationConfiguration": {"LambdaConfigurations": [{"Event": "s3:*", "Function": FUNCTION}]}
                },
            },
            ChargeCard=a_function({"calls": [{"target": "Uploads"}]}),
        ),
        "/resources/ChargeCard",
    ),
    "LinkEndMissing": (the_cast(News=a_topic(ARN.format("Nowhere"))), "/resources/News"),
    "FaultInvalid": (
        the_cast(Orders={**a_queue(RedrivePolicy=redrive()), "playground": {"faults": [{"Kind": "latency"}]}}),
        "/resources/Orders/playground/faults/0",
    ),
    "FaultOnUnknownLink": (
        {**the_cast(), "playground": {"links": {"Nowhere": {"faults": [{"Kind": "outage"}]}}}},
        "/playground/links/Nowhere",
    ),
    "EventRuleRefused": (the_cast(Wants=a_rule(ScheduleExpression="rate(1 minutes)")), "/resources/Wants/Properties"),
    "EventRuleWithoutTarget": (the_cast(Wants=a_rule(Targets=[])), "/resources/Wants/Properties"),
    "EventRuleTargetsTooMany": (
        the_cast(Wants=a_rule(Targets=[{"Id": f"t{n}", "Arn": ARN.format("Orders")} for n in range(6)])),
        "/resources/Wants/Properties/Targets",
    ),
    "EventRuleDeadLettersFifo": (
        the_cast(
            Other=a_queue(FifoQueue=True),
            Wants=a_rule(
                Targets=[
                    {"Id": "t", "Arn": ARN.format("Orders"), "DeadLetterConfig": {"Arn": ARN.format("Other.fifo")}}
                ]
            ),
        ),
        "/resources/Wants/Properties/Targets/0/DeadLetterConfig",
    ),
    "ScheduleRefused": (the_cast(Nightly=a_schedule("cron(0 1 * * * *)")), NIGHTLY + "/ScheduleExpression"),
    "ScheduleWithoutTarget": (the_cast(Nightly=a_schedule(Target={"Input": "x"})), NIGHTLY),
    "ScheduleDeadLettersFifo": (
        the_cast(
            Other=a_queue(FifoQueue=True),
            Nightly=a_schedule(
                Target={"Arn": ARN.format("Orders"), "DeadLetterConfig": {"Arn": ARN.format("Other.fifo")}}
            ),
        ),
        NIGHTLY + "/Target/DeadLetterConfig",
    ),
    "PipeSourceNotSimulated": (
        the_cast(
            Pipe={
                "Type": "AWS::Pipes::Pipe",
                "Properties": {
                    "Source": "arn:aws:kinesis:eu-west-1:123456789012:stream/s",
                    "Target": ARN.format("Orders"),
                },
            }
        ),
        "/resources/Pipe/Properties/Source",
    ),
    "PipeWithoutTarget": (
        the_cast(Pipe={"Type": "AWS::Pipes::Pipe", "Properties": {"Source": ARN.format("Orders")}}),
        "/resources/Pipe/Properties",
    ),
    "ApiStands": (the_cast(Shop=an_api(ProtocolType="WEBSOCKET")), "/resources/Shop/Properties"),
    "ApiWithoutRoutes": (the_cast(Shop=an_api()), "/resources/Shop/Properties"),
    "ApiTemplateUnknown": (
        the_cast(Shop=an_api(Body=a_route(requestTemplates={"application/json": "#macro(a)1#end"}))),
        "/resources/Shop/Properties",
    ),
    "ApiFunctionOutlivesClient": (
        the_cast(Shop=an_api(Body=a_route()), ChargeCard=a_function(Timeout=31)),
        "/resources/Shop/Properties",
    ),
    "DefinitionMissing": (the_cast(Fulfil=a_machine(None)), "/resources/Fulfil/Properties"),
    "DefinitionRefused": (
        the_cast(Fulfil=a_machine({"StartAt": "Pack", "States": {"Pack": {**END, "Comment": 7}}})),
        "/resources/Fulfil/Properties/Definition/States/Pack/Comment",
    ),
    "DefinitionDoubtful": (
        the_cast(Fulfil=a_machine({"StartAt": "End", "States": {"End": {**END, "Parameters": {"id": "$.id"}}}})),
        "/resources/Fulfil/Properties/Definition/States/End/Parameters/id",
    ),
    "DefinitionHasMore": (
        the_cast(Fulfil=a_machine({"StartAt": "End", "States": {"End": {**END, **{f"F{n}": n for n in range(21)}}}})),
        "/resources/Fulfil/Properties/Definition",
    ),
    "DefinitionUnfinished": (
        the_cast(Fulfil=a_machine({"StartAt": "End", "States": {"End": {**END, "Comment": "${Who}"}}})),
        "/resources/Fulfil/Properties/Definition",
    ),
    "MockInvalid": (
        the_cast(Fulfil=a_machine(SHIPPING, mocks={"Ship": {"error": 7}})),
        "/resources/Fulfil/playground/mocks/Ship",
    ),
    "MockOfNoState": (
        the_cast(Fulfil=a_machine(SHIPPING, mocks={"Pack": {"result": 1}})),
        "/resources/Fulfil/playground/mocks/Pack",
    ),
    "ConsumedQueueMissing": (
        the_cast(Worker=a_definition({"consumes": {"queue": "Nowhere"}})),
        "/resources/Worker/playground/behaviour/consumes/queue",
    ),
    "WorkOutlivesVisibility": (
        the_cast(
            Worker=a_definition({"consumes": {"queue": "Orders"}, "duration": {"kind": "constant", "ms": 900_000}})
        ),
        "/resources/Orders/Properties/VisibilityTimeout",
    ),
    "ServiceWithoutTask": (the_cast(Workers=a_service()), "/resources/Workers/Properties/TaskDefinition"),
    "GraphqlSchemaRefused": (the_cast(Shop=a_graphql_api()), "/resources/Shop/Properties"),
    "GraphqlFieldMissing": (
        the_cast(
            Shop=a_graphql_api(), Schema=a_part("GraphQLSchema", Definition=SCHEMA), Nope=a_resolver("Query.nope")
        ),
        "/resources/Nope/Properties/FieldName",
    ),
    "ConnectionsMayRunOut": (
        the_cast(Shop=a_cluster(), ChargeCard=a_function({"calls": [{"target": "Shop", "operation": "rds:Query"}]})),
        "/resources/ChargeCard/Properties/ReservedConcurrentExecutions",
    ),
    "NotSimulatedYet": (the_cast(Ledger={"Type": "AWS::QLDB::Ledger"}), "/resources/Ledger"),
}


def test_the_cast_has_no_problems():
    assert validate(the_cast()) == []


def test_every_check_has_a_case_here():
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize("code", CASES)
def test_a_problem_is_found_where_it_is(code):
    document, path = CASES[code]
    found = [problem for problem in validate(document) if problem.code == code]
    assert [problem.path for problem in found] == [path]
    assert found[0].severity == CHECKS[code].severity
    assert found[0].hint
    assert "{" not in found[0].message.replace(code, "")


def test_all_problems_come_at_once_and_errors_come_first():
    document = the_cast(Orders=a_queue(DelaySeconds="soon", VisibilityTimeout=-1), Mapping=a_mapping(function="Nobody"))
    found = validate(document)
    assert [(problem.code, problem.path) for problem in found] == [
        ("MappingFunctionMissing", "/resources/Mapping/Properties/FunctionName"),
        ("ValueInvalid", "/resources/Orders/Properties/DelaySeconds"),
        ("ValueInvalid", "/resources/Orders/Properties/VisibilityTimeout"),
    ]


def test_a_document_nested_a_thousand_deep_is_refused_in_words():
    document: dict = {}
    for _ in range(1000):
        document = {"resources": document}
    (found,) = validate(document)
    assert found.message == "The document is nested deeper than 100 levels."


def test_unknown_properties_are_kept_and_not_refused():
    assert validate(the_cast(ChargeCard=a_function(Tags=[1], Whatever={"x": None}))) == []


def test_a_fifo_dead_letter_queue_may_keep_messages_for_a_shorter_time_because_their_age_begins_anew():
    orders = a_queue(FifoQueue=True, RedrivePolicy=redrive("OrdersDlq.fifo"))
    queue = the_cast(Orders=orders, OrdersDlq=a_queue(FifoQueue=True, MessageRetentionPeriod=60), Mapping=None)
    assert [found.code for found in validate(queue)] == []
