"""The chunk: up to 4096 records as bytes. What is stored is what is sent to every browser.

Theory of operation. A chunk is

    b"RDC1" + u32 header length + header (JSON, UTF-8) + hot blob (zstd) + cold blob (zstd)          little endian throughout

The header holds what one needs to find and order chunks (execution, generation, first, count, first_at, last_at) and a
directory of the columns in each blob: name, type (u8, u16, u32), coding, count. Columns lie one after another in the
directory's order, each padded to 8 bytes, so that a browser can lay typed arrays over the decompressed blob. The *hot* blob
is what the canvas and the ledger fold (instant, node, kind, subject); the *cold* blob is the rest: request, cause, attempt,
detail, the new subjects, and last the details as JSON.

Codings. `plain`: the values. `delta`: each value is the distance from the one before (the first from 0; for `at` from
`first_at`). `zigzag`: the same with signed distances d written as 2d or -2d-1. A decoder adds up in 32 bits, except `at`:
instants are 53-bit integers, and a distance of 0xFFFFFFFF or more is written as 0xFFFFFFFF and stands in `escapes`, in order.
The narrowest type that holds a column is chosen per chunk; a decoder must read the directory.

References are distances back, so that equal patterns are equal bytes: `cause` in sequence (0 none), a subject's parent (0
none), root and identity (0 itself) in handles.

That is format 1, which slices write: it costs them little. Compaction writes format 2 (`packed.py`), a fifth of the bytes
where messages go one by one; `decode` reads either.

The content of a chunk depends on its records alone. Cutting and joining chunks (`keep_until`, `merge`, `cut`) gives what the
recorder would have given, byte for byte.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from flows.engine.segment import RECORD_COLUMNS, SUBJECT_COLUMNS, Column, Segment, renumber
from flows.traces import packed
from flows.traces.blobs import ESCAPE, MAGIC, ChunkProblem, frame, pack_blob, unpack_blob

FORMAT = 1
FORMATS = (FORMAT, packed.FORMAT)
CHUNK_RECORDS = 4096

HOT = {"at": "delta", "node": "plain", "kind": "plain", "subject": "zigzag"}
COLD = {
    "request": "zigzag",
    "cause": "plain",
    "attempt": "plain",
    "detail": "plain",
    "subject_kind": "plain",
    "subject_parent": "plain",
    "subject_root": "plain",
    "subject_identity": "plain",
    "subject_body": "zigzag",
}
"""Each blob's columns and how we code them."""
SUBJECT_DISTANCES = ("parent", "root", "identity")


@dataclass(slots=True)
class Columns(Segment):
    """A decoded chunk: a segment that knows whose it is. Bodies do not travel in chunks."""

    execution: str = ""
    generation: int = 0

    @property
    def at(self) -> Column:
        """Instants, absolute (int64)."""
        return self.columns["at"]


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def encode(segment: Segment, execution: str, generation: int) -> bytes:
    """The segment's records and subjects as one chunk."""
    at = segment.columns["at"]
    first_at = int(at[0]) if len(at) else 0
    deltas = np.diff(at, prepend=first_at)
    escaped = deltas >= ESCAPE
    detail, details = renumber([(segment.columns["detail"], segment.details)])
    columns = {**segment.columns, "detail": detail, "at": np.where(escaped, ESCAPE, deltas).astype(np.uint32)}
    columns |= {
        f"subject_{name}": column for name, column in _relative(segment.first_subject, segment.subjects).items()
    }
    words = json.dumps({"details": details}, separators=(",", ":")).encode()
    hot, hot_directory = pack_blob(columns, HOT)
    cold, cold_directory = pack_blob(columns, COLD, words)
    header = {
        "format": FORMAT,
        "execution": execution,
        "generation": generation,
        "first": segment.first,
        "count": segment.count,
        "first_at": first_at,
        "last_at": int(at[-1]) if len(at) else 0,
        "hot": hot_directory,
        "cold": cold_directory,
        "subjects": {"first": segment.first_subject, "count": len(segment.subjects["kind"])},
        "escapes": deltas[escaped].tolist(),
    }
    return frame(header, hot, cold)


def _relative(first: int, subjects: dict[str, Column]) -> dict[str, Column]:
    handles = np.arange(first, first + len(subjects["kind"]), dtype=np.int64)
    return {
        name: np.where(column == 0, 0, handles - column) if name in SUBJECT_DISTANCES else column
        for name, column in subjects.items()
    }


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_header(chunk: bytes) -> dict[str, Any]:
    """The chunk's header, without touching its blobs."""
    header, length = header_alone(chunk)
    if len(chunk) != 8 + length + header["hot"]["length"] + header["cold"]["length"]:
        raise ChunkProblem("the chunk is cut short or has something after its end")
    return header


def header_alone(chunk: bytes) -> tuple[dict[str, Any], int]:
    """The header, and its length, of bytes that begin like a chunk: what comes after it need not be there."""
    if chunk[:4] != MAGIC or len(chunk) < 8:
        raise ChunkProblem("these bytes do not begin like a chunk")
    (length,) = struct.unpack_from("<I", chunk, 4)
    try:
        header: dict[str, Any] = json.loads(chunk[8 : 8 + length])
    except ValueError as error:
        raise ChunkProblem(f"the chunk's header is no JSON: {error}") from error
    if header.get("format") not in FORMATS:
        raise ChunkProblem(f"format {header.get('format')} is none of {FORMATS}, which this version reads")
    return header, length


def decode(chunk: bytes) -> Columns:
    """The chunk's records and subjects, with absolute instants and handles."""
    header, hot_blob, cold_blob = _parts(chunk)
    if header["format"] == packed.FORMAT:
        segment = packed.decode(header, hot_blob, cold_blob)
        return Columns(
            segment.first,
            segment.columns,
            segment.details,
            segment.first_subject,
            segment.subjects,
            execution=header["execution"],
            generation=header["generation"],
        )
    hot, _ = unpack_blob(hot_blob, header["hot"])
    cold, words = unpack_blob(cold_blob, header["cold"])
    columns = hot | cold
    columns["at"] = _instants(columns["at"], header)
    first = header["subjects"]["first"]
    handles = np.arange(first, first + header["subjects"]["count"], dtype=np.int64)
    subjects = {name: columns[f"subject_{name}"] for name in SUBJECT_COLUMNS}
    for name in SUBJECT_DISTANCES:
        distance = subjects[name]
        subjects[name] = np.where((distance == 0) & (name == "parent"), 0, handles - distance)
    return Columns(
        first=header["first"],
        columns={name: columns[name].astype(dtype) for name, dtype in RECORD_COLUMNS.items()},
        details=[tuple(detail) for detail in json.loads(words)["details"]],
        first_subject=first,
        subjects={name: subjects[name].astype(dtype) for name, dtype in SUBJECT_COLUMNS.items()},
        execution=header["execution"],
        generation=header["generation"],
    )


def decode_hot(chunk: bytes) -> tuple[int, dict[str, Column]]:
    """The sequence of the first record, and of all of them instant, node, kind and subject: what positions are folded from."""
    header, hot_blob, _ = _parts(chunk)
    return hot_columns(header, hot_blob)


def hot_columns(header: dict[str, Any], hot_blob: bytes) -> tuple[int, dict[str, Column]]:
    """The same of a chunk whose parts are at hand."""
    if header["format"] == packed.FORMAT:
        columns, _ = packed.decode_hot(header, hot_blob)
    else:
        columns, _ = unpack_blob(hot_blob, header["hot"])
        columns["at"] = _instants(columns["at"], header)
    return header["first"], {name: columns[name].astype(RECORD_COLUMNS[name]) for name in HOT}


def _parts(chunk: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    header = read_header(chunk)
    cold_start = len(chunk) - header["cold"]["length"]
    return header, chunk[cold_start - header["hot"]["length"] : cold_start], chunk[cold_start:]


def _instants(written: Column, header: dict[str, Any]) -> Column:
    deltas = written.astype(np.int64)
    deltas[written == ESCAPE] = header["escapes"]
    instants: Column = np.cumsum(deltas) + header["first_at"]
    return instants


# ── cutting and joining ─────────────────────────────────────────────────────────────────────────────────────────────────


def keep_until(chunk: bytes, at: int, subjects: int | None = None) -> bytes | None:
    """The chunk without what came after instant `at`; None if nothing is left.

    `subjects` is how many subjects the execution had at that instant. Whoever does not know keeps those that the
    kept records speak of.
    """
    columns = decode(chunk)
    count = int(np.searchsorted(columns.at, at, side="right"))
    if not count:
        return None
    last = _last_mentioned(columns, 0, count) if subjects is None else subjects
    return encode(_stretch(columns, 0, count, columns.first_subject, last), columns.execution, columns.generation)


def merge(chunks: Sequence[bytes]) -> Columns:
    """The records of all, which must follow each other; of the last one's generation."""
    parts = [decode(chunk) for chunk in chunks]
    for before, after in pairwise(parts):
        if before.execution != after.execution or before.last + 1 != after.first:
            raise ChunkProblem(f"records {after.first} … do not follow {before.last}")
    if len(parts) == 1:
        return parts[0]
    all_ = join(parts)
    return Columns(
        all_.first,
        all_.columns,
        all_.details,
        all_.first_subject,
        all_.subjects,
        execution=parts[-1].execution,
        generation=parts[-1].generation,
    )


def join(parts: Sequence[Segment]) -> Segment:
    """One segment with the records of all, which follow each other."""
    detail, details = renumber([(part.columns["detail"], part.details) for part in parts])
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in RECORD_COLUMNS}
    return Segment(
        first=parts[0].first,
        columns=columns | {"detail": detail},
        details=details,
        first_subject=parts[0].first_subject,
        subjects={name: np.concatenate([part.subjects[name] for part in parts]) for name in SUBJECT_COLUMNS},
        bodies=[body for part in parts for body in part.bodies],
    )


def cut(segment: Segment, size: int = CHUNK_RECORDS) -> Iterable[Segment]:
    """The segment in pieces that end where the sequence is a multiple of `size`; every body goes with the first."""
    start, first_subject = 0, segment.first_subject
    bodies = segment.bodies
    while start < segment.count:
        stop = min(segment.count, start + size - (segment.first + start - 1) % size)
        at_end = stop == segment.count
        last = (
            segment.first_subject + len(segment.subjects["kind"]) - 1
            if at_end
            else max(first_subject - 1, _last_mentioned(segment, start, stop))
        )
        piece = _stretch(segment, start, stop, first_subject, last)
        piece.bodies = bodies
        yield piece
        start, first_subject, bodies = stop, last + 1, []


def _stretch(segment: Segment, start: int, stop: int, first_subject: int, last_subject: int) -> Segment:
    detail, details = renumber([(segment.columns["detail"][start:stop], segment.details)])
    begin = first_subject - segment.first_subject
    end = max(begin, last_subject - segment.first_subject + 1)
    return Segment(
        first=segment.first + start,
        columns={name: column[start:stop] for name, column in segment.columns.items()} | {"detail": detail},
        details=details,
        first_subject=first_subject,
        subjects={name: column[begin:end] for name, column in segment.subjects.items()},
    )


def _last_mentioned(segment: Segment, start: int, stop: int) -> int:
    """The newest subject that these records speak of."""
    return max(int(segment.columns[name][start:stop].max(initial=0)) for name in ("subject", "request"))
