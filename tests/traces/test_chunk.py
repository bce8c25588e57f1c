"""A chunk holds its records, whole, however it was cut and joined."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.segment import RECORD_COLUMNS, SUBJECT_COLUMNS, Segment, renumber
from flows.traces import chunk, packed
from flows.traces.blobs import ChunkProblem
from tests.traces.frames import EXECUTION, FRAMES, orders

INSTANTS = st.lists(
    st.one_of(st.integers(0, 10), st.integers(0, 2**33), st.integers(2**32 - 3, 2**32 + 3)), max_size=40
)


def same(one: Segment, other: Segment) -> bool:
    return (
        (one.first, one.details, one.first_subject) == (other.first, other.details, other.first_subject)
        and all(one.columns[name].tolist() == other.columns[name].tolist() for name in RECORD_COLUMNS)
        and all(one.subjects[name].tolist() == other.subjects[name].tolist() for name in SUBJECT_COLUMNS)
    )


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    """Any numbers that fit the columns; not every one of them could be written by a simulation."""
    gaps = draw(INSTANTS)
    count = len(gaps)
    u32, u16 = st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1)
    details = (
        draw(
            st.lists(
                st.tuples(st.integers(-1, 2**53 - 1), st.text(st.characters(exclude_categories=()))),
                max_size=3,
                unique=True,
            )
        )
        if count
        else []
    )
    columns = {"at": np.cumsum([draw(st.integers(0, 2**50)), *gaps], dtype=np.int64)[1:]}
    for name in list(RECORD_COLUMNS)[1:]:
        numbers = {"node": u16, "kind": u16, "detail": st.integers(0, len(details))}.get(name, u32)
        columns[name] = np.array(draw(st.lists(numbers, min_size=count, max_size=count)), dtype=RECORD_COLUMNS[name])
    columns["detail"], details = renumber([(columns["detail"], details)])
    first_subject = draw(st.integers(1, 2**31))
    size = draw(st.integers(0, 20))
    handles = np.arange(first_subject, first_subject + size)
    subjects = {
        "kind": np.array(draw(st.lists(st.integers(0, 255), min_size=size, max_size=size)), dtype="<u1"),
        "parent": np.array([draw(st.integers(0, handle - 1)) for handle in handles.tolist()], dtype="<u4"),
        "root": np.array([draw(st.integers(1, handle)) for handle in handles.tolist()], dtype="<u4"),
        "identity": np.array([draw(st.integers(1, handle)) for handle in handles.tolist()], dtype="<u4"),
        "body": np.array(draw(st.lists(u32, min_size=size, max_size=size)), dtype="<u4"),
    }
    return Segment(draw(st.integers(1, 2**40)), columns, details, first_subject, subjects)


@pytest.mark.parametrize("encode", [chunk.encode, packed.encode])
@settings(deadline=None)
@given(segment=segments(), generation=st.integers(0, 1000))
def test_what_is_encoded_is_decoded(
    segment: Segment, generation: int, encode: Callable[[Segment, str, int], bytes]
) -> None:
    frame = encode(segment, EXECUTION, generation)
    columns = chunk.decode(frame)
    assert same(columns, segment)
    assert (columns.execution, columns.generation) == (EXECUTION, generation)
    first, hot = chunk.decode_hot(frame)
    assert first == segment.first
    assert all(column.tolist() == segment.columns[name].tolist() for name, column in hot.items())
    header = chunk.read_header(frame)
    assert (header["first"], header["count"]) == (segment.first, segment.count)
    if segment:
        assert (header["first_at"], header["last_at"]) == (segment.columns["at"][0], segment.columns["at"][-1])


def test_a_chunk_is_laid_out_as_its_header_says_and_columns_begin_at_multiples_of_eight() -> None:
    frame = chunk.encode(FRAMES["orders"](), EXECUTION, 3)
    assert frame[:4] == b"RDC1"
    (length,) = struct.unpack_from("<I", frame, 4)
    header = json.loads(frame[8 : 8 + length])
    start = 8 + length
    for name in ("hot", "cold"):
        raw = zstandard.ZstdDecompressor().decompress(frame[start : start + header[name]["length"]])
        assert len(raw) == header[name]["raw"]
        sizes = [{"u8": 1, "u16": 2, "u32": 4}[entry["type"]] * entry["count"] for entry in header[name]["columns"]]
        padded = sum((size + 7) // 8 * 8 for size in sizes)
        assert padded == header[name].get("json", {"offset": len(raw)})["offset"]
        start += header[name]["length"]
    assert start == len(frame)


def test_a_distance_of_a_u32_or_more_is_escaped_in_order() -> None:
    frame = chunk.encode(FRAMES["silence"](), EXECUTION, 0)
    assert chunk.read_header(frame)["escapes"] == [21_599_899_979]
    assert chunk.decode(frame).at[[0, -1]].tolist() == [21_600_000_000, 43_200_100_035]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 400), max_size=8), st.integers(0, 95_000_000))
def test_cut_anywhere_and_joined_again_or_kept_until_an_instant_a_run_is_the_same_bytes(
    steps: list[int], at: int
) -> None:
    flow = orders(120)
    whole = orders(120)
    whole.environment.calendar.run_until(2**50)
    expected = whole.environment.recorder.drain()
    frames = []
    for count in [*steps, 10_000]:
        for _ in range(count):
            flow.environment.calendar.step()
        segment = flow.environment.recorder.drain()
        if segment:
            frames.append(chunk.encode(segment, EXECUTION, 1))
    merged = chunk.encode(chunk.merge(frames), EXECUTION, 1)
    assert merged == chunk.encode(expected, EXECUTION, 1)

    early = orders(120)
    early.environment.calendar.run_until(at)
    kept = chunk.keep_until(merged, at, len(early.environment.subjects))
    assert kept == chunk.encode(early.environment.recorder.drain(), EXECUTION, 1)
    unsure = chunk.keep_until(merged, at)
    assert kept is not None
    assert unsure is not None
    assert same(chunk.decode(unsure), chunk.decode(kept))


@given(st.lists(st.integers(1, 400), max_size=8))
@settings(max_examples=15, deadline=None)
def test_pieces_of_either_format_are_merged_into_the_same_packed_bytes(steps: list[int]) -> None:
    flow = orders(120)
    frames = []
    for number, count in enumerate([*steps, 10_000]):
        for _ in range(count):
            flow.environment.calendar.step()
        if segment := flow.environment.recorder.drain():
            frames.append((packed.encode if number % 2 else chunk.encode)(segment, EXECUTION, 1))
    whole = orders(120)
    whole.environment.calendar.run_until(2**50)
    merged = packed.encode(chunk.merge(frames), EXECUTION, 1)
    assert merged == packed.encode(whole.environment.recorder.drain(), EXECUTION, 1)


def test_a_full_block_is_packed_into_a_third_of_its_bytes() -> None:
    block = FRAMES["full"]()
    assert len(packed.encode(block, EXECUTION, 1)) * 3 < len(chunk.encode(block, EXECUTION, 1))


def test_of_a_chunk_that_begins_later_nothing_is_left() -> None:
    frame = chunk.encode(FRAMES["silence"](), EXECUTION, 0)
    assert chunk.keep_until(frame, 21_599_999_999) is None


@given(st.integers(1, 500))
@settings(max_examples=30, deadline=None)
def test_a_segment_is_cut_where_the_sequence_is_a_multiple(size: int) -> None:
    segment = FRAMES["orders"]()
    pieces = list(chunk.cut(segment, size))
    assert all(piece.last % size == 0 for piece in pieces[:-1])
    assert all(piece.count <= size for piece in pieces)
    assert same(chunk.join(pieces), segment)
    assert chunk.join(pieces).bodies == segment.bodies
    for piece in pieces:
        known = piece.first_subject + len(piece.subjects["kind"])
        assert max(piece.columns["subject"].max(), piece.columns["request"].max()) < known


def test_chunks_that_do_not_follow_each_other_are_not_merged() -> None:
    pieces = [chunk.encode(piece, EXECUTION, 0) for piece in chunk.cut(FRAMES["orders"](), 50)]
    with pytest.raises(ChunkProblem, match="do not follow"):
        chunk.merge([pieces[0], pieces[2]])
    stranger = chunk.encode(chunk.decode(pieces[1]), "another", 0)
    with pytest.raises(ChunkProblem, match="do not follow"):
        chunk.merge([pieces[0], stranger])


def test_what_is_no_chunk_is_refused_with_a_sentence() -> None:
    frame = chunk.encode(FRAMES["silence"](), EXECUTION, 0)
    (length,) = struct.unpack_from("<I", frame, 4)
    hot = 8 + length
    later = frame.replace(b'"format":1', b'"format":9')
    for damaged, sentence in (
        (b"", "begin"),
        (b"XXXX" + frame[4:], "begin"),
        (frame[:8] + b"!" + frame[9:], "JSON"),
        (later, "format 9"),
        (frame[:-1], "cut short"),
        (frame[:hot] + b"\0" * 12 + frame[hot + 12 :], "damaged"),
    ):
        with pytest.raises(ChunkProblem, match=sentence):
            chunk.decode(damaged)
