"""DynamoDB: items, conditions, updates, queries, units, time to live; whatever an expression says, it is refused in words or read."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.dynamodb.expressions import ExpressionError, parse_condition, parse_projection, parse_update
from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import MINUTE, SECOND, Run, a_topology
from tests.services.streams_cast import TABLE, a_table, rows

NAME: dict[str, Any] = {"TableName": "orders"}
RANGE = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "n", "AttributeType": "N"},
    ],
}


@pytest.fixture
def run() -> Run:
    return Run(a_topology(Orders=a_table()))


def put(run: Run, id_: str = "a", **attributes: dict) -> None:
    run.ok("dynamodb:PutItem", **NAME, Item={"id": {"S": id_}, **attributes})


def update(run: Run, expression: str, values: dict | None = None, **params: Any) -> dict:
    given: dict[str, Any] = {"UpdateExpression": expression, "ReturnValues": "ALL_NEW", **params}
    if values:
        given["ExpressionAttributeValues"] = values
    return run.ok("dynamodb:UpdateItem", **NAME, Key={"id": {"S": "a"}}, **given).get("Attributes", {})


def refused(run: Run, expression: str, values: dict | None = None) -> str:
    given: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
    key: dict[str, Any] = {"Key": {"id": {"S": "a"}}}
    code, message = run.no("dynamodb:UpdateItem", **NAME, **key, UpdateExpression=expression, **given)
    assert code == "ValidationException"
    return message


def test_an_item_is_put_read_replaced_and_deleted(run):
    put(run, total={"N": "042.50"})
    assert run.ok("dynamodb:GetItem", **NAME, Key={"id": {"S": "a"}})["Item"]["total"] == {"N": "42.5"}
    old = run.ok("dynamodb:PutItem", **NAME, Item={"id": {"S": "a"}}, ReturnValues="ALL_OLD")["Attributes"]
    assert old["total"] == {"N": "42.5"}
    assert run.ok("dynamodb:DeleteItem", **NAME, Key={"id": {"S": "a"}}, ReturnValues="ALL_OLD") == {
        "Attributes": {"id": {"S": "a"}}
    }
    assert run.ok("dynamodb:GetItem", **NAME, Key={"id": {"S": "a"}}) == {}
    assert violations(KINDS, [run.simulation.drain()]) == []


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("attribute_exists(id)", True),
        ("attribute_not_exists(id)", False),
        ("total > :five", True),
        ("total BETWEEN :five AND :nine", True),
        ("NOT total = :nine AND (attribute_exists(nothing) OR size(tags) = :two)", True),
        ("contains(tags, :red)", True),
        ("begins_with(id, :red)", False),
        ("nested.list[1] = :five", True),
        ("total IN (:five, :nine)", False),
        ("attribute_type(total, :type)", True),
        ("nothing <> :five", True),
    ],
)
def test_conditions(run, condition, holds):
    put(run, total={"N": "7"}, tags={"SS": ["red", "blue"]}, nested={"M": {"list": {"L": [{"N": "1"}, {"N": "5"}]}}})
    values = {":five": {"N": "5"}, ":nine": {"N": "9"}, ":two": {"N": "2"}, ":red": {"S": "red"}, ":type": {"S": "N"}}
    used = {name: value for name, value in values.items() if name in condition}
    params = {"ConditionExpression": condition, **({"ExpressionAttributeValues": used} if used else {})}
    answer = run.command("dynamodb:DeleteItem", **NAME, Key={"id": {"S": "a"}}, **params)
    if holds:
        assert answer.refusal is None
    else:
        assert answer.refusal.code == "ConditionalCheckFailedException"
        assert answer.refusal.message == "The conditional request failed"
        assert rows(run, "ConditionFailed")[0]["condition"] == condition


def test_updates(run):
    values = {":one": {"N": "1"}, ":list": {"L": [{"S": "x"}]}, ":set": {"SS": ["a", "b"]}}
    assert update(run, "SET c = if_not_exists(c, :one) + :one, l = :list ADD s :set", values) == {
        "id": {"S": "a"},
        "c": {"N": "2"},
        "l": {"L": [{"S": "x"}]},
        "s": {"SS": ["a", "b"]},
    }
    after = update(run, "SET l = list_append(l, l), c = c - :one REMOVE d DELETE s :set", {
        ":one": {"N": "1"}, ":set": {"SS": ["a"]},
    })  # fmt: skip
    assert after == {"id": {"S": "a"}, "c": {"N": "1"}, "l": {"L": [{"S": "x"}, {"S": "x"}]}, "s": {"SS": ["b"]}}
    assert update(run, "ADD c :one", {":one": {"N": "1.5"}}, ReturnValues="UPDATED_NEW") == {"c": {"N": "2.5"}}


def test_what_an_update_may_not_do_is_said_in_awss_words(run):
    assert refused(run, "SET id = :v", {":v": {"S": "b"}}) == (
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"
    )
    assert refused(run, "SET a = b").endswith(
        "The provided expression refers to an attribute that does not exist in the item"
    )
    assert refused(run, "SET a.b = :v", {":v": {"S": "b"}}) == (
        "The document path provided in the update expression is invalid for update"
    )
    assert refused(run, "SET a = :v").startswith(
        "Invalid UpdateExpression: An expression attribute value used in expression"
    )
    assert refused(run, "SET #a = :v", {":v": {"S": "b"}}) == (
        "Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #a"
    )
    assert "unused in expressions: keys: {:w}" in refused(run, "SET a = :v", {":v": {"S": "b"}, ":w": {"S": "b"}})
    assert refused(run, "SET a = :v,", {":v": {"S": "b"}}).startswith("Invalid UpdateExpression: Syntax error; token: ")
    assert "overlap" in refused(run, "SET a = :v REMOVE a.b", {":v": {"S": "b"}})


def test_items_and_keys_are_checked(run):
    def no(item: dict) -> str:
        return run.no("dynamodb:PutItem", **NAME, Item=item)[1]

    assert no({"x": {"S": "a"}}) == "One or more parameter values were invalid: Missing the key id in the item"
    assert no({"id": {"N": "1"}}) == (
        "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"
    )
    assert no({"id": {"S": ""}}).endswith("cannot contain an empty string value. Key: id")
    assert no({"id": {"S": "a"}, "n": {"N": "many"}}) == "The parameter cannot be converted to a numeric value: many"
    assert no({"id": {"S": "a"}, "x": {"S": "y" * 409_600}}) == "Item size has exceeded the maximum allowed size"
    assert run.no("dynamodb:GetItem", **NAME, Key={"n": {"S": "a"}})[1] == (
        "The provided key element does not match the schema"
    )
    assert run.no("dynamodb:GetItem", TableName="none", Key={"id": {"S": "a"}}) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )


def test_a_query_goes_by_range_key_in_pages():
    run = Run(a_topology(Orders=a_table(**RANGE)))
    for number in (10, 9, 100, 1):
        put(run, n={"N": str(number)}, even={"BOOL": number % 2 == 0})
    values = {":a": {"S": "a"}, ":n": {"N": "5"}}
    params = {"KeyConditionExpression": "id = :a AND n > :n", "ExpressionAttributeValues": values, "Limit": 2}
    first = run.ok("dynamodb:Query", **NAME, **params)
    assert [item["n"]["N"] for item in first["Items"]] == ["9", "10"]
    second = run.ok("dynamodb:Query", **NAME, **params, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert [item["n"]["N"] for item in second["Items"]] == ["100"]
    assert "LastEvaluatedKey" not in second
    filtered = run.ok(
        "dynamodb:Query",
        **NAME,
        KeyConditionExpression="id = :a",
        FilterExpression="even = :t",
        ProjectionExpression="n",
        ExpressionAttributeValues={":a": {"S": "a"}, ":t": {"BOOL": True}},
        ScanIndexForward=False,
    )
    assert (filtered["Count"], filtered["ScannedCount"]) == (2, 4)
    assert filtered["Items"] == [{"n": {"N": "100"}}, {"n": {"N": "10"}}]
    assert (
        run.no("dynamodb:Query", **NAME, KeyConditionExpression="n = :n", ExpressionAttributeValues={":n": {"N": "1"}})[
            1
        ]
        == "Query condition missed key schema element: id"
    )


def test_a_transaction_is_all_or_nothing(run):
    put(run, "a")
    items = [
        {"Put": {**NAME, "Item": {"id": {"S": "b"}}}},
        {"Put": {**NAME, "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)"}},
    ]
    assert run.no("dynamodb:TransactWriteItems", TransactItems=items) == (
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
    )
    assert run.ok("dynamodb:Scan", **NAME)["Count"] == 1
    run.ok("dynamodb:TransactWriteItems", TransactItems=items[:1])
    assert run.ok("dynamodb:Scan", **NAME)["Count"] == 2


def test_batches(run):
    writes = [{"PutRequest": {"Item": {"id": {"S": name}}}} for name in "abc"]
    assert run.ok("dynamodb:BatchWriteItem", RequestItems={"orders": writes}) == {"UnprocessedItems": {}}
    keys = [{"id": {"S": name}} for name in "abz"]
    found = run.ok("dynamodb:BatchGetItem", RequestItems={"orders": {"Keys": keys}})
    assert [item["id"]["S"] for item in found["Responses"]["orders"]] == ["a", "b"]


def test_provisioned_units_are_kept_for_five_minutes_and_then_it_throttles():
    units = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    run = Run(a_topology(Orders=a_table(**units)))
    for number in range(300):
        put(run, str(number))
    code, message = run.no("dynamodb:PutItem", **NAME, Item={"id": {"S": "one too many"}})
    assert code == "ProvisionedThroughputExceededException"
    assert message.startswith("The level of configured provisioned throughput for the table was exceeded.")
    assert "1 write units a second" in rows(run, "TableThrottled")[0]["reason"]
    run.until(SECOND)
    put(run, "a second later")


def test_an_item_ends_when_its_time_to_live_is_over():
    run = Run(a_topology(Orders=a_table(TimeToLiveSpecification={"AttributeName": "ends", "Enabled": True})))
    put(run, "a", ends={"N": str(1_767_225_600 + 100)})
    put(run, "b", ends={"N": str(1_767_225_600 + 200)})
    put(run, "b", ends={"N": str(1_767_225_600 + 300)})
    run.until(250 * SECOND)
    assert [(row["at"], row["key"]) for row in rows(run, "ItemExpired")] == [(100 * SECOND, "a")]
    run.until(300 * SECOND)
    assert run.ok("dynamodb:Scan", **NAME)["Count"] == 0


def test_traffic_puts_plain_json_as_items(run):
    run.ok("client:StartTraffic", TargetArn=TABLE, Mode="burst", Count=3, MessageBody='{"n": {{index}}, "ok": true}')
    run.until(SECOND)
    items = run.ok("dynamodb:Scan", **NAME)["Items"]
    assert sorted(item["n"]["N"] for item in items) == ["1", "2", "3"]
    assert items[0]["ok"] == {"BOOL": True}


def test_tables_are_made_changed_and_deleted_while_a_run_goes(run):
    made = run.ok(
        "dynamodb:CreateTable",
        TableName="new",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]
    assert made["TableStatus"] == "CREATING"
    assert run.no("dynamodb:PutItem", TableName="new", Item={"id": {"S": "a"}})[0] == "ResourceNotFoundException"
    run.until(SECOND)
    run.ok("dynamodb:PutItem", TableName="new", Item={"id": {"S": "a"}})
    assert run.ok("dynamodb:DescribeTable", TableName="new")["Table"]["ItemCount"] == 1
    told = run.ok(
        "dynamodb:UpdateTable",
        TableName="new",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]
    assert told["LatestStreamArn"].endswith("/stream/2026-01-01T00:00:01.000")
    run.until(2 * SECOND)
    run.ok("dynamodb:DeleteTable", TableName="new")
    assert [row["key"] for row in rows(run, "ItemGoneWithTable")] == ["a"]
    assert run.ok("dynamodb:ListTables")["TableNames"] == ["orders"]


WORDS = st.lists(
    st.sampled_from(
        [
            "a",
            "#b",
            ":c",
            ".",
            "[",
            "]",
            "0",
            "12",
            "(",
            ")",
            ",",
            "=",
            "<>",
            "<",
            "AND",
            "OR",
            "NOT",
            "BETWEEN",
            "IN",
            "size",
            "attribute_exists",
            "contains",
            "SET",
            "REMOVE",
            "ADD",
            "+",
            "-",
            "x-y",
        ]
    ),
    max_size=12,
)


@given(WORDS)
def test_whatever_an_expression_says_it_is_read_or_refused(words):
    for parse in (parse_condition, parse_projection, parse_update):
        try:
            parse(" ".join(words))
        except ExpressionError as wrong:
            assert str(wrong)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("PUD"), st.sampled_from("abc"), st.integers(0, 3)), max_size=15),
    st.integers(0, 14),
)
def test_the_books_balance_and_a_box_changes_nothing(steps, box):
    def play(boxed: bool) -> Run:
        run = Run(a_topology(Orders=a_table()))
        for place, (what, key, value) in enumerate(steps):
            named: dict[str, Any] = {**NAME, "Key": {"id": {"S": key}}}
            if what == "P":
                put(run, key, n={"N": str(value)})
            elif what == "D":
                run.ok("dynamodb:DeleteItem", **named)
            else:
                run.ok(
                    "dynamodb:UpdateItem",
                    **named,
                    UpdateExpression="ADD n :n",
                    ExpressionAttributeValues={":n": {"N": "1"}},
                )
            if boxed and place == box:
                run.simulation = Simulation.restore(run.simulation.checkpoint(), run.topology)
        return run

    run = play(boxed=False)
    assert play(boxed=True).simulation.digest() == run.simulation.digest()
    assert violations(KINDS, [run.simulation.drain()]) == []


# ── into a Kinesis stream ───────────────────────────────────────────────────────────────────────────────────────────


def test_changes_go_into_a_kinesis_stream_with_both_images_and_again_until_it_takes_them():
    stream = {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "changes", "ShardCount": 1}}
    changes = "arn:aws:kinesis:eu-west-1:123456789012:stream/changes"
    table = a_table(StreamSpecification=None, KinesisStreamSpecification={"StreamArn": changes})
    run = Run(a_topology(Orders=table, Changes=stream))
    run.ok("playground:PutFault", Target="Changes", Kind="outage", From=0, Until="2 s")
    for total in ("1", "2"):
        run.ok("dynamodb:PutItem", SECOND, TableName="orders", Item={"id": {"S": "a"}, "total": {"N": total}})
    run.until(MINUTE)
    told = rows(run, "ChangeNotPut")
    assert [(row["at"] // SECOND, row["error_type"]) for row in told] == [(1, "ServiceUnavailable")] * 2
    iterator = run.ok("kinesis:GetShardIterator", StreamName="changes", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")  # fmt: skip
    got = run.ok("kinesis:GetRecords", ShardIterator=iterator["ShardIterator"])["Records"]
    said = [json.loads(base64.b64decode(record["Data"])) for record in got]
    assert [(each["eventName"], each["tableName"], each["recordFormat"]) for each in said] == [
        ("INSERT", "orders", "application/json"),
        ("MODIFY", "orders", "application/json"),
    ]
    assert said[1]["dynamodb"]["OldImage"] == {"id": {"S": "a"}, "total": {"N": "1"}}
    assert "Keys" in said[1]["dynamodb"]
    run.ok("dynamodb:DisableKinesisStreamingDestination", TableName="orders", StreamArn=changes)
    run.ok("dynamodb:PutItem", TableName="orders", Item={"id": {"S": "b"}})
    described = run.ok("dynamodb:DescribeKinesisStreamingDestination", TableName="orders")
    assert described["KinesisDataStreamDestinations"] == []
