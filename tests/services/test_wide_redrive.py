"""Redrive where AWS has none: dead letters of functions and of subscriptions go back to where they failed."""

from __future__ import annotations

import json

from tests.builders import MINUTE, SECOND, Run, a_queue, a_topology, arn
from tests.fanout import ALWAYS, POISON, a_fan_out, a_subscription, a_topic, an_asynchronous_function, topic_arn

HOUR = 60 * MINUTE


def failed(run: Run, payload: str = '{"poison": true}') -> None:
    run.ok("lambda:Invoke", FunctionName="resize", InvocationType="Event", Payload=payload)
    run.until(run.simulation.now_at + HOUR)


def redrive(run: Run, queue: str, body: str | None = None) -> None:
    """Everything that is visible, edited or not."""
    letters = run.receive(queue=queue, VisibilityTimeout=0)
    run.until(run.simulation.now_at)
    edited = {} if body is None else {"MessageBody": body}
    messages = [{"MessageId": letter["MessageId"], **edited} for letter in letters]
    run.ok("sqs:RedriveMessages", SourceArn=arn(queue), Messages=messages)
    run.until(run.simulation.now_at + SECOND)


def event_of(run: Run, row: dict) -> str:
    environment = run.simulation.environment
    return environment.bodies.text(environment.subjects.body[row["subject"]])


def test_a_functions_dead_letter_goes_back_as_an_asynchronous_invocation_of_the_original_event():
    run = Run(an_asynchronous_function([POISON], arn("resize-dlq")))
    failed(run)
    run.ok("lambda:UpdateFunctionCode", FunctionName="resize", Behaviour={})
    run.records()
    redrive(run, "resize-dlq")
    rows = run.records()
    (queued,) = [row for row in rows if row["kind"] == "EventQueued"]
    assert event_of(run, queued) == '{"poison": true}'
    (returned,) = [row for row in rows if row["kind"] == "DeadLetterReturned"]
    subjects = run.simulation.environment.subjects
    assert subjects.parent[queued["subject"]] == returned["subject"]
    assert run.topology.links[returned["link"]].kind == "async-dlq"
    assert (returned["destination"], returned["edited"]) == (run.topology.node("Resize").index, 0)
    assert [row["kind"] for row in rows].count("EventDelivered") == 1
    assert run.counts("resize-dlq") == (0, 0, 0)


def test_out_of_a_destinations_record_the_request_payload_goes_back():
    run = Run(an_asynchronous_function([POISON], on_failure=arn("failures")))
    failed(run)
    run.records()
    redrive(run, "failures")
    (queued,) = [row for row in run.records() if row["kind"] == "EventQueued"]
    assert json.loads(event_of(run, queued)) == {"poison": True}


def test_an_edited_letter_goes_back_as_it_was_edited():
    run = Run(an_asynchronous_function([POISON], arn("resize-dlq")))
    failed(run)
    run.records()
    redrive(run, "resize-dlq", '{"poison": false}')
    rows = run.records()
    (queued,) = [row for row in rows if row["kind"] == "EventQueued"]
    assert event_of(run, queued) == '{"poison": false}'
    assert [row["edited"] for row in rows if row["kind"] == "DeadLetterReturned"] == [1]
    assert [row["kind"] for row in rows].count("EventDelivered") == 1


def test_a_record_edited_beyond_recognition_stays_where_it_is_and_fails_the_task():
    run = Run(an_asynchronous_function([ALWAYS], on_failure=arn("failures")))
    failed(run)
    redrive(run, "failures", "no record")
    (task,) = run.ok("sqs:ListMessageMoveTasks", SourceArn=arn("failures"))["Results"]
    assert task["Status"] == "FAILED"
    assert task["FailureReason"].startswith("InvalidMessageContents")
    assert run.counts("failures") == (1, 0, 0)


def test_a_subscriptions_dead_letter_goes_back_to_that_subscriber_only():
    run = Run(a_fan_out())
    small = a_topology(
        Events=a_topic("events"),
        Small=a_queue("small", MaximumMessageSize=1024),
        Other=a_queue("other"),
        Undelivered=a_queue("undelivered"),
        ToSmall=a_subscription("events", arn("small"), "undelivered"),
        ToOther=a_subscription("events", arn("other")),
    )
    run = Run(small)
    run.ok("sns:Publish", TopicArn=topic_arn("events"), Message="x" * 2000)
    assert run.counts("undelivered") == (1, 0, 0)
    run.ok("sqs:SetQueueAttributes", QueueUrl=small.node("Small").url, Attributes={"MaximumMessageSize": "8192"})
    redrive(run, "undelivered")
    assert (run.counts("small"), run.counts("other")) == ((1, 0, 0), (1, 0, 0))
    (message,) = run.receive(queue="small")
    assert json.loads(message["Body"])["Message"] == "x" * 2000


def test_a_function_gets_its_event_out_of_the_envelope():
    run = Run(a_fan_out())
    run.ok("playground:PutFault", Target="ToResize", Kind="outage", Until="24 d")
    run.ok("sns:Publish", TopicArn=topic_arn("events"), Message="hello")
    run.until(25 * 86_400 * SECOND)
    assert run.counts("undelivered") == (1, 0, 0)
    run.records()
    redrive(run, "undelivered")
    (queued,) = [row for row in run.records() if row["kind"] == "EventQueued"]
    (record,) = json.loads(event_of(run, queued))["Records"]
    assert (record["EventSource"], record["Sns"]["Message"]) == ("aws:sns", "hello")


def test_awss_own_move_task_refuses_such_a_queue():
    run = Run(an_asynchronous_function([ALWAYS], arn("resize-dlq")))
    failed(run)
    code, message = run.no("sqs:StartMessageMoveTask", SourceArn=arn("resize-dlq"))
    assert (code, message) == ("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")


def test_a_letter_that_fails_again_comes_back_with_its_whole_ancestry():
    run = Run(an_asynchronous_function([ALWAYS], arn("resize-dlq"), config={"MaximumRetryAttempts": 0}))
    failed(run)
    redrive(run, "resize-dlq")
    rows = run.records()
    arrived = [row["subject"] for row in rows if row["kind"] == "FailureArrived"]
    subjects = run.simulation.environment.subjects
    assert len(arrived) == 2
    assert subjects.root[arrived[0]] == subjects.root[arrived[1]]
