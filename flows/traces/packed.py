"""Format 2 of a chunk: what compaction writes. A third to a sixth of format 1's bytes, for four to seven times the work.

Theory of operation. Slices write format 1 (`chunk.py`), whose columns a numpy call or two encodes; when a block is full and
nobody waits for it, it is written again, packed as `packing.py` says. A decoder reads either by the header's `format`.

    b"RDC1" + u32 header length + header (JSON, UTF-8) + hot blob (zstd) + cold blob (zstd)

as in format 1, and the header's fields are the same but for the directories: of each blob `length`, `raw` and `words`, how many
bytes at the end of the decompressed blob are JSON. That JSON has the directory, `columns`: name, number of planes, bases (a
letter per kind, in ascending order of the kinds). Hot are `kind` (which of `kinds`), instant, node, request, subject; cold are
cause, attempt, detail, the new subjects (grouped by *their* kind) and the details.

Details. A record's number in `detail` is 0 where it is that of the record before of the same kind, 1 where it is a new one,
otherwise 2 more than itself: new details are numbered as they come. The details of a kind, in order, are columns again
(`details`: kind, arity, and per place a column or a list as JSON): whole numbers as residuals, texts as places in `texts`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from flows.engine.segment import RECORD_COLUMNS, SUBJECT_COLUMNS, Column, Detail, Segment, renumber
from flows.traces import packed_details, packing
from flows.traces.blobs import frame
from flows.traces.packing import Blob, Groups, Reader, at_row

FORMAT = 2
SUBJECT_DISTANCES = ("parent", "root", "identity")
COLD_COLUMNS = len(("cause", "attempt", "detail"))
"""Before those of the subjects."""


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def encode(segment: Segment, execution: str, generation: int) -> bytes:
    """The segment's records and subjects as one packed chunk."""
    columns = {name: column.astype(np.int64) for name, column in segment.columns.items()}
    columns["detail"], details = renumber([(segment.columns["detail"], segment.details)])
    at = columns["at"]
    groups = Groups.of(columns["kind"])
    first_at = int(at[0]) if len(at) else 0
    hot, hot_entry = _hot(columns, groups, first_at)
    cold, cold_entry = _cold(segment, columns, groups, details)
    header = {
        "format": FORMAT,
        "execution": execution,
        "generation": generation,
        "first": segment.first,
        "count": segment.count,
        "first_at": first_at,
        "last_at": int(at[-1]) if len(at) else 0,
        "hot": hot_entry,
        "cold": cold_entry,
        "subjects": {"first": segment.first_subject, "count": len(segment.subjects["kind"])},
    }
    return frame(header, hot, cold)


def _hot(columns: dict[str, Column], groups: Groups, first_at: int) -> tuple[bytes, dict[str, int]]:
    blob = Blob()
    everyone = Groups.alone(len(groups.index))
    blob.add("kind", everyone, {"D": groups.index.astype(np.int64)})
    blob.add("at", groups, _from_before(groups, columns["at"], first_at))
    blob.add("node", groups, {"K": columns["node"] - at_row(columns["node"], groups.before)})
    blob.add("request", groups, _from_before(groups, columns["request"]))
    own = {"R": columns["subject"] - columns["request"]}
    blob.add("subject", groups, _from_before(groups, columns["subject"]) | own)
    return blob.close({"kinds": groups.numbers.tolist()})


def _from_before(groups: Groups, values: Column, start: int = 0) -> dict[str, Column]:
    return {
        "K": values - at_row(values, groups.before, start),
        "B": np.diff(values, prepend=start),
    }


def _cold(
    segment: Segment, columns: dict[str, Column], groups: Groups, details: list[Detail]
) -> tuple[bytes, dict[str, int]]:
    blob = Blob()
    blob.add("cause", groups, packing.distances(groups, columns["cause"], _expected_causes(columns)))
    blob.add("attempt", groups, {"K": columns["attempt"] - at_row(columns["attempt"], groups.before)})
    blob.add("detail", groups, {"D": _marked(columns["detail"], groups)})
    _add_subjects(blob, segment)
    return blob.close(packed_details.add(blob, columns, details))


def _expected_causes(columns: dict[str, Column], bases: str = "SQ") -> dict[str, Column]:
    wanted = {base: columns[name] for base, name in (("S", "subject"), ("Q", "request")) if base in bases}
    last = packing.LastAbout(columns["subject"]) if wanted else None
    return {base: last.distance(column) for base, column in wanted.items()} if last else {}


def _marked(detail: Column, groups: Groups) -> Column:
    numbers = detail.astype(np.int64)
    same = numbers == at_row(numbers, groups.before)
    new = numbers > np.maximum.accumulate(np.concatenate([[0], numbers[:-1]])) if len(numbers) else same
    return np.where(new, 1, np.where(same, 0, numbers + 2))


def _add_subjects(blob: Blob, segment: Segment) -> None:
    subjects = {name: column.astype(np.int64) for name, column in segment.subjects.items()}
    groups = Groups.of(subjects["kind"])
    everyone = Groups.alone(len(groups.index))
    blob.add("subject_kind", everyone, {"D": subjects["kind"]})
    handles = np.arange(len(groups.index), dtype=np.int64) + segment.first_subject
    for name in SUBJECT_DISTANCES:
        distance = np.where(subjects[name] == 0, 0, handles - subjects[name])
        blob.add(f"subject_{name}", groups, packing.distances(groups, distance, {}))
    blob.add("subject_body", groups, {"K": subjects["body"] - at_row(subjects["body"], groups.before)})


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def decode_hot(header: dict[str, Any], hot_blob: bytes) -> tuple[dict[str, Column], Groups]:
    """The hot columns alone, and the rows of each kind."""
    hot = Reader(hot_blob, header["hot"])
    index, _ = hot.next(Groups.alone(header["count"]))
    numbers = np.array(hot.words["kinds"], dtype=np.int64)
    groups = Groups.numbered(numbers, index)
    columns = {"kind": numbers[index]}
    for name, start in (("at", header["first_at"]), ("node", 0), ("request", 0), ("subject", 0)):
        residuals, bases = hot.next(groups)
        columns[name] = packing.undo_pointers(groups, residuals, bases, start, columns.get("request"))
    return columns, groups


def decode(header: dict[str, Any], hot_blob: bytes, cold_blob: bytes) -> Segment:
    """The chunk's records and subjects, with absolute instants and handles."""
    columns, groups = decode_hot(header, hot_blob)
    cold = Reader(cold_blob, header["cold"])
    residuals, bases = cold.next(groups)
    columns["cause"] = packing.undo_distances(groups, residuals, bases, _expected_causes(columns, bases))
    columns["attempt"] = packing.undo_pointers(groups, *cold.next(groups), 0)
    columns["detail"], owners = _unmarked(cold.next(groups)[0], groups)
    subjects = _subjects(cold, header["subjects"])
    details = packed_details.read(cold, columns, owners)
    return Segment(
        first=header["first"],
        columns={name: columns[name].astype(dtype) for name, dtype in RECORD_COLUMNS.items()},
        details=details,
        first_subject=header["subjects"]["first"],
        subjects=subjects,
    )


def decode_subjects(header: dict[str, Any], cold_blob: bytes) -> dict[str, Column]:
    """The new subjects alone."""
    cold = Reader(cold_blob, header["cold"])
    cold.skip(header["count"], columns=COLD_COLUMNS)
    return _subjects(cold, header["subjects"])


def pick(
    header: dict[str, Any], hot: dict[str, Column], cold_blob: bytes, rows: Column
) -> tuple[dict[str, Column], dict[int, Detail]]:
    """A few of the records, as columns, and their details by the numbers in `detail`. `hot` are the hot columns of all."""
    columns = {name: column.astype(np.int64) for name, column in hot.items()}
    groups = Groups.of(columns["kind"])
    cold = Reader(cold_blob, header["cold"])
    causes = _Causes(columns, groups, *cold.next(groups))
    attempt = packing.undo_pointers(groups, *cold.next(groups), 0)
    detail, owners = _unmarked(cold.next(groups)[0], groups)
    cold.skip(header["subjects"]["count"], columns=len(SUBJECT_COLUMNS))
    details = packed_details.pick(cold, columns["kind"][owners], owners, detail[rows], causes.ages)
    picked = {name: column[rows] for name, column in (columns | {"attempt": attempt, "detail": detail}).items()}
    return picked | {"cause": causes.of(rows)}, details


class _Causes:
    """How far back the causes of a few rows lie: what was expected of them is looked for one by one."""

    def __init__(self, columns: dict[str, Column], groups: Groups, residuals: Column, bases: str) -> None:
        self._columns = columns
        self._letters = groups.of_rows(bases)
        self._found = packing.undo_distances(groups, residuals, bases, {})

    def of(self, rows: Column) -> Column:
        return self._found[rows] + np.array([self._expected(row) for row in rows.tolist()], dtype=np.int64)

    def ages(self, rows: Column) -> Column:
        return packed_details.ages(self._columns["at"], rows, self.of(rows))

    def _expected(self, row: int) -> int:
        about = {ord("S"): "subject", ord("Q"): "request"}.get(int(self._letters[row]))
        if about is None:
            return 0
        subject = self._columns["subject"][:row]
        before = np.flatnonzero(subject == self._columns[about][row])
        return row - int(before[-1]) if len(before) else 0


def _unmarked(marks: Column, groups: Groups) -> tuple[Column, Column]:
    """The numbers of the records' details, and the row that had each detail first."""
    new = marks == 1
    values = np.where(new, np.cumsum(new), np.where(marks > 1, marks - 2, 0))
    return groups.carried(values, marks != 0), np.flatnonzero(new)


def _subjects(cold: Reader, entry: dict[str, int]) -> dict[str, Column]:
    kinds, _ = cold.next(Groups.alone(entry["count"]))
    groups = Groups.of(kinds)
    handles = np.arange(entry["count"], dtype=np.int64) + entry["first"]
    subjects = {"kind": kinds}
    for name in SUBJECT_DISTANCES:
        distance = packing.undo_distances(groups, *cold.next(groups), {})
        subjects[name] = np.where((distance == 0) & (name == "parent"), 0, handles - distance)
    subjects["body"] = packing.undo_pointers(groups, *cold.next(groups), 0)
    return {name: subjects[name].astype(dtype) for name, dtype in SUBJECT_COLUMNS.items()}
