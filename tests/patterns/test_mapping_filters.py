"""Filters of mappings: records with their payload read as JSON."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from flows.patterns import compile_mapping_filter
from flows.patterns.envelope import NotAnEvent, read_event


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("pattern", "body", "matches"),
    [
        ({"body": {"state": ["paid"]}}, '{"state": "paid"}', True),
        ({"body": {"state": ["paid"]}}, '{"state": "open"}', False),
        ({"body": {"state": ["paid"]}}, "paid", False),
        ({"body": {"state": ["paid"]}}, '[{"state": "open"}, {"state": "paid"}]', True),
        ({"body": ["paid"]}, "paid", True),
        ({"body": ["paid"]}, '{"state": "paid"}', False),
        ({"body": ["5"]}, "5", True),
        ({"messageAttributes": {"kind": {"stringValue": ["x"]}}}, "anything", True),
    ],
)
def test_the_body_of_a_queues_message_is_read_where_it_is_json(pattern, body, matches):
    record = {"body": body, "messageAttributes": {"kind": {"stringValue": "x"}}}
    assert compile_mapping_filter(json.dumps(pattern)).matches(record) is matches


@pytest.mark.parametrize(
    ("kind", "record", "pattern"),
    [
        (
            "kinesis",
            {"kinesis": {"partitionKey": "7", "data": encoded('{"a": 1}')}},
            {"data": {"a": [1]}, "partitionKey": ["7"]},
        ),
        ("kinesis", {"kinesis": {"data": encoded("plain")}}, {"data": ["plain"]}),
        ("kafka", {"value": encoded('{"a": 1}')}, {"value": {"a": [1]}}),
        ("mq", {"data": encoded('{"a": 1}')}, {"data": {"a": [1]}}),
        ("mq", {"data": "not base64"}, {"data": ["not base64"]}),
        (
            "dynamodb",
            {"eventName": "INSERT", "dynamodb": {"NewImage": {"n": {"N": "5"}}}},
            {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"n": {"N": ["5"]}}}},
        ),
    ],
)
def test_each_source_has_its_payload(kind, record, pattern):
    assert compile_mapping_filter(pattern, kind).matches(record)


def test_a_text_where_json_was_wanted_is_told_so():
    mismatch = compile_mapping_filter({"body": {"a": [1], "b": [2]}}).explain({"body": "plain"})
    assert (mismatch.sentence, mismatch.failing) == ('body is "plain", wanted is JSON', 2)


def test_other_mismatches_are_told_as_ever():
    assert (
        compile_mapping_filter({"body": {"a": [1]}}).explain({"body": '{"a": 2}'}).sentence
        == "body.a is 2, wanted is 1"
    )
    assert compile_mapping_filter({"body": {"a": [1]}}).explain({"body": '{"a": 1}'}) is None


@pytest.mark.parametrize("record", [None, "text", {}, {"body": 5}, {"kinesis": 5}])
@pytest.mark.parametrize("kind", ["sqs", "kinesis"])
def test_a_record_of_another_shape_does_not_match(record, kind):
    pattern = compile_mapping_filter({"body": {"a": [1]}, "data": {"a": [1]}}, kind)
    assert not pattern.matches(record)
    assert pattern.explain(record) is not None


EVENT = {"id": "1", "source": "s", "detail-type": "t", "account": "1", "region": "r", "time": "2022-07-13T13:48:01Z"}


def test_an_event_needs_its_envelope():
    assert read_event(json.dumps(EVENT)) == EVENT


@pytest.mark.parametrize(
    "text", ["plain", "[]", "5", "{}", *(json.dumps({k: v for k, v in EVENT.items() if k != name}) for name in EVENT)]
)
def test_what_lacks_a_part_of_the_envelope_is_no_event(text):
    with pytest.raises(NotAnEvent, match=r"^Parameter Event is not valid\.$"):
        read_event(text)
