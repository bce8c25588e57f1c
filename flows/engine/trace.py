"""The recorder: what happened, written once, as columns.

Theory of operation. A record is seven integers (instant, node, kind, subject, request, cause, attempt) and a detail: a typed
tuple (see `kinds.py`) or None. Writing one appends the eight to one flat list and does nothing else: no object per record,
because creating a Python container per record costs more than the scheduler. Hot callers keep their detail tuples.

Records are gathered in *aligned blocks*: block k holds the sequences 4096k+1 … 4096k+4096. A full block is *sealed*: its
details are interned (equal ones are stored once, the record holds a number, 1-based, in order of first use) and its rows are
packed, by one call, into their canonical bytes (`segment.ROW`: typed, little endian; a number that does not fit raises). The
blocks' hashes form a chain,

    chain(0) = 32 zero bytes;  chain(k+1) = SHA-256(chain(k) + canonical bytes of block k)

and the digest of an execution is SHA-256(chain + canonical bytes of the unfinished block). The canonical bytes are the rows
(where `cause` is still the sequence itself), the columns of the subjects that appeared since the block before was sealed, and,
as JSON, the details and the hashes of the new bodies. The chain is 32 bytes of data, unlike a hash object, which cannot be put
in a box.

`drain` hands out everything since the last drain, wherever that falls; blocks stay aligned to the sequence. So the digest
does not depend on slices, drains, chunks, codec or checkpoints.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections import defaultdict
from hashlib import sha256
from itertools import count
from typing import Any, TypeAlias

import numpy as np
import orjson

from flows.engine.bodies import Bodies
from flows.engine.calendar import Calendar
from flows.engine.segment import RECORD_COLUMNS, ROW, SUBJECT_COLUMNS, Column, Detail, Segment
from flows.engine.subjects import Subjects

BLOCK = 4096
WIDTH = len(RECORD_COLUMNS)
FULL = BLOCK * WIDTH
AT_THE_END = BLOCK - 1
"""`sequence & AT_THE_END` is 0 for the last record of a block."""
CODES = "qHHIIIII"
"""A row's types as `struct` calls them."""
_packers = [(size, struct.Struct("<" + CODES * size).pack) for size in (BLOCK >> power for power in range(13))]
"""Packs so many rows by one call: 4096, 2048 … 1."""
Block: TypeAlias = tuple[dict[str, Column], list[Detail]]
"""Columns and the details they refer to."""


class Recorder:
    """Writes records at the calendar's now; answers for their digest."""

    __slots__ = (
        "_bodies",
        "_calendar",
        "_chain",
        "_drained",
        "_drained_bodies",
        "_drained_subjects",
        "_hashed_bodies",
        "_hashed_subjects",
        "_sealed",
        "_subjects",
        "rows",
        "sequence",
    )

    def __init__(self, calendar: Calendar, subjects: Subjects, bodies: Bodies) -> None:
        self._calendar = calendar
        self._subjects = subjects
        self._bodies = bodies
        self.sequence = 0
        self.rows: list[Any] = []
        self._sealed: list[Block] = []
        self._chain = bytes(32)
        self._hashed_subjects = self._hashed_bodies = 0
        self._drained = self._drained_subjects = self._drained_bodies = 0

    def write(
        self,
        kind: int,
        node: int,
        subject: int = 0,
        request: int = 0,
        cause: int = 0,
        attempt: int = 0,
        detail: Detail | None = None,
    ) -> int:
        """Write down that something happened now; answers its sequence, which later records may give as their cause."""
        self.sequence = sequence = self.sequence + 1
        self.rows += (self._calendar.now_at, node, kind, subject, request, cause, attempt, detail)
        if not sequence & AT_THE_END:
            self._seal()
        return sequence

    def wrote(self, sequence: int) -> None:
        """For a hot caller with a batch: it has appended the records up to `sequence` to `rows` itself, all of now.

        Each is the eight that `write` appends, in that order; `rows` is another list after every call of the recorder.
        """
        self.sequence = sequence
        while len(self.rows) >= FULL:
            self._seal()

    def drain(self) -> Segment:
        """Everything since the last drain. Without a new record nothing is handed out: subjects and bodies wait for one."""
        first, first_subject, first_body = self._drained + 1, self._drained_subjects + 1, self._drained_bodies + 1
        undrained = self.sequence - self._drained
        blocks = [*self._sealed, _columns(*_packed(self.rows[-undrained * WIDTH :] if undrained else []))]
        skipped = self._drained % BLOCK if self._sealed else 0
        if undrained:
            self._drained = self.sequence
            self._drained_subjects = len(self._subjects)
            self._drained_bodies = len(self._bodies)
            self._sealed = []
        details: list[Detail] = []
        for columns, more in blocks:
            columns["detail"][columns["detail"] > 0] += len(details)
            details += more
        joined = {name: np.concatenate([columns[name] for columns, _ in blocks])[skipped:] for name in RECORD_COLUMNS}
        sequences = np.arange(first, first + len(joined["at"]), dtype=np.uint32)
        joined["cause"] = np.where(joined["cause"] == 0, joined["cause"], sequences - joined["cause"])
        return Segment(
            first,
            joined,
            details,
            first_subject,
            self._subject_columns(first_subject - 1, self._drained_subjects),
            self._bodies.after(first_body - 1)[: self._drained_bodies - first_body + 1],
        )

    def digest(self) -> str:
        """SHA-256 over everything written so far, in hexadecimal."""
        return sha256(self._chain + self._canonical(*_packed(self.rows.copy()))).hexdigest()

    # ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _seal(self) -> None:
        """A block is full: hash it, keep it for the next drain, begin another with what is over."""
        rows, self.rows = self.rows, self.rows[FULL:]
        del rows[FULL:]
        packed, details = _packed(rows)
        self._chain = sha256(self._chain + self._canonical(packed, details)).digest()
        self._hashed_subjects = len(self._subjects)
        self._hashed_bodies = len(self._bodies)
        self._sealed.append(_columns(packed, details))

    def _canonical(self, packed: bytes, details: list[Detail]) -> bytes:
        subjects = self._subject_columns(self._hashed_subjects, len(self._subjects))
        texts = [
            sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            for _, text in self._bodies.after(self._hashed_bodies)
        ]
        return b"".join((packed, *(column.tobytes() for column in subjects.values()), _words([details, texts])))

    def _subject_columns(self, after: int, last: int) -> dict[str, Column]:
        """The subjects `after` + 1 … `last`."""
        return {
            name: np.array(getattr(self._subjects, name)[after + 1 : last + 1], dtype=dtype)
            for name, dtype in SUBJECT_COLUMNS.items()
        }

    # ── the box ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def __getstate__(self) -> dict[str, Any]:
        state = {name: getattr(self, name) for name in self.__slots__ if name != "rows"}
        integers = self.rows.copy()
        integers[WIDTH - 1 :: WIDTH] = [0] * (len(integers) // WIDTH)
        return state | {"integers": array("q", integers), "details": self.rows[WIDTH - 1 :: WIDTH]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.rows = state.pop("integers").tolist()
        self.rows[WIDTH - 1 :: WIDTH] = state.pop("details")
        for name, value in state.items():
            setattr(self, name, value)


def _packed(rows: list[Any]) -> tuple[bytes, list[Detail]]:
    """Rows (whose details become numbers, in place) as canonical bytes, and the details they refer to."""
    numbers: defaultdict[Detail | None, int] = defaultdict(count(1).__next__, {None: 0})
    rows[WIDTH - 1 :: WIDTH] = map(numbers.__getitem__, rows[WIDTH - 1 :: WIDTH])
    packed, at = [], 0
    for size, pack in _packers:
        if len(rows) - at >= size * WIDTH:
            packed.append(pack(*rows[at : at + size * WIDTH]))
            at += size * WIDTH
    return b"".join(packed), [detail for detail in numbers if detail is not None]


def _words(value: list[Any]) -> bytes:
    """Canonical JSON: as the standard library writes it, in ASCII and without spaces.

    Details hold integers and texts, and of those orjson writes the same bytes many times faster, as long as all is printable ASCII;
    what it refuses (half characters, integers beyond 64 bits) is not.
    """
    try:
        words = orjson.dumps(value)
    except TypeError:
        words = b"\x7f"
    if words.isascii() and b"\x7f" not in words:
        return words
    return json.dumps(value, separators=(",", ":")).encode()


def _columns(packed: bytes, details: list[Detail]) -> Block:
    rows = np.frombuffer(packed, dtype=ROW)
    return {name: rows[name].astype(dtype) for name, dtype in RECORD_COLUMNS.items()}, details
