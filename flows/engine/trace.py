"""The recorder: what happened, written once, as columns.

Theory of operation. A record is eight integers (instant, node, kind, subject, request, cause, attempt, detail). Writing one
appends them to one flat list: no object per record, because creating a Python container per record costs more than the
scheduler. A detail (a typed tuple, see `kinds.py`) is interned: equal details of one block are stored once and the record
holds a number. Hot callers keep their tuples, so none is built per record.

Records are gathered in *aligned blocks*: block k holds the sequences 4096k+1 … 4096k+4096. A full block is *sealed*: turned
into typed numpy columns and hashed. The blocks' hashes form a chain,

    chain(0) = 32 zero bytes;  chain(k+1) = SHA-256(chain(k) + canonical bytes of block k)

and the digest of an execution is SHA-256(chain + canonical bytes of the unfinished block). The canonical bytes are the
columns in their types (`segment.RECORD_COLUMNS`), the details as JSON in order of first use, and the subjects and bodies that
appeared since the block before was sealed. The chain is 32 bytes of data, unlike a hash object, which cannot be put in a box.

`drain` hands out everything since the last drain, wherever that falls; blocks stay aligned to the sequence. So the digest
does not depend on slices, drains, chunks, codec or checkpoints.
"""

from __future__ import annotations

import json
from array import array
from hashlib import sha256
from typing import Any

import numpy as np

from flows.engine.bodies import Bodies
from flows.engine.calendar import Calendar
from flows.engine.segment import RECORD_COLUMNS, SUBJECT_COLUMNS, Column, Detail, Segment, renumber
from flows.engine.subjects import Subjects

BLOCK = 4096
WIDTH = len(RECORD_COLUMNS)


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
        "_numbers",
        "_rows",
        "_sealed",
        "_subjects",
        "sequence",
    )

    def __init__(self, calendar: Calendar, subjects: Subjects, bodies: Bodies) -> None:
        self._calendar = calendar
        self._subjects = subjects
        self._bodies = bodies
        self.sequence = 0
        self._rows: list[int] = []
        self._numbers: dict[Detail, int] = {}
        self._sealed: list[tuple[dict[str, Column], list[Detail]]] = []
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
        number = 0
        if detail is not None:
            number = self._numbers.get(detail, 0)
            if not number:
                number = self._numbers[detail] = len(self._numbers) + 1
        self._rows += (
            self._calendar.now_at,
            node,
            kind,
            subject,
            request,
            sequence - cause if cause else 0,
            attempt,
            number,
        )
        if not sequence % BLOCK:
            self._seal()
        return sequence

    def drain(self) -> Segment:
        """Everything since the last drain. Without a new record nothing is handed out: subjects and bodies wait for one."""
        parts = self._undrained()
        first, first_subject, first_body = self._drained + 1, self._drained_subjects + 1, self._drained_bodies + 1
        if self._drained != self.sequence:
            self._drained = self.sequence
            self._drained_subjects = len(self._subjects)
            self._drained_bodies = len(self._bodies)
            self._sealed = []
        columns = {
            name: np.concatenate([part[name] for part, _ in parts]) for name in RECORD_COLUMNS if name != "detail"
        }
        columns["detail"], details = renumber([(part["detail"], details) for part, details in parts])
        bodies = self._bodies.after(first_body - 1)[: self._drained_bodies - first_body + 1]
        subjects = self._subject_columns(first_subject - 1, self._drained_subjects)
        return Segment(first, columns, details, first_subject, subjects, bodies)

    def digest(self) -> str:
        """SHA-256 over everything written so far, in hexadecimal."""
        return sha256(self._chain + self._canonical(_columns(self._rows), list(self._numbers))).hexdigest()

    # ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _seal(self) -> None:
        """The block is full: hash it, keep its undrained part as columns, begin the next."""
        columns, details = _columns(self._rows), list(self._numbers)
        self._chain = sha256(self._chain + self._canonical(columns, details)).digest()
        self._hashed_subjects = len(self._subjects)
        self._hashed_bodies = len(self._bodies)
        drained = max(0, self._drained - (self.sequence - BLOCK))
        self._sealed.append(({name: column[drained:] for name, column in columns.items()}, details))
        self._rows = []
        self._numbers = {}

    def _canonical(self, columns: dict[str, Column], details: list[Detail]) -> bytes:
        subjects = self._subject_columns(self._hashed_subjects)
        texts = [sha256(text.encode()).hexdigest() for _, text in self._bodies.after(self._hashed_bodies)]
        words = json.dumps([details, texts], separators=(",", ":"))
        return b"".join(
            [
                *(column.tobytes() for column in columns.values()),
                *(column.tobytes() for column in subjects.values()),
                words.encode(),
            ]
        )

    def _undrained(self) -> list[tuple[dict[str, Column], list[Detail]]]:
        begun = self.sequence - self.sequence % BLOCK
        tail = _columns(self._rows[max(0, self._drained - begun) * WIDTH :])
        return [*self._sealed, (tail, list(self._numbers))]

    def _subject_columns(self, after: int, last: int | None = None) -> dict[str, Column]:
        stop = len(self._subjects) + 1 if last is None else last + 1
        return {
            name: np.array(getattr(self._subjects, name)[after + 1 : stop], dtype=dtype)
            for name, dtype in SUBJECT_COLUMNS.items()
        }

    # ── the box ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def __getstate__(self) -> dict[str, Any]:
        state = {name: getattr(self, name) for name in self.__slots__}
        state["_rows"] = array("q", self._rows)
        state["_numbers"] = list(self._numbers)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._rows = state["_rows"].tolist()
        self._numbers = {detail: number for number, detail in enumerate(state["_numbers"], start=1)}


def _columns(rows: list[int]) -> dict[str, Column]:
    """Flat rows as typed columns; a number that does not fit its column is our bug."""
    matrix = np.frombuffer(array("q", rows), dtype=np.int64).reshape(-1, WIDTH)
    if len(matrix):
        lows, highs = matrix.min(axis=0), matrix.max(axis=0)
        for index, (name, dtype) in enumerate(RECORD_COLUMNS.items()):
            if lows[index] < 0 or highs[index] > np.iinfo(dtype).max:
                raise OverflowError(f"column {name} holds {lows[index]} … {highs[index]}, which is no {dtype}")
    return {name: matrix[:, index].astype(dtype) for index, (name, dtype) in enumerate(RECORD_COLUMNS.items())}
