"""A keyframe and the records after it are the later positions; and a chunk's mentions miss nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.segment import Segment
from flows.services.kinds import KINDS
from flows.traces.chunk import cut
from flows.traces.keyframe import pack, unpack
from flows.traces.mentions import STRETCHES, Mentions, mentions
from flows.traces.projections.positions import Positions
from tests.traces.frames import orders


@pytest.fixture(scope="module")
def run() -> Segment:
    flow = orders(500)
    flow.environment.calendar.run_until(2**50)
    return flow.environment.recorder.drain()


@settings(deadline=None, max_examples=30)
@given(size=st.integers(50, 3_000))
def test_a_keyframe_and_what_follows_is_the_later_snapshot(run: Segment, size: int) -> None:
    straight, resumed = Positions(KINDS), Positions(KINDS)
    for part in cut(run, size):
        straight.fold(part)
        resumed = unpack(KINDS, pack(resumed)).fold(part)
        assert resumed.sequence == straight.sequence
        assert resumed.counters() == straight.counters()
        for node in (1, 2, 3):
            lying = straight.present_at([node])
            assert resumed.present_at([node]) == lying
            assert resumed.settled_by[lying].tolist() == straight.settled_by[lying].tolist()


def test_a_keyframe_takes_less_than_a_byte_a_subject_once_they_have_ended(run: Segment) -> None:
    positions = Positions(KINDS).fold(run)
    assert len(pack(positions)) < len(positions.where)


@settings(deadline=None, max_examples=30)
@given(size=st.integers(20, 500))
def test_whoever_is_in_a_chunk_is_mentioned(run: Segment, size: int) -> None:
    for part in cut(run, size):
        stretches = mentions(part)
        assert len(stretches) <= STRETCHES * 8
        new = range(part.first_subject, part.first_subject + len(part.subjects["kind"]))
        for subject in {*part.columns["subject"].tolist(), *part.subjects["root"].tolist(), *new} - {0}:
            assert Mentions([(1, stretches)]).of(np.array([subject])) == [1]
        assert Mentions([(1, stretches), (2, b"")]).of(np.array([10**9])) == []
    assert mentions(Segment(1, {"subject": np.zeros(0)}, [], 1, {"kind": np.zeros(0), "root": np.zeros(0)})) == b""
