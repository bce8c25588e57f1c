"""Mappings on streams: exact instants of attempts, bisection, checkpoints, ages, windows, what is said when a batch is given up."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, Run, arn, url
from tests.services.streams_cast import POISON, TABLE, a_stream, a_table, mapped, put, rows, seen

ALWAYS = {"error": {"type": "Bad", "message": "no"}, "how": "raise"}
MS = 1000
PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def attempts(run: Run) -> list[tuple[int, int]]:
    """(instant in ms, records) of every invocation."""
    return [(row["at"] // MS, row["records"]) for row in rows(run, "StreamBatchOffered")]


def letters(run: Run) -> list[dict]:
    found = run.ok("sqs:ReceiveMessage", QueueUrl=url("dlq"), MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def poison(*numbers: int, count: int) -> list[dict]:
    return [{"n": n, "poison": n in numbers} for n in range(count)]


def test_a_shard_is_asked_once_a_second_and_a_batch_is_what_is_there():
    run = mapped(BatchSize=3)
    put(run, *poison(count=5), at=300 * MS)
    run.until(10 * SECOND)
    assert attempts(run) == [(1000, 3), (1100, 2)]
    assert [row["subject"] for row in rows(run, "StreamRecordProcessed")] == [
        row["subject"] for row in rows(run, "StreamRecordRead")
    ]
    assert rows(run, "RecordExpired") == []


def test_a_failed_batch_is_tried_again_after_one_two_four_seconds_until_its_retries_are_used_up():
    run = mapped([ALWAYS], MaximumRetryAttempts=3)
    put(run, *poison(count=2), at=500 * MS)
    run.until(60 * SECOND)
    assert attempts(run) == [(1000, 2), (2100, 2), (4200, 2), (8300, 2)]
    blocked = rows(run, "ShardBlocked")
    assert [(row["attempt"], row["until"] // SECOND, row["reason"]) for row in blocked] == [
        (1, 1, "Bad"),
        (2, 2, "Bad"),
        (3, 4, "Bad"),
    ]
    (letter,) = letters(run)
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 4
    assert letter["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert letter["KinesisBatchInfo"]["batchSize"] == 2
    assert letter["KinesisBatchInfo"]["approximateArrivalOfFirstRecord"] == "2026-01-01T00:00:00.500Z"


def test_a_poison_record_blocks_its_shard_and_the_records_behind_it_wait():
    run = mapped(BatchSize=1)
    put(run, *poison(0, count=4))
    run.until(40 * SECOND)
    assert {size for _, size in attempts(run)} == {1}
    assert rows(run, "StreamRecordProcessed") == []
    assert {row["waiting"] for row in rows(run, "ShardBlocked")} == {3}


def test_the_wait_grows_to_a_minute():
    run = mapped([ALWAYS])
    put(run, 1)
    run.until(1000 * SECOND)
    waits = [row["until"] // SECOND for row in rows(run, "ShardBlocked")]
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_bisection_splits_until_the_poison_record_is_alone_and_uses_up_no_retry():
    run = mapped(BatchSize=4, BisectBatchOnFunctionError=True, MaximumRetryAttempts=1)
    numbers = put(run, *poison(2, count=4), at=500 * MS)
    run.until(60 * SECOND)
    assert attempts(run) == [(1000, 4), (1100, 2), (1200, 2), (1300, 1), (2400, 1), (2500, 1)]
    tree = [(row["left_records"], row["right_records"]) for row in rows(run, "StreamBatchBisected")]
    assert tree == [(2, 2), (1, 1)]
    (letter,) = letters(run)
    assert letter["KinesisBatchInfo"]["startSequenceNumber"] == numbers[2]
    assert letter["requestContext"]["approximateInvokeCount"] == 2
    assert len(rows(run, "StreamRecordProcessed")) == 3


def test_a_partial_answer_moves_the_checkpoint_and_what_is_left_has_all_its_retries():
    run = mapped(BatchSize=3, MaximumRetryAttempts=3, **PARTIAL)
    numbers = put(run, *poison(5, count=6), at=500 * MS)
    run.until(60 * SECOND)
    assert attempts(run) == [(1000, 3), (1100, 3), (2200, 1), (3300, 1), (5400, 1), (9500, 1)]
    (letter,) = letters(run)
    assert letter["requestContext"]["approximateInvokeCount"] == 4
    assert letter["responseContext"]["functionError"] is None
    assert letter["KinesisBatchInfo"]["startSequenceNumber"] == numbers[5]


def test_records_that_grow_too_old_are_given_up_and_the_younger_go_on():
    run = mapped(BatchSize=10, MaximumRecordAgeInSeconds=60)
    put(run, {"poison": True})
    put(run, {"n": 1}, at=50 * SECOND)
    run.until(200 * SECOND)
    (letter,) = letters(run)
    assert letter["requestContext"]["condition"] == "RecordAgeExceeded"
    assert "responseContext" not in letter
    assert letter["KinesisBatchInfo"]["batchSize"] == 1
    assert len(rows(run, "StreamRecordProcessed")) == 1


def test_a_batching_window_gathers():
    run = mapped(BatchSize=10, MaximumBatchingWindowInSeconds=5)
    put(run, 1, at=500 * MS)
    put(run, 2, at=3 * SECOND + 500 * MS)
    run.until(60 * SECOND)
    assert attempts(run) == [(6000, 2)]


def test_a_batch_that_is_gathered_in_a_window_is_no_larger_than_an_event_may_be():
    run = mapped([], BatchSize=100, MaximumBatchingWindowInSeconds=60)
    for second in range(8):
        put(run, "x" * 900_000, at=second * SECOND + 300 * MS)
    run.until(70 * SECOND)
    assert next(count for _, count in attempts(run)) == 5


def test_latest_misses_what_came_before():
    run = mapped(StartingPosition="LATEST")
    (uuid,) = [each["UUID"] for each in run.ok("lambda:ListEventSourceMappings")["EventSourceMappings"]]
    run.ok("lambda:DeleteEventSourceMapping", UUID=uuid)
    run.until(10 * SECOND)
    put(run, "before")
    source = {"EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders", "FunctionName": "charge"}
    run.ok("lambda:CreateEventSourceMapping", **source, StartingPosition="LATEST")
    put(run, "while it is being created", at=10_500 * MS)
    put(run, "after", at=15 * SECOND)
    run.until(60 * SECOND)
    assert [size for _, size in attempts(run)] == [1]


def test_lanes_go_on_beside_a_blocked_one():
    run = mapped(ParallelizationFactor=2, BatchSize=1)
    for key in "abcdefgh":
        put(run, {"key": key, "poison": key == "a"}, {"key": key, "second": True}, key=key)
    run.until(5 * SECOND)
    done = len(rows(run, "StreamRecordProcessed"))
    assert 0 < done < 16
    assert rows(run, "ShardBlocked")


def test_filtered_records_are_passed_by_and_say_why():
    run = mapped(FilterCriteria={"Filters": [{"Pattern": json.dumps({"data": {"n": [1]}})}]})
    put(run, {"n": 1}, {"n": 2})
    run.until(10 * SECOND)
    assert attempts(run) == [(1000, 1)]
    assert "2" in rows(run, "StreamRecordFiltered")[0]["reason"]


def test_an_outage_of_the_function_uses_up_no_retry():
    run = mapped([], MaximumRetryAttempts=0)
    run.ok("playground:PutFault", Target="Charge", Kind="outage", Until="10 s")
    put(run, 1)
    run.until(60 * SECOND)
    assert len(rows(run, "StreamBatchThrottled")) == 4
    assert attempts(run) == [(16_000, 1)]
    assert len(rows(run, "StreamRecordProcessed")) == 1


def test_a_tumbling_window_ends_with_a_last_invocation():
    run = mapped([], TumblingWindowInSeconds=10)
    put(run, 1, at=2 * SECOND)
    put(run, 2, at=5 * SECOND)
    put(run, 3, at=12 * SECOND)
    run.until(60 * SECOND)
    assert attempts(run) == [(3000, 1), (5100, 1), (10_000, 0), (12_100, 1), (20_000, 0)]
    assert len(rows(run, "TumblingWindowClosed")) == 2


def test_children_of_a_split_shard_are_read_after_it():
    run = mapped([], BatchSize=1)
    put(run, *range(3))
    name = {"StreamName": "orders"}
    run.ok("kinesis:SplitShard", **name, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127))
    put(run, "after")
    run.until(30 * SECOND)
    shards = [row["shard"][-1] for row in rows(run, "StreamRecordRead")]
    assert shards[:3] == ["0", "0", "0"]
    assert len(shards) == 4
    assert shards[3] in "12"


def test_a_deleted_mapping_gives_up_what_it_holds():
    run = mapped([ALWAYS])
    put(run, 1)
    run.until(1050 * MS)
    (mapping,) = run.ok("lambda:ListEventSourceMappings")["EventSourceMappings"]
    run.ok("lambda:DeleteEventSourceMapping", UUID=mapping["UUID"])
    run.until(60 * SECOND)
    assert attempts(run) == [(1000, 1)]
    assert [row["condition"] for row in rows(run, "StreamRecordDiscarded")] == ["MappingDeleted"]
    assert run.simulation.quiet


def test_a_change_of_a_table_comes_with_its_images():
    run = mapped([POISON], stream=a_table(), BatchSize=5, MaximumRetryAttempts=0)
    for total in ("1", "1", "2"):
        run.ok("dynamodb:PutItem", TableName="orders", Item={"id": {"S": "a"}, "total": {"N": total}})
    run.ok("dynamodb:DeleteItem", TableName="orders", Key={"id": {"S": "a"}})
    run.until(10 * SECOND)
    assert [row["event"] for row in rows(run, "ChangeStreamed")] == ["INSERT", "MODIFY", "REMOVE"]
    assert attempts(run) == [(250, 3)]


def test_a_mapping_on_a_stream_is_checked_and_answered_in_awss_words():
    run = mapped([])
    source = {"EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders", "FunctionName": "charge"}
    assert run.no("lambda:CreateEventSourceMapping", **source)[1].startswith(
        "1 validation error detected: Value null at 'startingPosition'"
    )
    code, message = run.no("lambda:CreateEventSourceMapping", **source, StartingPosition="LATEST")
    assert code == "ResourceConflictException"
    assert message.startswith('The event source arn (" arn:aws:kinesis:eu-west-1:123456789012:stream/orders ")')
    (mapping,) = run.ok("lambda:ListEventSourceMappings")["EventSourceMappings"]
    changed = run.ok(
        "lambda:UpdateEventSourceMapping", UUID=mapping["UUID"], MaximumRetryAttempts=5, BisectBatchOnFunctionError=True
    )
    assert (changed["MaximumRetryAttempts"], changed["BisectBatchOnFunctionError"]) == (5, True)
    assert changed["DestinationConfig"] == {"OnFailure": {"Destination": arn("dlq")}}
    assert TABLE not in json.dumps(changed)


@settings(max_examples=25, deadline=None)
@given(
    bad=st.sets(st.integers(0, 19), max_size=3),
    size=st.integers(1, 7),
    lanes=st.sampled_from([1, 3]),
    bisect=st.booleans(),
    partial=st.booleans(),
    retries=st.integers(0, 2),
    box=st.integers(0, 12_000),
)
def test_order_holds_per_partition_key_the_books_balance_and_a_box_changes_nothing(
    bad, size, lanes, bisect, partial, retries, box
):
    def play(boxed: bool) -> Run:
        more = PARTIAL if partial else {}
        run = mapped(
            [POISON],
            a_stream(ShardCount=2),
            BatchSize=size,
            ParallelizationFactor=lanes,
            BisectBatchOnFunctionError=bisect,
            MaximumRetryAttempts=retries,
            **more,
        )
        for number in range(20):
            put(run, {"n": number, "poison": number in bad}, key=f"k{number % 4}", at=number * 200 * MS)
        if boxed:
            run.until(max(run.simulation.now_at, box * MS))
            run.simulation = Simulation.restore(run.simulation.checkpoint(), run.topology)
        run.until(200 * SECOND)
        return run

    run = play(boxed=False)
    assert play(boxed=True).simulation.digest() == run.simulation.digest()
    assert violations(KINDS, [run.simulation.drain()]) == []
    run = play(boxed=False)
    parents = run.simulation.environment.subjects.parent
    ends = ("StreamRecordProcessed", "StreamRecordDiscarded")
    originals = [parents[row["subject"]] for row in seen(run) if row["kind"] in ends]
    assert len(originals) == 20
    puts = rows(run, "RecordPut")
    for key in {row["key"] for row in puts}:
        mine = [row["subject"] for row in puts if row["key"] == key]
        assert [subject for subject in originals if subject in mine] == mine
