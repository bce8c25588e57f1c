"""A stretch of records as columns: what the recorder hands out and the chunk codec takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Column: TypeAlias = npt.NDArray[Any]
Detail: TypeAlias = tuple[Any, ...]

RECORD_COLUMNS: dict[str, np.dtype[Any]] = {
    "at": np.dtype("<i8"),
    "node": np.dtype("<u2"),
    "kind": np.dtype("<u2"),
    "subject": np.dtype("<u4"),
    "request": np.dtype("<u4"),
    "cause": np.dtype("<u4"),
    "attempt": np.dtype("<u4"),
    "detail": np.dtype("<u4"),
}
"""A record's columns with their canonical types, in canonical order. `cause` is a distance back in sequence (0 none),
`detail` a 1-based index into the details that travel with the columns (0 none)."""

ROW: np.dtype[Any] = np.dtype(list(RECORD_COLUMNS.items()))
"""A record as 32 canonical bytes (there `cause` is the sequence itself)."""

SUBJECT_COLUMNS: dict[str, np.dtype[Any]] = {
    "kind": np.dtype("<u1"),
    "parent": np.dtype("<u4"),
    "root": np.dtype("<u4"),
    "identity": np.dtype("<u4"),
    "body": np.dtype("<u4"),
}
"""A subject's columns: handles and body numbers, absolute."""


@dataclass(slots=True)
class Segment:
    """Records `first` … `last`, and the subjects and bodies that are new with them.

    `details` may hold the same twice, or one that no record here refers to (see `renumber`).
    """

    first: int
    columns: dict[str, Column]
    details: list[Detail]
    first_subject: int
    subjects: dict[str, Column]
    bodies: list[tuple[int, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.columns["at"])

    @property
    def last(self) -> int:
        """The sequence of the last record (first - 1 if there is none)."""
        return self.first + self.count - 1

    def __bool__(self) -> bool:
        return self.count > 0


def renumber(parts: list[tuple[Column, list[Detail]]]) -> tuple[Column, list[Detail]]:
    """Join detail columns, each with a list of its own, into one column with one list.

    The list is in order of first use and holds only what is used, so it depends on the records alone and not on how
    they were cut.
    """
    numbers: dict[Detail, int] = {}
    columns = []
    for column, details in parts:
        first_use = np.full(len(details) + 1, len(column))
        first_use[column[::-1]] = np.arange(len(column) - 1, -1, -1)
        first_use[0] = len(column)
        used = np.flatnonzero(first_use < len(column))
        used = used[np.argsort(first_use[used])]
        renumbered = np.zeros(len(details) + 1, dtype=np.uint32)
        renumbered[used] = [numbers.setdefault(details[old - 1], len(numbers) + 1) for old in used.tolist()]
        columns.append(renumbered[column])
    joined = np.concatenate(columns) if columns else np.zeros(0, dtype=np.uint32)
    return joined, list(numbers)
