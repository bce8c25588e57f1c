"""A window on a long run begins with exactly what reading the whole run before it would tell."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
import zstandard

from flows.engine.kinds import FieldType
from flows.models import Topology
from flows.runs import api, hot, upkeep, windows
from flows.runs.bounds import Bound
from flows.runs.versions import store
from flows.services.kinds import KINDS
from flows.topology import normalise
from flows.traces import chunk as codec
from flows.traces import totals
from flows.traces.projections import timelines
from flows.traces.projections.failures import failed_at_nodes, is_failure
from flows.traces.projections.positions import LAST_PRESENT, PLACE_MASK, Positions
from flows.traces.reading import Reading
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

NIGHTLY = normalise(
    {
        "format": 1,
        "name": "Nightly",
        "resources": {
            "EveryMinute": {
                "Type": "AWS::Events::Rule",
                "Properties": {"Name": "every-minute", "ScheduleExpression": "rate(1 minute)"},
            }
        },
    }
)
TONE = {"neutral": 0, "delivered": 0, "retry": 1, "lost": 2}


@pytest.fixture
def stored(an_execution, send, run):
    """Nine thousand records, as slices leave them."""
    execution = an_execution()
    send(execution, count=2_000)
    return run(execution, "until", 200 * SECOND, bound=lambda: Bound(records=100_000))


@pytest.fixture(autouse=True)
def nothing_remembered():
    windows.forget()


def packed(execution):
    while upkeep.advance(execution.pk):
        pass


def opened(frame):
    assert frame[:4] == b"RDW1"
    (length,) = struct.unpack_from("<I", frame, 4)
    header = json.loads(frame[8 : 8 + length])
    raw = zstandard.ZstdDecompressor().decompress(frame[8 + length :])
    columns = np.frombuffer(raw, dtype="<u4").reshape(2, -1)
    return header, dict(zip(columns[0].tolist(), columns[1].tolist(), strict=True))


def records(execution, after):
    parts = [codec.decode(chunk.frame) for chunk in execution.chunks.order_by("first") if chunk.last <= after]
    reading = Reading(KINDS, parts)
    return [reading.record(index) for index in range(reading.count)] if parts else []


def counted(execution, after):
    """What the header should say, one record at a time."""
    found = {"rates": {}, "failures": {}, "crossed": {}, "moves": [0, 0], "told": {}}
    for record in records(execution, after):
        kind = record.kind
        found["told"][record.node, kind.number] = found["told"].get((record.node, kind.number), 0) + 1
        if kind.rate:
            found["rates"][record.node] = found["rates"].get(record.node, 0) + 1
        if timelines.counts_on_the_timeline(kind):
            found["moves"][0] += 1
            found["moves"][1] += is_failure(kind)
        links = [field.name for field in kind.fields if field.type is FieldType.LINK]
        if kind.motion and record.fields[links[0]] >= 0:
            key = record.fields[links[0]] * 3 + TONE[kind.outcome]
            found["crossed"][key] = found["crossed"].get(key, 0) + 1
    for part in (codec.decode(chunk.frame) for chunk in execution.chunks.order_by("first") if chunk.last <= after):
        for node in part.columns["node"][failed_at_nodes(part.columns, part.details, KINDS)].tolist():
            found["failures"][node] = found["failures"].get(node, 0) + 1
    return found


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("part", [0.2, 0.6, 1.0])
def test_a_window_begins_with_what_was_counted_and_who_is_where(stored, part, is_packed):
    if is_packed:
        packed(stored)
    at = int(stored.frontier_at * part)
    generation, after, frame = windows.beginning(stored.pk, at)
    header, who = opened(frame)
    assert (generation, after) == (stored.generation, header["after"])
    assert all(chunk.first_at <= at for chunk in stored.chunks.filter(last__lte=after))
    expected = counted(stored, after)
    assert {name: dict(header[name]) for name in ("rates", "failures", "crossed")} == {
        name: expected[name] for name in ("rates", "failures", "crossed")
    }
    assert header["moves"] == expected["moves"]
    assert {(node, kind): count for node, kind, count in header["told"]} == expected["told"]
    positions = Positions(KINDS)
    for chunk in stored.chunks.order_by("first"):
        if chunk.last <= after:
            positions.fold(codec.decode(chunk.frame))
    assert dict(header["counts"]) == {here: int(n) for here, n in enumerate(positions.counts) if n}
    assert who == {
        subject: int(where)
        for subject, where in enumerate(positions.where)
        if where and where & PLACE_MASK <= LAST_PRESENT
    }


def test_before_the_first_chunks_a_window_begins_with_nothing(stored):
    _, after, frame = windows.beginning(stored.pk, 0)
    header, who = opened(frame)
    assert (after, header["counts"], header["rates"], header["lasting"], who) == (0, [], [], [], {})


def test_an_execution_that_is_not_there_has_no_windows(stored):
    execution_id = stored.pk
    stored.delete()
    assert windows.beginning(execution_id, 0) is None


def test_traffic_that_was_started_long_before_is_told_with_the_window(stored):
    packed(stored)
    header, _ = opened(windows.beginning(stored.pk, stored.frontier_at)[2])
    (started, *_) = header["lasting"]
    record = records(stored, header["after"])[started[0] - 1]
    assert (record.kind.name, started[1:5]) == (
        "TrafficStarted",
        [record.at, record.node, record.kind.number, record.subject],
    )
    assert dict(zip([field.name for field in record.kind.fields], started[7], strict=True)) == record.fields


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_window_begins_with_how_many_messages_running_traffic_has_sent(stored, is_packed):
    if is_packed:
        packed(stored)
    header, _ = opened(windows.beginning(stored.pk, stored.frontier_at)[2])
    before = records(stored, header["after"])
    (traffic,) = {record.subject for record in before if record.kind.name == "TrafficStarted"}
    sent = sum(record.kind.name == "MessageSent" and record.request == traffic for record in before)
    assert sent > 0
    assert header["sent"] == [[traffic, sent]]


def test_of_what_is_scheduled_a_window_keeps_the_newest_plan_of_each_node():
    fired, started = KINDS.by_name["ScheduleFired"].number, KINDS.by_name["TrafficStarted"].number
    rows = [[1, 0, 7, fired], [2, 0, 8, fired], [3, 0, 0, started], [4, 0, 7, fired], [5, 0, 0, started]]
    assert [row[0] for row in totals.latest(rows, KINDS)] == [2, 3, 4, 5]


def test_a_chunk_keeps_the_newest_plan_of_a_schedule(run):
    execution = run(
        api.create_execution(store(Topology(name="Nightly"), NIGHTLY, []), seed=7, actor="Alice"), "until", 400 * SECOND
    )
    segments = [codec.decode(chunk.frame) for chunk in execution.chunks.order_by("first")]
    kept = [row for segment in segments for row in json.loads(totals.share(segment, KINDS).lasting or b"[]")]
    plans = [
        record.sequence
        for record in records(execution, execution.head)
        if record.kind.number in totals.numbers_of_plans(KINDS)
    ]
    assert len(plans) > 2
    assert [row[0] for row in totals.latest(kept, KINDS)] == plans[-1:]


def test_the_timeline_counts_what_a_nodes_rate_counts_though_nothing_moves():
    still = KINDS.by_name["StatesExecutionStarted"]
    assert (still.motion, timelines.counts_on_the_timeline(still), is_failure(still)) == ("", True, False)


def test_the_timeline_counts_every_record_once(stored):
    whole = timelines.bins(
        Reading(KINDS, [codec.decode(c.frame) for c in stored.chunks.order_by("first")]), 40, stored.frontier_at
    )
    for _ in range(2):
        bins = windows.timeline(stored.pk, 40, stored.frontier_at)
        assert [each["from"] for each in bins] == [each["from"] for each in whole]
        for name in ("records", "failures"):
            assert sum(each[name] for each in bins) == sum(each[name] for each in whole)
        packed(stored)


def test_neighbours_are_folded_from_what_was_asked_before(stored, monkeypatch):
    packed(stored)
    folded = []
    monkeypatch.setattr(hot, "hot_columns", lambda *parts: folded.append(1) or codec.hot_columns(*parts))
    first = windows.beginning(stored.pk, stored.frontier_at)[2]
    assert folded
    folded.clear()
    assert windows.beginning(stored.pk, stored.frontier_at)[2] == first
    assert folded == []


def test_what_was_stored_anew_under_a_window_is_looked_for_again(stored, monkeypatch):
    first = windows.beginning(stored.pk, stored.frontier_at)
    windows.forget()
    parts, went = hot.parts, []

    def gone_once(*asked):
        if not went:
            went.append(1)
            raise hot.Gone
        return parts(*asked)

    monkeypatch.setattr(hot, "parts", gone_once)
    assert windows.beginning(stored.pk, stored.frontier_at) == first
    assert went


def test_every_kind_that_lasts_is_a_kind():
    assert set(totals.LASTING) <= set(KINDS.by_name)
    assert totals.numbers_of_lasting(KINDS)
