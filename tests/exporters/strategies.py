"""Random topology documents with every kind of node and link that is simulated, for round trips."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from flows.topology import names
from flows.topology.types import NODE_TYPES
from tests.strategies import behaviours

IDS = (
    "Orders",
    "orders-dlq",
    "Invoices",
    "Nested.Parcels",
    "A",
    "Überweisung",
    "Orders2",
    "order_events",
    "ServerlessRestApi",
)
WORDS = st.sampled_from(
    ["orders", "€ 5", "two\nlines", "a: b", "${Orders}", "yes", "0123", "# no comment", " leads", "null", "arn:aws:x"]
)
faults = st.sampled_from(
    [[], [], [{"Kind": "outage", "From": "10 min", "Until": "20 min"}], [{"Kind": "error-rate", "Rate": 0.3}]]
)
positions = st.sampled_from([None, {"x": 0.0, "y": -12.5}, {"x": 320, "y": 80}])
calls = st.sampled_from(
    [
        {"style": "solid", "operations": ["sqs:SendMessage"], "evidence": ["env", "policy"]},
        {"style": "suggested", "operations": [], "evidence": ["env"]},
    ]
)


class Drawing:
    """A document that grows; every draw comes from Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.region = draw(st.sampled_from(["eu-west-1", "us-east-1", "ap-southeast-2"]))
        self.account = draw(st.sampled_from(["123456789012", "999988887777"]))
        self.resources: dict[str, dict[str, Any]] = {}

    def add(self, type_: str, wanted: str, **properties: Any) -> str:
        """A resource under a new id, with a playground block of its own; answers the id."""
        id_ = wanted
        while id_ in self.resources:
            id_ += "x"
        playground: dict[str, Any] = {}
        if position := self.draw(positions):
            playground["position"] = position
        if self.draw(st.booleans()):
            playground["label"] = self.draw(WORDS)
        if type_ in NODE_TYPES:
            playground["faults"] = self.draw(faults)
        self.resources[id_] = {"Type": type_, "Properties": properties, "playground": playground}
        return id_

    def node(self, type_: str, prefix: str, **properties: Any) -> str:
        """A node that carries its own name, or one made up from its id."""
        row = NODE_TYPES[type_]
        id_ = prefix + self.draw(st.sampled_from(IDS))
        if row.name and self.draw(st.booleans()):
            fifo = properties.get("FifoQueue") or properties.get("FifoTopic")
            properties = {
                row.name: f"my-{prefix.lower()}-{len(self.resources)}" + (".fifo" if fifo else ""),
                **properties,
            }
        return self.add(type_, id_, **properties)

    def some(self, *types: str) -> list[str]:
        return [id_ for id_, given in self.resources.items() if given["Type"] in types]

    def one(self, *types: str) -> Any:
        found = self.some(*types)
        return self.draw(st.sampled_from(found)) if found else None

    def arn(self, id_: str) -> str:
        given = self.resources[id_]
        name = names.physical_name(given["Type"], id_, given["Properties"])
        return names.arn(
            given["Type"], names.in_arn(given["Type"], name, given["Properties"]), self.region, self.account
        )

    def name(self, id_: str) -> str:
        given = self.resources[id_]
        return names.physical_name(given["Type"], id_, given["Properties"])

    def url(self, id_: str) -> str:
        return names.url("AWS::SQS::Queue", self.name(id_), self.region, self.account)

    def document(self) -> dict[str, Any]:
        links = self.draw(
            st.sampled_from([{}, {}, {"send:Orders": {"faults": [{"Kind": "throttle", "PerSecond": 3}]}}])
        )
        return {
            "format": 1,
            "name": self.draw(WORDS),
            "region": self.region,
            "account": self.account,
            "resources": self.resources,
            "report": [],
            "playground": {"links": links},
        }


QUEUE, FUNCTION, TOPIC, BUS = "AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::SNS::Topic", "AWS::Events::EventBus"
STREAM, TABLE, BUCKET, MACHINE = (
    "AWS::Kinesis::Stream",
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::StepFunctions::StateMachine",
)
MAPPING, RULE, STUB = "AWS::Lambda::EventSourceMapping", "AWS::Events::Rule", "Redrive::Stub"
KEYS = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def _stores(drawing: Drawing) -> None:
    draw = drawing.draw
    for _ in range(draw(st.integers(1, 3))):
        drawing.node(
            QUEUE,
            "",
            VisibilityTimeout=draw(st.sampled_from([1, 30, 900])),
            **draw(st.sampled_from([{}, {}, {"DelaySeconds": 3}])),
        )
    if draw(st.booleans()):
        letters = drawing.node(QUEUE, "Dead")
        source = drawing.one(QUEUE)
        if source != letters:
            policy = {"deadLetterTargetArn": drawing.arn(letters), "maxReceiveCount": draw(st.integers(1, 9))}
            drawing.resources[source]["Properties"]["RedrivePolicy"] = policy
    for type_, prefix, properties in (
        (STREAM, "Stream", {"ShardCount": 2}),
        (TABLE, "Table", {**KEYS, "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}),
        (TOPIC, "Topic", {}),
        (BUS, "Bus", {}),
    ):
        if draw(st.booleans()):
            drawing.node(type_, prefix, **properties)


def _functions(drawing: Drawing) -> None:
    draw = drawing.draw
    for _ in range(draw(st.integers(0, 3))):
        properties: dict[str, Any] = draw(
            st.sampled_from(
                [
                    {},
                    {"Timeout": 30},
                    {
                        "Runtime": "python3.13",
                        "Handler": "app.handler",
                        "Code": {"ZipFile": "def handler(e, c):\n  pass"},
                    },
                    {"ReservedConcurrentExecutions": 2},
                ]
            )
        )
        letters = drawing.one(QUEUE, TOPIC)
        if letters and draw(st.booleans()):
            properties = {**properties, "DeadLetterConfig": {"TargetArn": drawing.arn(letters)}}
        queue = drawing.one(QUEUE)
        variables = {"QUEUE_URL": drawing.url(queue), "LEVEL": draw(WORDS), "TEXT": f"see {drawing.arn(queue)}, or not"}
        properties = {**properties, **({"Environment": {"Variables": variables}} if draw(st.booleans()) else {})}
        id_ = drawing.node(FUNCTION, "F", **properties)
        playground = drawing.resources[id_]["playground"]
        target = drawing.one(QUEUE, TOPIC, BUS, STREAM, TABLE, FUNCTION)
        if draw(st.booleans()):
            playground["behaviour"] = draw(behaviours)
            if draw(st.booleans()):
                playground["behaviour"]["calls"] = [
                    {"target": target, "message": draw(st.sampled_from(["hello", {"a": None}]))}
                ]
        if draw(st.booleans()):
            playground["calls"] = [{"target": target, **draw(calls)}]
        if draw(st.booleans()):
            _invoke_config(drawing, id_)
        source = drawing.one(QUEUE, STREAM)
        if draw(st.booleans()):
            extra = (
                {"StartingPosition": "LATEST", "BisectBatchOnFunctionError": True}
                if drawing.resources[source]["Type"] == STREAM
                else {}
            )
            drawing.add(
                MAPPING,
                f"{id_}Reads",
                EventSourceArn=drawing.arn(source),
                FunctionName=draw(st.sampled_from([drawing.arn(id_), drawing.name(id_)])),
                BatchSize=draw(st.integers(1, 10)),
                **extra,
            )


def _invoke_config(drawing: Drawing, function: str) -> None:
    target = drawing.one(QUEUE, TOPIC, BUS)
    drawing.add(
        "AWS::Lambda::EventInvokeConfig",
        f"{function}Asynchronously",
        FunctionName=drawing.name(function),
        Qualifier="$LATEST",
        MaximumRetryAttempts=drawing.draw(st.integers(0, 2)),
        DestinationConfig={"OnFailure": {"Destination": drawing.arn(target)}},
    )


def _subscriptions(drawing: Drawing) -> None:
    draw, topic = drawing.draw, drawing.one(TOPIC)
    if topic is None or not draw(st.booleans()):
        return
    target = drawing.one(QUEUE, FUNCTION)
    protocol = "sqs" if drawing.resources[target]["Type"] == QUEUE else "lambda"
    given: dict[str, Any] = {"Protocol": protocol, "Endpoint": drawing.arn(target)}
    if draw(st.booleans()):
        given["FilterPolicy"] = {"kind": ["order", {"anything-but": ["test"]}]}
    if draw(st.booleans()):
        drawing.resources[topic]["Properties"]["Subscription"] = [
            {"Protocol": protocol, "Endpoint": drawing.arn(target)}
        ]
    else:
        drawing.add("AWS::SNS::Subscription", "Subscribed", TopicArn=drawing.arn(topic), **given)
    if draw(st.booleans()):
        drawing.add(
            "AWS::SNS::Subscription",
            "ByMail",
            TopicArn=drawing.arn(topic),
            Protocol="email",
            Endpoint="ops@example.com",
        )


def _events(drawing: Drawing) -> None:
    draw = drawing.draw
    for _ in range(draw(st.integers(0, 2))):
        target = drawing.one(QUEUE, FUNCTION, TOPIC, STREAM, BUS)
        row: dict[str, Any] = {"Arn": drawing.arn(target), "Id": draw(st.sampled_from(["T", "to-orders"]))}
        letters = drawing.one(QUEUE)
        if draw(st.booleans()):
            row["DeadLetterConfig"] = {"Arn": drawing.arn(letters)}
        bus = drawing.one(BUS)
        when: dict[str, Any] = {"EventPattern": {"source": ["orders"], "detail": {"total": [{"numeric": [">", 5]}]}}}
        if bus is not None and draw(st.booleans()):
            when["EventBusName"] = draw(st.sampled_from([drawing.name(bus), drawing.arn(bus)]))
        elif draw(st.booleans()):
            when = {"ScheduleExpression": "rate(5 minutes)"}
        drawing.node(RULE, "Rule", **when, Targets=[row])
    bus = drawing.one(BUS)
    if bus is not None and draw(st.booleans()):
        drawing.node("AWS::Events::Archive", "Archive", SourceArn=drawing.arn(bus), RetentionDays=3)
    if draw(st.booleans()):
        target = drawing.one(QUEUE, FUNCTION)
        drawing.node(
            "AWS::Scheduler::Schedule",
            "Schedule",
            ScheduleExpression="rate(1 hour)",
            Target={"Arn": drawing.arn(target), "Input": '{"at": "<aws.scheduler.scheduled-time>"}'},
        )
    if draw(st.booleans()):
        source, target = drawing.one(QUEUE), drawing.one(FUNCTION, TOPIC, BUS, STREAM)
        if target is not None:
            drawing.node(
                "AWS::Pipes::Pipe",
                "Pipe",
                Source=drawing.arn(source),
                Target=drawing.arn(target),
                SourceParameters={"SqsQueueParameters": {"BatchSize": 2}},
            )
    if draw(st.booleans()):
        drawing.node(
            "AWS::Events::ApiDestination", "Hook", InvocationEndpoint="https://example.com/orders", HttpMethod="POST"
        )


def _others(drawing: Drawing) -> None:
    draw = drawing.draw
    target = drawing.one(FUNCTION)
    if draw(st.booleans()):
        queue = drawing.one(QUEUE)
        task: dict[str, Any] = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": drawing.url(queue), "MessageBody.$": "$"},
            "Next": "Done",
        }
        if target is not None and draw(st.booleans()):
            task = {"Type": "Task", "Resource": drawing.arn(target), "Next": "Done"}
        definition = {"StartAt": "Do", "States": {"Do": task, "Done": {"Type": "Succeed"}}}
        id_ = drawing.node(MACHINE, "Machine", Definition=definition, StateMachineType="STANDARD")
        drawing.resources[id_]["playground"]["mocks"] = draw(
            st.sampled_from(
                [None, {"Do": {"result": None}}, {"Do": [{"error": "No", "times": 1}, {"result": {"a": 1}}]}]
            )
        )
    if target is not None and draw(st.booleans()):
        uri = f"arn:aws:apigateway:{drawing.region}:lambda:path/2015-03-31/functions/{drawing.arn(target)}/invocations"
        operation = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}}
        body = {
            "openapi": "3.0.1",
            "info": {"title": "orders", "version": "1"},
            "paths": {"/orders/{id}": {"post": operation}},
        }
        drawing.node(draw(st.sampled_from(["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"])), "Api", Body=body)
    if draw(st.booleans()):
        queue = drawing.one(QUEUE)
        configurations = [{"Event": "s3:ObjectCreated:*", "Queue": drawing.arn(queue)}]
        drawing.node(BUCKET, "Bucket", NotificationConfiguration={"QueueConfigurations": configurations})
    if target is not None and draw(st.booleans()):
        arn = "arn:aws:sqs:eu-west-1:555566667777:their-queue"
        drawing.resources["param:TheirQueueArn"] = {
            "Type": STUB,
            "Properties": {"Name": "TheirQueueArn", "Arn": arn, "Reason": "A parameter.", "Aliases": []},
            "playground": {},
        }
        drawing.add(
            "AWS::Lambda::EventInvokeConfig",
            "Theirs",
            FunctionName=drawing.arn(target),
            Qualifier="1",
            DestinationConfig={"OnSuccess": {"Destination": arn}},
        )


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    drawing = Drawing(draw)
    for grow in (_stores, _functions, _subscriptions, _events, _others):
        grow(drawing)
    return drawing.document()
