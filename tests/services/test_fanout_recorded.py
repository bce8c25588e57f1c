"""What leaves a function or a topic equals what AWS was recorded to send (`cases/aws/shapes.json`)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import MINUTE, SECOND, Run, a_function, a_queue, a_topology, arn, function_arn
from tests.fanout import BUS, a_subscription, a_topic, an_asynchronous_function, topic_arn

HOUR = 60 * MINUTE
CASES = Path(__file__).parents[3] / "shared" / "cases"
pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not CASES.exists(), reason="the recorded cases are not here (../shared/cases)"),
]


def recorded(name: str) -> Any:
    """The one recording of that name."""
    (found,) = json.loads((CASES / "aws/shapes.json").read_text("utf-8"))[name].values()
    return found


def matches(want: Any, got: Any) -> bool:
    """By the recorder's own rules for placeholders."""
    spec = importlib.util.spec_from_file_location("asl_match", CASES / "tools/asl_match.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.matches(want, got)


def without_trace(record: dict[str, Any]) -> dict[str, Any]:
    """Line numbers of code that is not here are nobody's business; that there is one frame is."""
    assert len(record["responsePayload"]["stackTrace"]) == 1
    return {**record, "responsePayload": {**record["responsePayload"], "stackTrace": "<stack>"}}


def invoked(run: Run, payload: Any) -> None:
    run.ok("lambda:Invoke", FunctionName="resize", InvocationType="Event", Payload=json.dumps(payload))
    run.until(HOUR)


def fails(message: str, **body: Any) -> list[dict[str, Any]]:
    return [{"error": {"type": "Exception", "message": message}, "how": "raise", **body}]


def test_the_record_of_a_success():
    want = recorded("lambda_async_destination_success")["Messages"][0]["Body"]
    run = Run(an_asynchronous_function(on_success=arn("successes")))
    output = {"event": {}, "context": dict.fromkeys(want["responsePayload"]["context"], "x")}
    output["context"] |= {"function_version": "$LATEST", "memory_limit_in_mb": "128", "client_context": None}
    output["context"]["log_group_name"] = "/aws/lambda/resize"
    output["context"]["invoked_function_arn"] = function_arn("resize")
    run.ok("lambda:UpdateFunctionCode", FunctionName="resize", Behaviour={"output": output})
    invoked(run, {})
    (message,) = run.receive(queue="successes")
    assert matches(want, json.loads(message["Body"]))


def test_the_record_of_exhausted_retries():
    want = recorded("lambda_async_destination_failure_default_retries")["Messages"][0]["Body"]
    run = Run(an_asynchronous_function(fails("Test exception (this is intentional)"), on_failure=arn("failures")))
    invoked(run, {"raise_error": 1})
    (message,) = run.receive(queue="failures")
    assert matches(without_trace(want), without_trace(json.loads(message["Body"])))
    assert list(json.loads(message["Body"])) == list(want)


@pytest.mark.parametrize(("name", "age"), [("no_retry_failure_message", 60), ("single_retry_failure_message", 100)])
def test_the_record_of_an_event_that_grew_too_old(name, age):
    want = recorded("lambda_async_destination_event_age_exceeded")[name]["Body"]
    config = {"MaximumEventAgeInSeconds": age}
    run = Run(an_asynchronous_function(fails("intentional failure"), on_failure=arn("failures"), config=config))
    invoked(run, {"message": "one"})
    (message,) = run.receive(queue="failures")
    assert matches(without_trace(want), without_trace(json.loads(message["Body"])))


@pytest.mark.parametrize("result", ["success", "failure"])
def test_the_event_on_a_bus(result):
    want = recorded("lambda_async_destination_eventbridge")[f"lambda_destination_event_bus_{result}"]
    failures = fails("intentional failure!", body={"path": "$.mode", "equals": "failure"})
    run = Run(an_asynchronous_function(failures, on_success=BUS, on_failure=BUS, config={"MaximumRetryAttempts": 0}))
    output = {"hello": "world", "success": True, "test": "abc", "val": 5}
    behaviour = {"output": output, "failures": failures}
    run.ok("lambda:UpdateFunctionCode", FunctionName="resize", Behaviour=behaviour)
    invoked(run, {"mode": result})
    (put,) = [row for row in run.records() if row["kind"] == "EventPut"]
    environment = run.simulation.environment
    got = json.loads(environment.bodies.text(environment.subjects.body[put["subject"]]))
    if result == "failure":
        want = {**want, "detail": without_trace(want["detail"])}
        got = {**got, "detail": without_trace(got["detail"])}
    assert matches(want, got)


def test_the_dead_letter_of_a_function_in_a_queue():
    want = recorded("lambda_async_dlq_sqs")["Messages"][0]
    run = Run(an_asynchronous_function(fails("Test exception (this is intentional)"), arn("resize-dlq")))
    invoked(run, {"raise_error": 1})
    (message,) = run.receive(queue="resize-dlq", MessageAttributeNames=["All"])
    assert matches({**want, "MD5OfBody": "<any>"}, message)


def test_the_dead_letter_of_a_function_in_a_topic():
    want = recorded("lambda_async_dlq_sns")["Messages"][0]["Body"]
    topology = a_topology(
        In=a_topic("in"),
        Out=a_topic("out"),
        Letters=a_queue("letters"),
        Resize=a_function(
            "resize",
            1,
            fails("Test exception (this is intentional)"),
            DeadLetterConfig={"TargetArn": topic_arn("out")},
        ),
        InToResize=a_subscription("in", function_arn("resize")),
        OutToLetters=a_subscription("out", arn("letters")),
    )
    run = Run(topology)
    run.ok("sns:Publish", TopicArn=topic_arn("in"), Message='{"raise_error": 1}')
    run.until(HOUR)
    (message,) = run.receive(queue="letters")
    assert matches(want, json.loads(message["Body"]))


def test_a_subscribers_attributes_envelope_and_raw_message():
    want = recorded("sns_to_sqs_envelope_and_raw")
    run = Run(a_topology(T=a_topic("t"), Q=a_queue("q"), S=a_subscription("t", arn("q"))))
    (subscription,) = run.ok("sns:ListSubscriptionsByTopic", TopicArn=topic_arn("t"))["Subscriptions"]
    name = {"SubscriptionArn": subscription["SubscriptionArn"]}
    for raw, number in (("false", "100.12"), ("true", "99.12")):
        run.ok("sns:SetSubscriptionAttributes", **name, AttributeName="RawMessageDelivery", AttributeValue=raw)
        attributes = run.ok("sns:GetSubscriptionAttributes", **name)["Attributes"]
        assert matches(want[f"sub-attrs-raw-{raw}"]["Attributes"], attributes)
        given = {"attr1": {"DataType": "Number", "StringValue": number}}
        run.ok("sns:Publish", TopicArn=topic_arn("t"), Message="Test msg", MessageAttributes=given)
        (message,) = run.receive(queue="q", MessageAttributeNames=["All"])
        assert matches(want[f"message-raw-{raw}"]["Messages"][0], message)
        run.delete(message, queue="q")


@pytest.mark.parametrize(
    ("raw", "name"), [(True, "sns_subscription_dlq_raw"), (False, "sns_subscription_dlq_envelope")]
)
def test_a_subscriptions_dead_letter_has_exactly_the_delivered_form(raw, name):
    want = recorded(name)["messages"]["Messages"][0]
    topology = a_topology(
        T=a_topic("t"), Q=a_queue("q"), D=a_queue("d"), S=a_subscription("t", arn("q"), "d", RawMessageDelivery=raw)
    )
    run = Run(topology)
    run.ok("playground:PutFault", Target="Q", Kind="outage")
    given = {
        "attr1": {"DataType": "Number", "StringValue": "111"},
        "attr2": {"DataType": "Binary", "BinaryValue": "AgME"},
    }
    run.simulation.run_until(SECOND)
    caller = run.simulation.world.caller("Alice")
    params = {"TopicArn": topic_arn("t"), "Message": "test_dlq_after_sqs_endpoint_deleted", "MessageAttributes": given}
    run.simulation.call(caller, "sns", "Publish", params)
    run.until(24 * 86_400 * SECOND)
    (message,) = run.receive(queue="d", AttributeNames=["All"], MessageAttributeNames=["All"])
    if raw:
        want["MessageAttributes"]["attr2"]["BinaryValue"] = "AgME"
    assert matches(want, message)
