"""A stored chunk of which no more is decoded than is asked: whom its records are about, whom it brings, a few records.

Who follows a few subjects through a long run opens some hundred chunks for one or two records each. Kept of an opened chunk are
small columns (some 100 KB with what is compressed); the records are picked out of its cold blob when they are wanted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from flows.engine.segment import RECORD_COLUMNS, Column
from flows.traces import packed
from flows.traces.chunk import decode, header_alone
from flows.traces.reading import Excerpt

HOT = ("at", "node", "kind", "request", "subject")


class Opened:
    """`header` may have something after its end."""

    def __init__(self, header: bytes, hot: bytes, cold: bytes) -> None:
        self.header, length = header_alone(header)
        self.first: int = self.header["first"]
        self.first_subject: int = self.header["subjects"]["first"]
        self._cold = cold
        self._whole = None
        if self.header["format"] == packed.FORMAT:
            columns, _ = packed.decode_hot(self.header, hot)
        else:  # cheap to decode, and soon packed
            self._whole = decode(header[: 8 + length] + hot + cold)
            columns = self._whole.columns
        self._hot = {name: columns[name].astype(RECORD_COLUMNS[name]) for name in HOT}

    @property
    def subject(self) -> Column:
        """Whom each record is about."""
        return self._hot["subject"]

    @cached_property
    def subjects(self) -> dict[str, Column]:
        """Those that are new in it, from `first_subject` on."""
        if self._whole is not None:
            return self._whole.subjects
        return packed.decode_subjects(self.header, self._cold)

    def brings(self, handles: Sequence[int]) -> bool:
        """Whether one of these (ascending) is new in it."""
        place = bisect_left(handles, self.first_subject)
        return place < len(handles) and handles[place] < self.first_subject + self.header["subjects"]["count"]

    def excerpt(self, rows: Column) -> Excerpt:
        """These records."""
        if self._whole is not None:
            return Excerpt.of(self._whole, rows)
        columns, details = packed.pick(self.header, self._hot, self._cold, rows)
        return Excerpt(self.first + rows, columns, details)
