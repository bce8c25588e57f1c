"""What the gallery says that happens when one tries its experiments: containers, delivery streams, graphs, databases."""

from __future__ import annotations

from tests.topology.playing import HOUR, SECOND, Play, experiment, play


def test_containers_and_functions_do_the_same_work():
    run = play("containers-on-a-queue")
    assert run["ForContainers", "MessageDeleted"] == run["ForFunctions", "MessageDeleted"] == 57
    assert run["ForContainersDlq", "DeadLetterArrived"] == run["ForFunctionsDlq", "DeadLetterArrived"] == 3
    early = play("containers-on-a-queue", until=30 * SECOND)
    assert (early["ForContainers", "MessageReceived"], early["ForFunctions", "MessageDeleted"] > 40) == (0, True)


@experiment("containers-on-a-queue", 1)
def test_six_tasks_are_done_after_a_minute():
    six = play("containers-on-a-queue", {"DesiredCount: 2": "DesiredCount: 6"}, 60 * SECOND)
    two = play("containers-on-a-queue", until=60 * SECOND)
    assert (six["ForContainers", "MessageDeleted"], two["ForContainers", "MessageDeleted"] < 40) == (57, True)
    assert play("containers-on-a-queue", until=110 * SECOND)["ForContainers", "MessageDeleted"] == 57


@experiment("containers-on-a-queue", 2)
def test_throttling_the_function_kills_healthy_messages_and_limiting_the_mapping_does_not():
    run = Play("containers-on-a-queue", sends=False)
    run.ask("lambda:PutFunctionConcurrency", FunctionName="render", ReservedConcurrentExecutions=2).send().until()
    assert run["ForFunctionsDlq", "DeadLetterArrived"] > 3
    item = "FunctionResponseTypes: [ReportBatchItemFailures]"
    limited = {item: f"{item}\n            ScalingConfig: {{MaximumConcurrency: 2}}"}
    assert play("containers-on-a-queue", limited)["ForFunctionsDlq", "DeadLetterArrived"] == 3


@experiment("clicks-to-a-lake", 1)
def test_a_shorter_interval_writes_more_objects():
    assert play("clicks-to-a-lake")["Bucket", "ObjectCreated"] == 2
    shorter = {"IntervalInSeconds: 60": "IntervalInSeconds: 30"}
    assert play("clicks-to-a-lake", shorter)["Bucket", "ObjectCreated"] == 4


@experiment("clicks-to-a-lake", 2)
def test_what_cannot_be_cleaned_is_kept_as_it_came():
    run = Play("clicks-to-a-lake", sends=False).ask("playground:PutFault", Target="Clean", Kind="outage")
    run.send().until(3 * HOUR)
    assert run["Lake", "FirehoseRecordUnprocessed"] == 200
    keys = [each["Key"] for each in run.ask("s3:ListObjectsV2", Bucket="lake-123456789012").answer["Contents"]]
    assert keys
    assert all(key.startswith("broken/") for key in keys)
