"""The records about a few subjects out of millions: the chunks that may speak of them are found by their `mentions`, the rest stays unread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from flows.models import TraceChunk
from flows.services.kinds import KINDS
from flows.traces.mentions import Mentions
from flows.traces.opened import Opened
from flows.traces.printing import spoken_of
from flows.traces.reading import Stories, with_parents
from flows.traces.tables import SubjectTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from flows.engine.segment import Column
    from flows.traces.reading import Excerpt

CHUNKS_PER_READ = 64
OPENED_KEPT = 256
"""About 100 KB each."""


class Search:
    """What has been read of one execution up to the record `until`: each chunk once, and the subjects they brought."""

    def __init__(self, execution_id: UUID, until: int) -> None:
        self._execution_id = execution_id
        chunks = TraceChunk.objects.filter(execution_id=execution_id, first__lte=until).order_by("first")
        listed = list(chunks.values_list("first", "last", "generation", "mentions"))
        said = [(first, bytes(mentions)) for first, _, _, mentions in listed]
        self._unread = {first: (execution_id, generation, first, last) for first, last, generation, _ in listed}
        self._silent = [first for first, mentions in said if not mentions]
        self._mentions = Mentions(said)
        self._read: dict[int, Opened] = {}
        self._taken: set[int] = set()
        self.subjects = SubjectTable(self._mentions.most + 1)

    def read_about(self, handles: Iterable[int]) -> None:
        """Read what may speak of these subjects and has not been read."""
        wanted = np.unique(np.fromiter(handles, dtype=np.int64))
        asked = [*self._silent, *self._mentions.of(wanted)]
        keys = [self._unread.pop(first) for first in sorted(asked) if first in self._unread]
        for chunk in _opened(self._execution_id, keys):
            self._read[chunk.first] = chunk
        self._take(chunk for chunk in self._read.values() if chunk.brings(wanted.tolist()))

    def know_everybody(self) -> None:
        """Take in all subjects that the chunks bring which have been read."""
        self._take(self._read.values())

    def of(self, column: str, handles: Iterable[int]) -> list[int]:
        """A column of the subject table for subjects that have been read; 0 for others."""
        values = self.subjects.columns[column]
        return [int(values[handle]) if handle < len(values) else 0 for handle in handles]

    def stories(self, handles: Iterable[int]) -> Stories:
        """Their records and their parents', with all that is to be known to print them."""
        excerpts = self._excerpts(with_parents(self.subjects.columns, handles))
        stories = Stories(KINDS, self.subjects.columns, excerpts)
        named = {handle for record in stories.all() for handle in spoken_of(record) if handle}
        known = self.subjects.columns["kind"]
        self.read_about(handle for handle in named if handle >= len(known) or not known[handle])
        stories.subjects = self.subjects.columns
        return stories

    def _take(self, chunks: Iterable[Opened]) -> None:
        for chunk in chunks:
            if chunk.first not in self._taken:
                self._taken.add(chunk.first)
                self.subjects.take(chunk)

    def _excerpts(self, wanted: Column) -> Iterator[Excerpt]:
        beyond = int(wanted.max(initial=0)) + 1
        is_wanted = np.zeros(beyond + 1, dtype=bool)
        is_wanted[wanted] = True
        for first in sorted(self._read):
            chunk = self._read[first]
            rows = np.flatnonzero(is_wanted[np.minimum(chunk.subject, beyond)])
            if len(rows):
                yield chunk.excerpt(rows)


_Key: TypeAlias = "tuple[UUID, int, int, int]"
_lately: OrderedDict[_Key, Opened] = OrderedDict()
_lock = threading.Lock()


def _opened(execution_id: UUID, keys: Sequence[_Key]) -> Iterator[Opened]:
    """Chunks by execution, generation, first and last record. One that was opened lately is not read again: who looks around
    comes back to the same ones.
    """
    with _lock:
        known = {key: _lately[key] for key in keys if key in _lately}
        for key in known:
            _lately.move_to_end(key)
    yield from known.values()
    firsts = [key[2] for key in keys if key not in known]
    for begin in range(0, len(firsts), CHUNKS_PER_READ):
        rows = TraceChunk.objects.filter(execution_id=execution_id, first__in=firsts[begin : begin + CHUNKS_PER_READ])
        for generation, last, *parts in rows.values_list("generation", "last", "header", "hot", "cold"):
            chunk = Opened(*map(bytes, parts))
            yield chunk
            with _lock:
                _lately[(execution_id, generation, chunk.first, last)] = chunk
                while len(_lately) > OPENED_KEPT:
                    _lately.popitem(last=False)


def journey_of(search: Search, subject: int) -> list[int]:
    """The subjects of the same root, oldest first, with all that is about them read; none if there is no such subject."""
    search.read_about([subject])
    (root,) = search.of("root", [subject])
    if not root:
        return []
    search.read_about([root])
    search.know_everybody()
    while True:
        known: Column = np.flatnonzero(search.subjects.columns["root"] == root)
        search.read_about(known.tolist())
        search.know_everybody()
        if len(known) == np.count_nonzero(search.subjects.columns["root"] == root):
            return [int(each) for each in known]
