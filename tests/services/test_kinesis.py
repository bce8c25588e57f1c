"""Kinesis: shards, sequence numbers, limits, iterators, retention, resharding."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.builders import SECOND, Run, a_topology
from tests.services.streams_cast import STREAM, a_stream, put, rows, seen

HOUR = 3600 * SECOND
NAME: dict[str, Any] = {"StreamName": "orders"}


def data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def run() -> Run:
    return Run(a_topology(Orders=a_stream()))


def iterator(run: Run, type_: str = "TRIM_HORIZON", shard: int = 0, **params: Any) -> str:
    given = {"ShardId": f"shardId-{shard:012d}", "ShardIteratorType": type_, **NAME, **params}
    return str(run.ok("kinesis:GetShardIterator", **given)["ShardIterator"])


def read(run: Run, at: str, **params: Any) -> list[str]:
    answer = run.ok("kinesis:GetRecords", ShardIterator=at, **params)
    return [base64.b64decode(each["Data"]).decode() for each in answer["Records"]]


def test_a_partition_keys_records_lie_in_one_shard_in_order():
    run = Run(a_topology(Orders=a_stream(ShardCount=4)))
    answers = [run.ok("kinesis:PutRecord", **NAME, PartitionKey="a", Data=data(str(n))) for n in range(5)]
    assert len({answer["ShardId"] for answer in answers}) == 1
    numbers = [int(answer["SequenceNumber"]) for answer in answers]
    assert numbers == sorted(set(numbers))
    assert {len(str(number)) for number in numbers} == {56}


def test_an_explicit_hash_key_names_the_shard():
    run = Run(a_topology(Orders=a_stream(ShardCount=2)))
    last = run.ok("kinesis:PutRecord", **NAME, PartitionKey="a", Data="", ExplicitHashKey=str(2**128 - 1))
    assert last["ShardId"] == "shardId-000000000001"
    code, message = run.no("kinesis:PutRecord", **NAME, PartitionKey="a", Data="", ExplicitHashKey=str(2**128))
    assert code == "InvalidArgumentException"
    assert message.startswith("Invalid ExplicitHashKey")


def test_a_shard_takes_a_thousand_records_a_second_and_the_rest_of_a_batch_fails(run):
    for _ in range(2):
        put(run, *range(500))
    answer = run.ok("kinesis:PutRecords", **NAME, Records=[{"PartitionKey": "k", "Data": ""}] * 2)
    assert answer["FailedRecordCount"] == 2
    assert answer["Records"][0] == {
        "ErrorCode": "ProvisionedThroughputExceededException",
        "ErrorMessage": "Rate exceeded for shard shardId-000000000000 in stream orders under account 123456789012.",
    }
    code, _ = run.no("kinesis:PutRecord", **NAME, PartitionKey="k", Data="")
    assert code == "ProvisionedThroughputExceededException"
    assert rows(run, "ShardThrottled")[0]["reason"] == "takes 1,000 records a second"
    put(run, "again", at=SECOND)


def test_a_shard_takes_a_mebibyte_a_second(run):
    run.ok("kinesis:PutRecord", **NAME, PartitionKey="k", Data=data("x" * 1_000_000))
    code, _ = run.no("kinesis:PutRecord", **NAME, PartitionKey="k", Data=data("x" * 100_000))
    assert code == "ProvisionedThroughputExceededException"


def test_iterators_begin_where_they_say(run):
    numbers = put(run, "a", "b")
    latest = iterator(run, "LATEST")
    put(run, "c", at=2 * SECOND)
    assert read(run, iterator(run)) == ['"a"', '"b"', '"c"']
    assert read(run, latest) == ['"c"']
    assert read(run, iterator(run, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])) == ['"b"', '"c"']
    assert read(run, iterator(run, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])) == ['"c"']
    assert read(run, iterator(run, "AT_TIMESTAMP", Timestamp="2026-01-01T00:00:01Z")) == ['"c"']


def test_an_iterator_goes_on_where_it_stopped(run):
    put(run, *range(3))
    answer = run.ok("kinesis:GetRecords", ShardIterator=iterator(run), Limit=2)
    assert len(answer["Records"]) == 2
    assert read(run, answer["NextShardIterator"]) == ["2"]


def test_an_iterator_is_good_for_five_minutes(run):
    old = iterator(run)
    code, message = run.no("kinesis:GetRecords", 301 * SECOND, ShardIterator=old)
    assert code == "ExpiredIteratorException"
    assert "tolerated delay of 300000 milliseconds" in message
    assert run.no("kinesis:GetRecords", ShardIterator="nonsense") == (
        "InvalidArgumentException",
        "Invalid ShardIterator.",
    )


def test_a_shard_is_read_five_times_a_second(run):
    at = iterator(run)
    for _ in range(5):
        read(run, at)
    assert run.no("kinesis:GetRecords", ShardIterator=at)[0] == "ProvisionedThroughputExceededException"
    run.ok("kinesis:GetRecords", SECOND, ShardIterator=at)


def test_records_can_be_read_for_a_day(run):
    put(run, "a")
    put(run, "b", at=SECOND)
    run.until(24 * HOUR)
    assert [row["at"] for row in rows(run, "RecordExpired")] == [24 * HOUR]
    assert read(run, iterator(run)) == ['"b"']
    assert run.simulation.quiet


def test_a_longer_retention_keeps_them(run):
    put(run, "a")
    run.ok("kinesis:IncreaseStreamRetentionPeriod", **NAME, RetentionPeriodHours=48)
    run.until(30 * HOUR)
    assert read(run, iterator(run)) == ['"a"']
    run.ok("kinesis:DecreaseStreamRetentionPeriod", **NAME, RetentionPeriodHours=24)
    run.until(30 * HOUR)
    assert read(run, iterator(run)) == []


def test_a_split_shard_is_closed_and_its_children_go_on(run):
    put(run, "before")
    run.ok("kinesis:SplitShard", **NAME, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127))
    run.until(SECOND)
    shards = run.ok("kinesis:ListShards", **NAME)["Shards"]
    assert [(shard["ShardId"][-1], shard.get("ParentShardId", "")[-1:]) for shard in shards] == [
        ("0", ""),
        ("1", "0"),
        ("2", "0"),
    ]
    assert "EndingSequenceNumber" in shards[0]["SequenceNumberRange"]
    (number,) = put(run, "after")
    answer = run.ok("kinesis:GetRecords", ShardIterator=iterator(run))
    assert "NextShardIterator" not in answer
    assert [child["ShardId"][-1] for child in answer["ChildShards"]] == ["1", "2"]
    assert int(number) > int(answer["Records"][0]["SequenceNumber"])
    run.until(2 * SECOND)
    run.ok(
        "kinesis:MergeShards", **NAME, ShardToMerge="shardId-000000000001", AdjacentShardToMerge="shardId-000000000002"
    )
    assert run.ok("kinesis:DescribeStreamSummary", **NAME)["StreamDescriptionSummary"]["OpenShardCount"] == 1


def test_streams_are_made_and_deleted_while_a_run_goes():
    run = Run(a_topology(Orders=a_stream()))
    assert run.no("kinesis:CreateStream", StreamName="orders", ShardCount=1) == (
        "ResourceInUseException",
        "Stream orders under account 123456789012 already exists.",
    )
    run.ok("kinesis:CreateStream", StreamName="new", ShardCount=2)
    told = run.ok("kinesis:DescribeStream", StreamName="new")["StreamDescription"]
    assert (told["StreamStatus"], len(told["Shards"])) == ("CREATING", 2)
    assert run.no("kinesis:PutRecord", StreamName="new", PartitionKey="k", Data="")[0] == "ResourceNotFoundException"
    run.until(SECOND)
    run.ok("kinesis:PutRecord", StreamName="new", PartitionKey="k", Data="")
    run.ok("kinesis:RegisterStreamConsumer", StreamARN=STREAM.replace("orders", "new"), ConsumerName="c")
    assert run.no("kinesis:DeleteStream", StreamName="new")[0] == "ResourceInUseException"
    run.ok("kinesis:DeleteStream", StreamName="new", EnforceConsumerDeletion=True)
    assert [row["node"] for row in rows(run, "RecordGoneWithStream")] == [2]
    assert run.ok("kinesis:ListStreams")["StreamNames"] == ["orders"]


def test_a_fault_throttles_in_kinesis_own_words_and_traffic_comes_through(run):
    run.ok("playground:PutFault", Target="Orders", Kind="throttle", PerSecond=1, Until="2 s")
    run.ok("client:StartTraffic", TargetArn=STREAM, Mode="burst", Count=3, MessageBody='{"n": {{index}}}')
    run.until(60 * SECOND)
    assert 1 <= len(rows(run, "RecordPut")) <= 3
    assert any("ProvisionedThroughputExceededException" in str(row) for row in seen(run))
