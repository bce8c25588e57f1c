"""`POST /api/patterns/test`: what the studio's editors ask while somebody types."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


def ask(client, **body):
    answer = client.post("/api/patterns/test", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_an_event_that_matches(local):
    status, answer = ask(local, kind="event", pattern='{"source": ["shop"]}', event={"source": "shop"})
    assert (status, answer) == (200, {"matched": True, "mismatch": None, "refusal": "", "problems": []})


def test_a_message_that_a_policy_on_attributes_keeps_out_and_why(local):
    _, answer = ask(
        local,
        kind="sns-attributes",
        pattern='{"store": ["eu", {"prefix": "us-"}], "price": [{"numeric": [">", 10]}]}',
        attributes={
            "store": {"DataType": "String", "StringValue": "eu"},
            "price": {"DataType": "Number", "StringValue": "7"},
        },
    )
    assert answer["matched"] is False
    assert answer["mismatch"] == {
        "path": "price",
        "wanted": "a number of more than 10",
        "found": "7",
        "sentence": "price is 7, wanted is a number of more than 10",
        "failing": 1,
        "fields": 2,
    }


@pytest.mark.parametrize(
    ("kind", "given", "matched"),
    [
        ("sns-body", {"message": '{"store": "eu"}'}, True),
        ("sns-body", {"message": "no JSON"}, False),
        ("event", {"event": '{"store": "eu"}'}, True),
        ("event", {}, None),
        ("mapping", {"event": {"store": "eu"}}, True),
    ],
)
def test_each_kind_looks_at_what_belongs_to_it(local, kind, given, matched):
    _, answer = ask(local, kind=kind, pattern='{"store": ["eu"]}', **given)
    assert answer["matched"] is matched


def test_a_mapping_may_be_given_only_the_body(local):
    _, answer = ask(local, kind="mapping", pattern='{"body": {"state": ["paid"]}}', message='{"state": "open"}')
    assert answer["mismatch"]["sentence"] == 'body.state is "open", wanted is "paid"'


def test_all_problems_of_a_pattern_are_told_and_what_aws_says(local):
    _, answer = ask(local, kind="event", pattern='{"a": [{"prefix": 1}, {"wild": ""}], "b": 2}', event={})
    assert answer["matched"] is None
    assert answer["refusal"].startswith(
        "Event pattern is not valid. Reason: prefix match pattern must be a string\n at ["
    )
    assert answer["problems"] == [
        {"path": "a", "message": "prefix match pattern must be a string"},
        {"path": "a", "message": "Unrecognized match type wild"},
        {"path": "b", "message": '"b" must be an object or an array'},
    ]


def test_an_event_that_is_no_json_is_told_as_a_problem(local):
    status, answer = ask(local, kind="event", pattern='{"a": [1]}', event="{")
    assert (status, answer["problems"][0]["path"]) == (422, "/event")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "other", "pattern": "{}"},
        {"kind": "event"},
        {"kind": "event", "pattern": "{}", "extra": 1},
        {"kind": "event", "pattern": {}},
        {"kind": "event", "pattern": "x" * 262_145},
    ],
)
def test_what_is_not_of_the_form_is_refused(local, body):
    assert ask(local, **body)[0] == 422
