"""Pipes from streams: batches, what blocks a shard, what is split, given up and told to the dead-letter queue."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import ACCOUNT, MINUTE, REGION, SECOND, Run, a_function, a_queue, a_topology, arn, function_arn
from tests.services.events_cast import bodies
from tests.services.streams_cast import STREAM, TABLE_STREAM, a_stream, a_table, put, rows

ROLE = "arn:aws:iam::123456789012:role/pipe"
PIPE = f"arn:aws:pipes:{REGION}:{ACCOUNT}:pipe/ship"
COPY = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/copy"
MILLISECOND = 1_000
POISON = {"body": {"path": "$.poison", "equals": True}, "error": {"type": "Bad", "message": "no"}}


def a_pipe(source=STREAM, target=None, filters=(), target_parameters=None, **reading):
    kind = "KinesisStreamParameters" if ":kinesis:" in source else "DynamoDBStreamParameters"
    said = {"StartingPosition": "TRIM_HORIZON", "DeadLetterConfig": {"Arn": arn("dlq")}, **reading}
    parameters = {kind: said}
    if filters:
        parameters["FilterCriteria"] = {"Filters": [{"Pattern": json.dumps(each)} for each in filters]}
    properties = {
        "Name": "ship",
        "RoleArn": ROLE,
        "Source": source,
        "SourceParameters": parameters,
        "Target": target or arn("done"),
        **({"TargetParameters": target_parameters} if target_parameters else {}),
    }
    return {"Type": "AWS::Pipes::Pipe", "Properties": properties}


def piped(stream=None, seed=1, resources=None, **pipe):
    return Run(
        a_topology(
            Orders=stream or a_stream(),
            Dlq=a_queue("dlq"),
            Done=a_queue("done"),
            Ship=a_pipe(**pipe),
            **(resources or {}),
        ),
        seed,
    )


def failing(**pipe):
    """Into a function that fails on poison."""
    return piped(
        resources={"Charge": a_function("charge", 100, [POISON], Timeout=60)}, target=function_arn("charge"), **pipe
    )


def kinds(run, name):
    """When it was written."""
    return [row["at"] for row in rows(run, name)]


# ── what goes through ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_record_of_kinesis_comes_flat():
    run = piped()
    put(run, {"id": 7}, at=SECOND)
    run.until(3 * SECOND)
    (event,) = bodies(run, "done")
    assert base64.b64decode(event["data"]) == b'{"id": 7}'
    assert {name: event[name] for name in ("partitionKey", "eventSource", "eventName", "eventSourceARN")} == {
        "partitionKey": "k",
        "eventSource": "aws:kinesis",
        "eventName": "aws:kinesis:record",
        "eventSourceARN": STREAM,
    }
    assert event["invokeIdentityArn"] == ROLE
    assert "kinesis" not in event


def test_filters_see_the_data_and_templates_read_it():
    run = piped(
        filters=[{"data": {"type": ["NEW"]}, "eventSource": ["aws:kinesis"]}],
        target_parameters={"InputTemplate": '{"order": <$.data.id>, "key": "<$.partitionKey>"}'},
    )
    put(run, {"type": "NEW", "id": 1}, {"type": "OLD", "id": 2}, at=SECOND)
    run.until(3 * SECOND)
    assert bodies(run, "done") == [{"order": 1, "key": "k"}]
    assert [row["reason"] for row in rows(run, "StreamRecordFiltered")] == ['data.type is "OLD", wanted is "NEW"']


def test_into_another_stream_under_a_key_from_the_event():
    other = {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "copy", "ShardCount": 1}}
    parameters = {"InputTemplate": "<$.data>", "KinesisStreamParameters": {"PartitionKey": "$.data.who"}}
    run = piped(resources={"Copy": other}, target=COPY, target_parameters=parameters)
    put(run, {"who": "Alice"}, at=SECOND)
    run.until(3 * SECOND)
    assert [row["key"] for row in rows(run, "RecordPut")] == ["k", "Alice"]


def test_a_tables_changes_go_to_a_bus():
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/shop"
    run = piped(
        stream=a_table(),
        source=TABLE_STREAM,
        target=bus,
        filters=[{"eventName": ["INSERT"]}],
        resources={"Shop": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}}},
    )
    run.ok("events:PutRule", Name="all", EventBusName="shop", EventPattern='{"source": [{"prefix": ""}]}')
    run.ok("events:PutTargets", Rule="all", EventBusName="shop", Targets=[{"Id": "q", "Arn": arn("done")}])
    for total in ("1", "2"):
        run.ok("dynamodb:PutItem", TableName="orders", Item={"id": {"S": "a"}, "total": {"N": total}})
    run.until(3 * SECOND)
    (event,) = bodies(run, "done")
    assert (event["source"], event["detail-type"]) == ("Pipe ship", "Event from aws:dynamodb")
    assert event["detail"]["dynamodb"]["NewImage"] == {"id": {"S": "a"}, "total": {"N": "1"}}


def test_latest_is_what_comes_once_the_pipe_is_there():
    run = piped(StartingPosition="LATEST")
    put(run, 1, at=SECOND)
    run.until(3 * SECOND)
    assert bodies(run, "done") != []
    given_ = {"Name": "late", "RoleArn": ROLE, "Source": STREAM, "Target": arn("done")}
    reading = {"KinesisStreamParameters": {"StartingPosition": "LATEST"}}
    run.ok("pipes:CreatePipe", **given_, SourceParameters=reading)
    put(run, 2)
    run.until(10 * SECOND)
    put(run, 3)
    run.until(12 * SECOND)
    sent = [base64.b64decode(event["data"]).decode() for event in bodies(run, "done")]
    assert sorted(sent) == ["2", "3", "3"]


# ── what fails ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_poison_record_blocks_its_shard_until_its_attempts_end_and_the_letter_says_which_records():
    run = failing(MaximumRetryAttempts=2)
    first, *_ = put(run, {"poison": True}, {"poison": False}, at=SECOND)
    run.until(MINUTE)
    milliseconds = [at // MILLISECOND for at in kinds(run, "PipeRunStarted")]
    assert milliseconds == [2_001, 3_102, 5_203, 5_304]
    blocked = rows(run, "ShardBlocked")
    assert [(row["records"], row["waiting"], row["reason"]) for row in blocked] == [(1, 1, "Bad")] * 2
    assert len(rows(run, "ShardFreed")) == 1
    (letter,) = [json.loads(message["Body"]) for message in run.receive(queue="dlq")]
    assert letter == {
        "context": {"partnerResourceArn": PIPE, "condition": "RetryAttemptsExhausted"},
        "version": "1.0",
        "timestamp": "2026-01-01T00:00:05.303Z",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": first,
            "endSequenceNumber": first,
            "approximateArrivalOfFirstRecord": "2026-01-01T00:00:01.000Z",
            "approximateArrivalOfLastRecord": "2026-01-01T00:00:01.000Z",
            "batchSize": 1,
            "streamArn": STREAM,
        },
    }


def test_automatic_bisection_leaves_one_record():
    run = failing(
        BatchSize=4,
        MaximumBatchingWindowInSeconds=1,
        OnPartialBatchItemFailure="AUTOMATIC_BISECT",
        MaximumRetryAttempts=0,
    )
    put(run, *({"poison": number == 2, "n": number} for number in range(4)), at=SECOND)
    run.until(MINUTE)
    assert [row["events"] for row in rows(run, "PipeRunStarted")] == [4, 2, 2, 1, 1]
    assert [(row["left_records"], row["right_records"]) for row in rows(run, "StreamBatchBisected")] == [(2, 2), (1, 1)]
    assert [json.loads(each["Body"])["KinesisBatchInfo"]["batchSize"] for each in run.receive(queue="dlq")] == [1]


def test_a_target_that_cannot_be_reached_uses_up_no_retry():
    run = piped(MaximumRetryAttempts=0)
    put(run, {"n": 1}, at=SECOND)
    run.ok("playground:PutFault", Target="Done", Kind="outage", From=0, Until="20 s")
    run.until(MINUTE)
    assert [at // SECOND for at in kinds(run, "PipeRunStarted")] == [2, 3, 5, 9, 17, 33]
    assert len(bodies(run, "done")) == 1
    assert run.counts("dlq")[0] == 0


def test_records_that_are_too_old_are_given_up():
    run = failing(MaximumRecordAgeInSeconds=60)
    put(run, {"poison": True}, at=SECOND)
    run.until(3 * MINUTE)
    (letter,) = [json.loads(message["Body"]) for message in run.receive(queue="dlq")]
    assert letter["context"]["condition"] == "RecordAgeExceeded"


def test_a_target_that_reports_items_moves_the_place_up_to_the_first():
    def begun(output=None):
        handler = a_function("charge", 100)
        handler["playground"]["behaviour"]["output"] = output
        run = piped(resources={"Charge": handler}, target=function_arn("charge"), BatchSize=3, MaximumRetryAttempts=1)
        return run, put(run, 0, 1, 2, at=SECOND)

    _, numbers = begun()
    run, _ = begun({"batchItemFailures": [{"itemIdentifier": number} for number in (numbers[2], numbers[1])]})
    run.until(MINUTE)
    assert [row["events"] for row in rows(run, "PipeRunStarted")] == [3, 2, 2]
    assert [json.loads(each["Body"])["KinesisBatchInfo"]["batchSize"] for each in run.receive(queue="dlq")] == [2]


def test_a_stopped_pipe_reads_nothing_and_goes_on_where_it_was():
    run = piped()
    run.ok("pipes:StopPipe", Name="ship")
    run.until(2 * SECOND)
    put(run, 1)
    run.until(5 * SECOND)
    assert bodies(run, "done") == []
    run.ok("pipes:StartPipe", Name="ship")
    run.until(8 * SECOND)
    assert len(bodies(run, "done")) == 1


@pytest.mark.parametrize("gone", ["pipe", "stream"])
def test_what_goes_while_a_batch_waits_gives_it_up(gone):
    run = failing()
    put(run, {"poison": True}, at=SECOND)
    run.until(2 * SECOND)
    if gone == "pipe":
        run.ok("pipes:DeletePipe", Name="ship")
    else:
        run.ok("kinesis:DeleteStream", StreamName="orders")
    run.until(MINUTE)
    (told,) = rows(run, "StreamRecordDiscarded")
    assert told["condition"] == "PipeDeleted"


# ── boxes and books ─────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25)
@given(seed=st.integers(0, 2**40), cut=st.integers(0, 120), lanes=st.integers(1, 3), bisect=st.booleans())
def test_a_box_at_any_point_changes_nothing_and_nothing_is_lost(seed, cut, lanes, bisect):
    def begun():
        handler = a_function("charge", 100, [{"how": "raise", "rate": 0.3}])
        split = {"OnPartialBatchItemFailure": "AUTOMATIC_BISECT"} if bisect else {}
        run = piped(
            seed=seed,
            resources={"Charge": handler},
            target=function_arn("charge"),
            filters=[{"data": {"n": [{"numeric": ["<", 15]}]}}],
            BatchSize=3,
            MaximumBatchingWindowInSeconds=2,
            ParallelizationFactor=lanes,
            MaximumRetryAttempts=1,
            **split,
        )
        for number in range(20):
            put(run, {"n": number}, key=f"k{number % 4}", at=number * SECOND // 3)
        return run

    straight, boxed = begun(), begun()
    straight.until(3 * MINUTE)
    boxed.until(boxed.simulation.now_at + cut * SECOND)
    simulation = Simulation.restore(boxed.simulation.checkpoint(), boxed.topology)
    simulation.run_until(3 * MINUTE)
    assert simulation.digest() == straight.simulation.digest()
    assert violations(KINDS, [straight.simulation.drain()]) == []
