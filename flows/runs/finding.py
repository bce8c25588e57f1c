"""The records about a few subjects out of millions: the chunks that may speak of them are found by their `mentions`, the rest stays unread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from flows.models import TraceChunk
from flows.services.kinds import KINDS
from flows.traces.chunk import decode
from flows.traces.mentions import Mentions
from flows.traces.reading import Stories
from flows.traces.tables import SubjectTable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from flows.engine.segment import Column
    from flows.traces.chunk import Columns

CHUNKS_PER_READ = 64
DECODED_KEPT = 128
"""About half a megabyte each."""


class Search:
    """What has been read of one execution up to the record `until`: each chunk once, and the subjects they brought."""

    def __init__(self, execution_id: UUID, until: int) -> None:
        self.subjects = SubjectTable()
        self._execution_id = execution_id
        chunks = TraceChunk.objects.filter(execution_id=execution_id, first__lte=until).order_by("first")
        said = [(first, bytes(mentions)) for first, mentions in chunks.values_list("first", "mentions")]
        self._unread = {first for first, _ in said}
        self._silent = [first for first, mentions in said if not mentions]
        self._mentions = Mentions(said)
        self._read: dict[int, Columns] = {}

    def parts(self) -> list[Columns]:
        return [self._read[first] for first in sorted(self._read)]

    def read_about(self, handles: Iterable[int]) -> None:
        """Read what may speak of these subjects and has not been read."""
        wanted = np.unique(np.fromiter(handles, dtype=np.int64))
        asked = [*self._silent, *self._mentions.of(wanted)]
        firsts = sorted(first for first in asked if first in self._unread)
        for begin in range(0, len(firsts), CHUNKS_PER_READ):
            found = TraceChunk.objects.filter(
                execution_id=self._execution_id, first__in=firsts[begin : begin + CHUNKS_PER_READ]
            )
            for chunk in found:
                self._unread.discard(chunk.first)
                self._read[chunk.first] = _decoded(chunk)
                self.subjects.take(self._read[chunk.first])

    def of(self, column: str, handles: Iterable[int]) -> list[int]:
        """A column of the subject table for subjects that have been read; 0 for others."""
        values = self.subjects.columns[column]
        return [int(values[handle]) if handle < len(values) else 0 for handle in handles]

    def stories(self, handles: Iterable[int]) -> Stories:
        """Their records and their parents'."""
        return Stories(KINDS, self.subjects.columns, handles, self.parts())


_lately: OrderedDict[tuple[UUID, int, int, int], Columns] = OrderedDict()
_lock = threading.Lock()


def _decoded(chunk: TraceChunk) -> Columns:
    """A chunk that has been read lately is not decoded again: who looks around comes back to the same ones."""
    key = (chunk.execution_id, chunk.generation, chunk.first, chunk.last)
    with _lock:
        known = _lately.get(key)
    if known is not None:
        return known
    columns = decode(chunk.frame)
    with _lock:
        _lately[key] = columns
        while len(_lately) > DECODED_KEPT:
            _lately.popitem(last=False)
    return columns


def journey_of(search: Search, subject: int) -> list[int]:
    """The subjects of the same root, oldest first, with all that is about them read; none if there is no such subject."""
    search.read_about([subject])
    (root,) = search.of("root", [subject])
    if not root:
        return []
    search.read_about([root])
    while True:
        known: Column = np.flatnonzero(search.subjects.columns["root"] == root)
        search.read_about(known.tolist())
        if len(known) == np.count_nonzero(search.subjects.columns["root"] == root):
            return [int(each) for each in known]
