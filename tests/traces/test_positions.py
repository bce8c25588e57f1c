"""Snapshot + records = later snapshot, and both are what a naive fold says."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.kinds import FINISHED
from flows.engine.segment import Segment
from flows.services.kinds import KINDS
from flows.traces.chunk import cut
from flows.traces.projections.positions import PLACE_BITS, PLACE_MASK, PLACES, Positions
from tests.traces.frames import FRAMES, orders


def naive(segment: Segment) -> tuple[dict[int, tuple[int, str]], Counter[tuple[int, str]]]:
    where: dict[int, tuple[int, str]] = {}
    counts: Counter[tuple[int, str]] = Counter()
    columns = (segment.columns[name].tolist() for name in ("kind", "node", "subject"))
    for number, node, subject in zip(*columns, strict=True):
        to = KINDS.by_number[number].to
        if to and subject:
            before = where.get(subject)
            if before != (node, to):
                counts[node, to] += 1
                if before and before[1] not in FINISHED:
                    counts[before] -= 1
            where[subject] = (node, to)
    return where, counts


def readings(positions: Positions) -> tuple[list[int], list[int], dict]:
    return (
        positions.where[positions.where > 0].tolist(),
        positions.settled_by[positions.settled_by > 0].tolist(),
        positions.counters(),
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 600), st.integers(1, 300))
def test_a_snapshot_and_the_records_after_it_are_the_later_snapshot(records: int, size: int) -> None:
    flow = orders(150)
    whole = orders(150)
    whole.environment.calendar.run_until(2**50)
    later = Positions(KINDS).fold(whole.environment.recorder.drain())
    for _ in range(records):
        flow.environment.calendar.step()
    snapshot = Positions(KINDS).fold(flow.environment.recorder.drain())
    kept, before = snapshot.copy(), readings(snapshot)
    flow.environment.calendar.run_until(2**50)
    for piece in cut(flow.environment.recorder.drain(), size):
        snapshot.fold(piece)
    assert readings(snapshot) == readings(later)
    assert snapshot.sequence == later.sequence
    assert readings(kept) == before


def test_positions_are_what_a_naive_fold_says() -> None:
    segment = FRAMES["full"]()
    where, counts = naive(segment)
    positions = Positions(KINDS).fold(segment)
    found = {
        subject: (int(code) >> PLACE_BITS, PLACES[int(code) & PLACE_MASK])
        for subject, code in enumerate(positions.where)
        if code
    }
    assert found == where
    assert {(node, place): n for node, places in positions.counters().items() for place, n in places.items()} == {
        key: n for key, n in counts.items() if n
    }
    (node, place), _ = counts.most_common(1)[0]
    assert positions.at(node, place) == sorted(subject for subject, here in where.items() if here == (node, place))
