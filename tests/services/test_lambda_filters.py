"""Filter criteria of a mapping: what the function gets to see, and what becomes of the rest."""

from __future__ import annotations

import json

import pytest

from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, an_order_topology, arn


def criteria(*patterns: object) -> dict[str, object]:
    return {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}


PAID = {"body": {"state": ["paid"]}}
LARGE = {"body": {"total": [{"numeric": [">", 100]}]}}


def filtered(*patterns: object, **mapping: object) -> Run:
    return Run(an_order_topology(mapping={"FilterCriteria": criteria(*patterns), **mapping}))


def test_a_message_that_does_not_match_is_deleted_by_the_mapping_and_says_why():
    run = filtered(PAID)
    run.send('{"state": "open"}')
    run.until(SECOND)
    received, gone, deleted = run.records()[-3:]
    assert [row["kind"] for row in (received, gone, deleted)] == [
        "MessageReceived",
        "MessageFiltered",
        "MessageDeleted",
    ]
    assert [row["at"] for row in (received, gone, deleted)] == [0, 0, 0]
    assert gone["subject"] == received["subject"] == deleted["subject"]
    assert (gone["cause"], deleted["cause"]) == (received["sequence"], gone["sequence"])
    assert gone["link"] == run.topology.link("Mapping").index
    assert "state" in gone["reason"]
    assert run.counts() == (0, 0, 0)
    assert run.simulation.quiet


def test_what_matches_goes_to_the_function():
    run = filtered(PAID)
    run.send('{"state": "paid"}')
    run.until(SECOND)
    assert [kind for _, _, kind in run.story()] == [
        "MessageSent",
        "MessageReceived",
        "InvocationStarted",
        "InvocationSucceeded",
        "MessageDeleted",
    ]


def test_one_pattern_of_several_is_enough():
    run = filtered(PAID, LARGE)
    for body in ('{"state": "paid"}', '{"total": 101}', '{"total": 100}'):
        run.send(body)
    run.until(SECOND)
    rows = run.records()
    assert [row["batch_size"] for row in rows if row["kind"] == "InvocationStarted"] == [1, 1]
    (gone,) = [row["reason"] for row in rows if row["kind"] == "MessageFiltered"]
    assert gone.startswith("none of 2 patterns matches it; the last: ")


@pytest.mark.parametrize(
    ("pattern", "body", "passes"),
    [
        ({"body": ["plain"]}, "plain", True),
        ({"body": ["plain"]}, '{"a": 1}', False),
        ({"body": {"a": [1]}}, "plain", False),
        ({"body": {"a": [1]}}, '{"a": 1}', True),
        ({"body": {"a": [1]}}, "7", False),
        ({"body": [{"prefix": "Result: "}]}, "Result: 7", True),
        ({"awsRegion": ["eu-west-1"]}, "plain", True),
        ({"awsRegion": ["us-east-1"]}, "plain", False),
    ],
)
def test_body_and_pattern_must_be_of_one_sort(pattern, body, passes):
    run = filtered(pattern)
    run.send(body)
    run.until(SECOND)
    kinds = [kind for _, _, kind in run.story()]
    assert ("InvocationStarted" in kinds, "MessageFiltered" in kinds) == (passes, not passes)


def test_a_queue_of_messages_that_nobody_wants_is_emptied_without_an_invocation():
    run = filtered(PAID)
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=500, MessageBody='{"state": "open"}')
    run.until(SECOND)
    kinds = [kind for _, _, kind in run.story()]
    assert (kinds.count("MessageFiltered"), kinds.count("InvocationStarted")) == (500, 0)
    assert run.counts() == (0, 0, 0)


def test_a_window_gathers_only_what_matches():
    run = filtered(PAID, BatchSize=3, MaximumBatchingWindowInSeconds=10)
    for body in ('{"state": "paid"}', '{"state": "open"}', '{"state": "paid"}'):
        run.send(body)
        run.until(run.simulation.now_at + SECOND)
    assert [kind for _, _, kind in run.story()].count("MessageFiltered") == 1
    run.until(10 * SECOND)
    assert [(row["at"], row["batch_size"]) for row in run.records() if row["kind"] == "InvocationStarted"] == [
        (10 * SECOND, 2)
    ]


def test_criteria_are_changed_while_it_runs_and_taken_out_by_an_empty_object():
    run = filtered(PAID)
    answer = run.ok("lambda:UpdateEventSourceMapping", UUID="Mapping", FilterCriteria=criteria(LARGE))
    assert answer["FilterCriteria"] == criteria(LARGE)
    run.send('{"state": "paid"}')
    run.until(SECOND)
    assert "MessageFiltered" in [kind for _, _, kind in run.story()]
    assert "FilterCriteria" not in run.ok("lambda:UpdateEventSourceMapping", UUID="Mapping", FilterCriteria={})
    run.send('{"state": "paid"}')
    run.until(2 * SECOND)
    assert "InvocationStarted" in [kind for _, _, kind in run.story()]


@pytest.mark.parametrize(
    "given",
    [
        {"Filters": [{"Pattern": "no json"}]},
        {"Filters": [{"Pattern": None}]},
        {"Filters": [{}]},
        {"Filters": [{"Pattern": "{}"}]},
        {"Filters": [{"Pattern": '{"body": "x"}'}]},
        {"Filters": [{"Pattern": json.dumps({"body": ["x" * 5000]})}]},
    ],
)
def test_criteria_that_are_none_are_refused_and_change_nothing(given):
    run = filtered(PAID)
    code, message = run.no("lambda:UpdateEventSourceMapping", UUID="Mapping", FilterCriteria=given, BatchSize=5)
    assert (code, message) == ("InvalidParameterValueException", "Invalid filter pattern definition.")
    assert run.ok("lambda:GetEventSourceMapping", UUID="Mapping")["BatchSize"] == 10


def test_six_filters_are_too_many():
    run = filtered(PAID)
    code, _ = run.no("lambda:UpdateEventSourceMapping", UUID="Mapping", FilterCriteria=criteria(*[PAID] * 6))
    assert code == "InvalidParameterValueException"


def test_a_fifo_queue_goes_on_behind_a_filtered_message():
    topology = a_topology(
        Orders=a_queue("orders.fifo", FifoQueue=True, ContentBasedDeduplication=True),
        ChargeCard=a_function("charge-card"),
        Mapping=a_mapping("orders.fifo", "charge-card", FilterCriteria=criteria(PAID), BatchSize=1),
    )
    run = Run(topology)
    for body in ('{"state": "open"}', '{"state": "paid"}'):
        run.send(body, queue="orders.fifo", MessageGroupId="a")
    run.until(MINUTE)
    story = [kind for _, _, kind in run.story("MessageSent")]
    assert story.count("MessageFiltered") == 1
    assert story.count("InvocationStarted") == 1
    assert run.counts("orders.fifo") == (0, 0, 0)
