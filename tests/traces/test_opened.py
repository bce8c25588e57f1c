"""What is picked out of a chunk is what the whole chunk has there."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.segment import RECORD_COLUMNS, SUBJECT_COLUMNS, Segment
from flows.traces import chunk, packed
from flows.traces.opened import Opened
from flows.traces.reading import Excerpt
from tests.traces.frames import EXECUTION, FRAMES
from tests.traces.test_chunk import segments

ENCODERS = pytest.mark.parametrize("encode", [chunk.encode, packed.encode])


def opened(frame: bytes) -> Opened:
    header = chunk.read_header(frame)
    cold = len(frame) - header["cold"]["length"]
    hot = cold - header["hot"]["length"]
    return Opened(frame[:hot], frame[hot:cold], frame[cold:])


def told(excerpt: Excerpt) -> list[tuple[Any, ...]]:
    rows = zip(*(excerpt.columns[name].tolist() for name in RECORD_COLUMNS), strict=True)
    details = [excerpt.details.get(number) for number in excerpt.columns["detail"].tolist()]
    return list(zip(excerpt.sequences.tolist(), rows, details, strict=True))


def check(segment: Segment, frame: bytes, rows: list[int]) -> None:
    picked, whole = opened(frame), chunk.decode(frame)
    wanted = np.array(rows, dtype=np.int64)
    assert told(picked.excerpt(wanted)) == told(Excerpt.of(whole, wanted))
    assert picked.subject.tolist() == segment.columns["subject"].tolist()
    for name in SUBJECT_COLUMNS:
        assert picked.subjects[name].tolist() == segment.subjects[name].tolist()


@ENCODERS
@settings(deadline=None)
@given(segment=segments(), chance=st.randoms(use_true_random=False))
def test_any_records_of_any_chunk(segment: Segment, chance: random.Random, encode: Callable[..., bytes]) -> None:
    rows = sorted(chance.sample(range(segment.count), chance.randint(0, segment.count)))
    check(segment, encode(segment, EXECUTION, 1), rows)


@ENCODERS
@pytest.mark.parametrize("rows", [[], [0], [3, 700, 701, 4095], list(range(0, 4096, 7))])
def test_a_few_records_of_a_full_block(rows: list[int], encode: Callable[..., bytes]) -> None:
    segment = FRAMES["full"]()
    check(segment, encode(segment, EXECUTION, 1), rows)


def test_a_chunk_brings_its_new_subjects_and_nobody_else() -> None:
    segment = FRAMES["full"]()
    picked = opened(packed.encode(segment, EXECUTION, 1))
    first, last = segment.first_subject, segment.first_subject + len(segment.subjects["kind"]) - 1
    assert [picked.brings([handle]) for handle in (first - 1, first, last, last + 1)] == [False, True, True, False]
    assert picked.brings([first - 1, last, last + 5])
    assert not picked.brings([first - 1, last + 5])
    assert not picked.brings([])
