"""Whatever is put, struck, removed and replayed: every event ends as its rules and targets say, and boxes leave no mark."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, a_queue, a_topology, arn, rows
from tests.services.events_cast import KEPT, SHOP

HOUR = 3600 * SECOND
END = 26 * HOUR
ENDS = {
    "DispatchDelivered",
    "DispatchMovedToDeadLetterQueue",
    "DispatchDiscarded",
    "DispatchExpired",
    "DispatchAbandoned",
}
PATTERNS = ({"source": ["shop"]}, {"detail": {"order": [{"numeric": [">", 2]}]}}, {"detail-type": [{"prefix": "Or"}]})
SOMETIMES: dict[str, Any] = {
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
    "deadline": None,
}

targets = st.fixed_dictionaries(
    {"Id": st.sampled_from(["a", "b"]), "Arn": st.sampled_from([arn("orders"), arn("archive"), arn("nowhere"), SHOP])},
    optional={
        "DeadLetterConfig": st.just({"Arn": arn("letters")}),
        "RetryPolicy": st.sampled_from(
            [{"MaximumRetryAttempts": 0}, {"MaximumRetryAttempts": 2}, {"MaximumEventAgeInSeconds": 60}]
        ),
        "InputTransformer": st.sampled_from(
            [
                {"InputPathsMap": {"o": "$.detail"}, "InputTemplate": '{"order": <o>}'},
                {"InputPathsMap": {"o": "$.detail"}, "InputTemplate": '{"order": "<o>"}'},
            ]
        ),
    },
)
steps = st.one_of(
    st.tuples(
        st.just("events:PutEvents"),
        st.lists(
            st.builds(
                lambda order, kind: {
                    "Source": "shop", "DetailType": kind, "Detail": json.dumps({"order": order}), "EventBusName": "shop"
                },
                st.integers(0, 5),
                st.sampled_from(["OrderPlaced", "Paid", ""]),
            ),
            min_size=1,
            max_size=4,
        ).map(lambda entries: {"Entries": entries}),
    ),
    st.tuples(
        st.just("events:PutTargets"),
        st.tuples(st.sampled_from(["r0", "r1", "r2"]), targets).map(
            lambda it: {"Rule": it[0], "EventBusName": "shop", "Targets": [it[1]]}
        ),
    ),
    st.sampled_from(["r0", "r1"]).map(
        lambda rule: ("events:RemoveTargets", {"Rule": rule, "EventBusName": "shop", "Ids": ["a", "b"]})
    ),
    st.sampled_from(["r0", "r1"]).map(lambda rule: ("events:DeleteRule", {"Name": rule, "EventBusName": "shop"})),
    st.sampled_from(["r0", "r1"]).map(lambda rule: ("events:DisableRule", {"Name": rule, "EventBusName": "shop"})),
    st.sampled_from(["again", "once more"]).map(
        lambda name: (
            "events:StartReplay",
            {
                "ReplayName": name.replace(" ", "-"),
                "EventSourceArn": KEPT,
                "EventStartTime": "2026-01-01T00:00:00Z",
                "EventEndTime": "2026-02-01T00:00:00Z",
                "Destination": {"Arn": SHOP},
            },
        )
    ),
    st.just(("events:CancelReplay", {"ReplayName": "again"})),
    st.tuples(
        st.just("playground:PutFault"),
        st.fixed_dictionaries(
            {
                "Target": st.sampled_from(["Orders", "Archive", "Letters"]),
                "Kind": st.sampled_from(["outage", "error-rate", "latency"]),
                "Rate": st.just(0.5),
                "Latency": st.just("1500 ms"),
                "Until": st.sampled_from(["3 s", "900 s"]),
            }
        ),
    ),
    st.just(("sqs:DeleteQueue", {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"})),
    st.just(("sqs:CreateQueue", {"QueueName": "orders"})),
    st.just(("events:DeleteArchive", {"ArchiveName": "kept"})),
)  # fmt: skip
stories = st.lists(st.tuples(st.sampled_from([0, 0, 1, SECOND, 40 * SECOND]), steps), max_size=25)


def a_place() -> CompiledTopology:
    return a_topology(Orders=a_queue("orders"), Archive=a_queue("archive"), Letters=a_queue("letters"))


def beginning() -> list[tuple[str, dict[str, Any]]]:
    made: list[tuple[str, dict[str, Any]]] = [("events:CreateEventBus", {"Name": "shop"})]
    for number, pattern in enumerate(PATTERNS):
        rule = {"Name": f"r{number}", "EventBusName": "shop", "EventPattern": json.dumps(pattern)}
        target = {"Rule": f"r{number}", "EventBusName": "shop", "Targets": [{"Id": "a", "Arn": arn("orders")}]}
        made += [("events:PutRule", rule), ("events:PutTargets", target)]
    made.append(("events:CreateArchive", {"ArchiveName": "kept", "EventSourceArn": SHOP, "RetentionDays": 1}))
    made.append(("events:PutRule", {"Name": "tick", "ScheduleExpression": "rate(7 hours)"}))
    made.append(("events:PutTargets", {"Rule": "tick", "Targets": [{"Id": "a", "Arn": arn("archive")}]}))
    return made


def told(story: list[tuple[int, tuple[str, dict[str, Any]]]]) -> list[Command]:
    at, found = 0, list[Command]()
    for later, step in [*((0, step) for step in beginning()), *story]:
        at += later
        found.append(Command(len(found) + 1, at, "Alice", *step))
    return found


@settings(max_examples=60, **SOMETIMES)
@given(story=stories, boxed=st.integers(1, 4))
def test_a_box_at_every_step_leaves_no_mark_and_the_ledger_adds_up(story, boxed):
    topology = a_place()
    whole, boxes = Simulation.begin(topology, seed=5), Simulation.begin(topology, seed=5)
    for number, command in enumerate(told(story)):
        whole.apply(command)
        boxes.apply(command)
        if number % boxed == 0:
            boxes = Simulation.restore(boxes.checkpoint(), topology)
    for until in range(0, END, END // 6):
        whole.run_until(until)
        boxes.run_until(until)
        boxes = Simulation.restore(boxes.checkpoint(), topology)
    assert boxes.digest() == whole.digest()
    assert violations(KINDS, [whole.drain()]) == []


@settings(max_examples=60, **SOMETIMES)
@given(story=stories)
def test_every_event_ends_per_matching_rule_and_target_delivered_expired_or_in_a_dead_letter_queue(story):
    """A day and a bit later nothing is under way; copies are as many as the rules that matched had targets."""
    simulation = Simulation.begin(a_place(), seed=3)
    for command in told(story):
        simulation.apply(command)
    simulation.run_until(simulation.now_at + END)
    records = rows(simulation.drain())
    began = {row["subject"] for row in records if row["kind"] == "DispatchPending"}
    ended = Counter(row["subject"] for row in records if row["kind"] in ENDS)
    assert set(ended) == began
    assert set(ended.values()) <= {1}
    wanted = sum(row["targets"] for row in records if row["kind"] == "EventMatched")
    assert len(began) == wanted
    for row in records:
        if row["kind"] in ENDS - {"DispatchDelivered", "DispatchAbandoned"}:
            assert row["error_type"]
    put = {row["subject"] for row in records if row["kind"] in ("EventPut", "EventReplayed", "ScheduleFired")}
    assert put == {row["subject"] for row in records if row["kind"] in ("EventMatched", "EventUnmatched")}


live = st.lists(st.tuples(st.sampled_from([0, SECOND, 90 * SECOND]), st.integers(0, 5)), min_size=1, max_size=12)


@settings(max_examples=40, **SOMETIMES)
@given(live=live, replayed_at=st.integers(0, 200), until=st.sampled_from(["3 s", "400 s"]))
def test_live_events_go_their_way_whatever_is_replayed(live, replayed_at, until):
    def story(*, replay: bool) -> list[tuple[int, int, str]]:
        simulation = Simulation.begin(a_place(), seed=9)
        for command in told([]):
            simulation.apply(command)
        simulation.apply(
            Command(50, 0, "Alice", "playground:PutFault", {"Target": "Orders", "Kind": "outage", "Until": until})
        )
        at = 0
        orders: list[tuple[int, str, dict[str, Any]]] = []
        for number, (later, order) in enumerate(live):
            at += later
            entry = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"order": order, "n": number})}
            orders.append((at, "events:PutEvents", {"Entries": [{**entry, "EventBusName": "shop"}]}))
        if replay:
            window = {"EventStartTime": "2026-01-01T00:00:00Z", "EventEndTime": "2026-02-01T00:00:00Z"}
            asked = {"ReplayName": "x", "EventSourceArn": KEPT, "Destination": {"Arn": SHOP}, **window}
            orders.append((replayed_at * SECOND, "events:StartReplay", asked))
        for number, (when, operation, params) in enumerate(sorted(orders, key=lambda each: each[0])):
            simulation.apply(Command(100 + number, when, "Alice", operation, params))
        simulation.run_until(END)
        bodies, subjects = simulation.environment.bodies, simulation.environment.subjects
        replays: set[int] = set()
        found: list[tuple[int, int, str]] = []
        for row in rows(simulation.drain()):
            if row["kind"] == "DispatchPending" and row["replay"]:
                replays.add(row["subject"])
            if row["kind"] in ("DispatchDelivered", "DispatchFailed") and row["subject"] not in replays:
                text = bodies.text(subjects.body[row["subject"]])
                found.append((row["at"], row["node"], json.dumps(json.loads(text).get("detail"))))
        return found

    assert story(replay=True) == story(replay=False)
