"""Dead letters, and message move tasks that bring them back."""

from __future__ import annotations

import json

import pytest

from tests.builders import SECOND, Run, a_queue, a_topology, arn, queues_only, url

DAY = 86_400 * SECOND


def dead(run: Run, *bodies: str) -> list[str]:
    """Messages that were received once too often; answers their ids. Takes a second for each receive."""
    ids = [run.send(body) for body in bodies]
    while run.receive(10, VisibilityTimeout=1):
        run.until(run.simulation.now_at + SECOND)
    return ids


def test_the_receive_that_would_be_one_too_many_moves_the_message_instead():
    run = Run(queues_only(maximum=2))
    run.send("poison")
    run.receive(at=0)
    run.receive(at=30 * SECOND)
    run.until(60 * SECOND)
    assert run.counts() == (1, 0, 0)
    assert run.counts("orders-dlq") == (0, 0, 0)
    assert run.receive(at=70 * SECOND) == []
    assert run.counts() == (0, 0, 0)
    assert run.counts("orders-dlq") == (1, 0, 0)
    *_, moved, arrived = run.records()
    topology = run.topology
    orders, dlq = topology.node("Orders"), topology.node("OrdersDlq")
    link = next(link for link in topology.links_from(orders.index) if link.kind == "redrive")
    assert (moved["at"], moved["kind"], moved["node"], moved["link"], moved["receive_count"], moved["maximum"]) == (
        70 * SECOND,
        "MessageMovedToDeadLetterQueue",
        orders.index,
        link.index,
        2,
        2,
    )
    assert (arrived["kind"], arrived["node"], arrived["source"], arrived["cause"], arrived["attempt"]) == (
        "DeadLetterArrived",
        dlq.index,
        orders.index,
        moved["sequence"],
        2,
    )
    subjects = run.simulation.environment.subjects
    assert subjects.parent[arrived["subject"]] == moved["subject"]
    assert subjects.root[arrived["subject"]] == moved["subject"]


def test_a_dead_letter_keeps_id_body_and_attributes_names_its_source_and_goes_on_counting():
    run = Run(queues_only(maximum=1))
    attributes = {"MyAttribute": {"StringValue": "foobar", "DataType": "String"}}
    message_id = run.send("message-1", MessageAttributes=attributes)
    run.receive(VisibilityTimeout=0)
    assert run.receive() == []
    (letter,) = run.receive(queue="orders-dlq", AttributeNames=["All"], MessageAttributeNames=["All"])
    assert letter["MessageId"] == message_id
    assert letter["Body"] == "message-1"
    assert letter["MessageAttributes"] == attributes
    assert letter["MD5OfMessageAttributes"] == "adb59cd4678ea5a855436b949cd07ab6"
    assert letter["Attributes"]["ApproximateReceiveCount"] == "2"
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == arn("orders")


def test_retention_goes_on_running_in_the_dead_letter_queue():
    run = Run(queues_only(maximum=1, VisibilityTimeout=3600))
    run.send()
    run.receive()
    run.receive(at=3600 * SECOND)
    assert run.counts("orders-dlq") == (1, 0, 0)
    run.until(4 * DAY - 1)
    assert run.counts("orders-dlq") == (1, 0, 0)
    run.until(4 * DAY)
    assert run.counts("orders-dlq") == (0, 0, 0)


def test_an_old_message_expires_at_once_in_a_dead_letter_queue_with_a_shorter_retention():
    run = Run(queues_only(maximum=1, dlq={"MessageRetentionPeriod": 60}, VisibilityTimeout=100))
    run.send()
    run.receive()
    run.receive(at=100 * SECOND)
    run.until(100 * SECOND)
    assert run.counts("orders-dlq") == (0, 0, 0)
    assert run.story()[-1] == (100 * SECOND, "OrdersDlq", "MessageExpired")


def test_a_dead_letter_queue_with_a_policy_of_its_own_counts_its_own_receives():
    topology = a_topology(
        Orders=a_queue("orders", "orders-dlq", 3),
        OrdersDlq=a_queue("orders-dlq", "graveyard", 2),
        Graveyard=a_queue("graveyard"),
    )
    run = Run(topology)
    dead(run, "poison")
    assert run.counts("orders-dlq") == (1, 0, 0)
    for _ in range(2):
        assert len(run.receive(queue="orders-dlq", VisibilityTimeout=0)) == 1
    assert run.receive(queue="orders-dlq") == []
    (letter,) = run.receive(queue="graveyard", AttributeNames=["All"])
    assert letter["Attributes"]["ApproximateReceiveCount"] == "6"
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == arn("orders-dlq")


def test_many_dead_letters_are_moved_a_hundred_at_a_time():
    run = Run(queues_only(maximum=1))
    for _ in range(25):
        entries = [{"Id": str(i), "MessageBody": "poison"} for i in range(10)]
        run.ok("sqs:SendMessageBatch", QueueUrl=url("orders"), Entries=entries)
    for _ in range(25):
        run.receive(10, VisibilityTimeout=0)
    assert run.receive() == []
    assert run.counts() == (150, 0, 0)
    assert run.counts("orders-dlq") == (100, 0, 0)


def test_a_move_task_brings_messages_back_at_its_rate_the_first_at_once():
    run = Run(queues_only(maximum=1))
    old = dead(run, "a", "b", "c")
    begun = run.simulation.now_at
    run.records()
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"), MaxNumberOfMessagesPerSecond=2)
    run.until(begun + 10 * SECOND)
    half = SECOND // 2
    assert run.story("MoveTaskProgressed") == [
        (begun, "OrdersDlq", "MoveTaskStarted"),
        (begun, "OrdersDlq", "MessageRedriven"),
        (begun, "Orders", "RedrivenMessageArrived"),
        (begun + half, "OrdersDlq", "MessageRedriven"),
        (begun + half, "Orders", "RedrivenMessageArrived"),
        (begun + 2 * half, "OrdersDlq", "MessageRedriven"),
        (begun + 2 * half, "Orders", "RedrivenMessageArrived"),
        (begun + 2 * half, "OrdersDlq", "MoveTaskCompleted"),
    ]
    back = run.receive(AttributeNames=["All"])
    assert [message["Body"] for message in back] == ["a", "b", "c"]
    assert not {message["MessageId"] for message in back} & set(old)
    assert {message["Attributes"]["ApproximateReceiveCount"] for message in back} == {"1"}
    assert all("DeadLetterQueueSourceArn" not in message["Attributes"] for message in back)


def test_without_a_rate_five_hundred_messages_a_second_move():
    run = Run(queues_only(maximum=1))
    dead(run, *map(str, range(5)))
    begun = run.simulation.now_at
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"))
    run.until(begun + 8_000)
    assert run.counts() == (5, 0, 0)


def test_a_redriven_message_is_a_child_of_the_dead_copy_and_its_retention_begins_anew():
    run = Run(queues_only(maximum=1))
    dead(run, "a")
    run.until(3 * DAY)
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"))
    run.until(5 * DAY)
    assert run.counts() == (1, 0, 0)
    rows = {row["kind"]: row for row in run.records()}
    subjects = run.simulation.environment.subjects
    redriven, arrived = rows["MessageRedriven"], rows["RedrivenMessageArrived"]
    assert subjects.parent[arrived["subject"]] == redriven["subject"]
    assert subjects.identity[arrived["subject"]] == arrived["subject"]
    assert subjects.root[arrived["subject"]] == rows["MessageSent"]["subject"]
    assert arrived["link"] == rows["MessageMovedToDeadLetterQueue"]["link"]
    assert redriven["task"] == rows["MoveTaskStarted"]["subject"] == arrived["request"]


def test_a_move_task_is_listed_and_cancelled_as_recorded():
    run = Run(queues_only(maximum=1))
    dead(run, *map(str, range(10)))
    begun = run.simulation.now_at
    handle = run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"), MaxNumberOfMessagesPerSecond=1)[
        "TaskHandle"
    ]
    run.until(begun + SECOND)
    (running,) = run.ok("sqs:ListMessageMoveTasks", SourceArn=arn("orders-dlq"))["Results"]
    assert running == {
        "TaskHandle": handle,
        "Status": "RUNNING",
        "SourceArn": arn("orders-dlq"),
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 10,
        "StartedTimestamp": 1_767_225_600_000 + begun // 1000,
        "MaxNumberOfMessagesPerSecond": 1,
    }
    assert run.no("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq")) == (
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    )
    assert run.ok("sqs:CancelMessageMoveTask", TaskHandle=handle) == {"ApproximateNumberOfMessagesMoved": 2}
    (cancelled,) = run.ok("sqs:ListMessageMoveTasks", SourceArn=arn("orders-dlq"))["Results"]
    assert (cancelled["Status"], "TaskHandle" in cancelled) == ("CANCELLED", False)
    run.until(begun + 60 * SECOND)
    assert run.counts("orders-dlq") == (8, 0, 0)
    assert run.no("sqs:CancelMessageMoveTask", TaskHandle=handle) == (
        "ResourceNotFoundException",
        "Task does not exist.",
    )


def test_a_message_that_was_sent_to_the_dead_letter_queue_itself_fails_a_task_without_destination():
    run = Run(queues_only())
    run.send(queue="orders-dlq")
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"))
    run.until(SECOND)
    (failed,) = run.ok("sqs:ListMessageMoveTasks", SourceArn=arn("orders-dlq"))["Results"]
    assert (failed["Status"], failed["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    run.ok("sqs:StartMessageMoveTask", SourceArn=arn("orders-dlq"), DestinationArn=arn("orders"))
    run.until(2 * SECOND)
    assert run.counts() == (1, 0, 0)


def test_a_selection_is_redriven_with_one_body_edited():
    run = Run(queues_only(maximum=1))
    first, second, third = dead(run, "a", "b", "c")
    selection = [{"MessageId": third}, {"MessageId": first, "MessageBody": "repaired"}]
    run.ok("sqs:RedriveMessages", SourceArn=arn("orders-dlq"), Messages=selection)
    run.until(run.simulation.now_at + SECOND)
    assert [message["Body"] for message in run.receive()] == ["c", "repaired"]
    assert [message["MessageId"] for message in run.receive(queue="orders-dlq")] == [second]
    assert [row["edited"] for row in run.records() if row["kind"] == "MessageRedriven"] == [0, 1]


def test_all_others_go_with_the_one_that_was_edited_though_nobody_names_them():
    run = Run(queues_only(maximum=1))
    first, *_ = dead(run, "a", "b", "c")
    edited = [{"MessageId": first, "MessageBody": "repaired"}]
    run.ok("sqs:RedriveMessages", SourceArn=arn("orders-dlq"), Messages=edited, AllOthers=True)
    run.until(run.simulation.now_at + SECOND)
    assert [message["Body"] for message in run.receive(maximum=10)] == ["repaired", "b", "c"]
    assert [row["edited"] for row in run.records() if row["kind"] == "MessageRedriven"] == [1, 0, 0]


def test_all_is_said_never_meant_by_an_empty_selection():
    run = Run(queues_only(maximum=1))
    dead(run, "a", "b")
    assert run.no("sqs:RedriveMessages", SourceArn=arn("orders-dlq"), Messages=[])[0] == "MissingParameter"
    run.ok("sqs:RedriveMessages", SourceArn=arn("orders-dlq"), AllOthers=True)
    run.until(run.simulation.now_at + SECOND)
    assert len(run.receive(maximum=10)) == 2


@pytest.mark.parametrize(
    ("operation", "params", "refusal"),
    [
        (
            "StartMessageMoveTask",
            {"SourceArn": arn("orders")},
            ("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."),
        ),
        (
            "StartMessageMoveTask",
            {"SourceArn": arn("orders-dlq"), "DestinationArn": arn("nowhere")},
            (
                "ResourceNotFoundException",
                "The resource that you specified for the DestinationArn parameter doesn't exist.",
            ),
        ),
        (
            "CancelMessageMoveTask",
            {"TaskHandle": "foobar"},
            ("InvalidParameterValue", "Value for parameter TaskHandle is invalid."),
        ),
        ("CancelMessageMoveTask", {}, ("MissingParameter", "The request must contain the parameter TaskHandle.")),
        (
            "RedriveMessages",
            {"SourceArn": arn("orders-dlq"), "Messages": [{"MessageId": "no-such"}]},
            (
                "InvalidParameterValue",
                "Value no-such for parameter MessageId is invalid. Reason: There is no such message visible in the source queue.",
            ),
        ),
    ],
)
def test_what_a_move_task_is_refused(operation, params, refusal):
    assert Run(queues_only()).no(f"sqs:{operation}", **params) == refusal


def test_the_redrive_policy_can_be_changed_and_taken_away():
    run = Run(queues_only(maximum=1))
    dlq = json.dumps({"deadLetterTargetArn": arn("orders-dlq"), "maxReceiveCount": 5})
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes={"RedrivePolicy": dlq})
    assert json.loads(run.attributes("orders", "RedrivePolicy")["RedrivePolicy"])["maxReceiveCount"] == 5
    assert run.ok("sqs:ListDeadLetterSourceQueues", QueueUrl=url("orders-dlq")) == {"queueUrls": [url("orders")]}
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes={"RedrivePolicy": ""})
    assert run.attributes("orders", "RedrivePolicy") == {}
    run.send()
    for _ in range(10):
        assert len(run.receive(VisibilityTimeout=0)) == 1


def test_a_queue_may_forbid_others_to_use_it_for_dead_letters():
    run = Run(queues_only())
    allow = json.dumps({"redrivePermission": "denyAll"})
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders-dlq"), Attributes={"RedriveAllowPolicy": allow})
    policy = json.dumps({"deadLetterTargetArn": arn("orders-dlq"), "maxReceiveCount": 5})
    code, message = run.no("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes={"RedrivePolicy": policy})
    assert code == "InvalidParameterValue"
    assert "does not allow this queue" in message
