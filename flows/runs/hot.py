"""The hot columns of chunks, decoded; some hundred of them are kept for whoever looks around in a long run.

A window's beginning, and what a panel asks of the same instant, are folded from the same few chunks. A chunk is known by its
generation, its first and its last record: one that was cut or has grown is another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

from flows.models import TraceChunk
from flows.traces.chunk import header_alone, hot_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from flows.engine.segment import Column

KEPT = 256
"""64 KB each."""
AT_A_TIME = 16

Part: TypeAlias = "tuple[int, dict[str, Column]]"
_Key: TypeAlias = "tuple[UUID, int, int, int]"

_lately: OrderedDict[_Key, Part] = OrderedDict()
_lock = threading.Lock()


class Gone(Exception):
    """Somebody has cut or joined them meanwhile: whoever looks again finds others."""


def parts(execution_id: UUID, chunks: Iterable[tuple[int, int, int]]) -> Iterator[Part]:
    """First record and columns of these chunks (generation, first, last), in order."""
    keys = [(execution_id, *chunk) for chunk in chunks]
    for begin in range(0, len(keys), AT_A_TIME):
        yield from _parts(execution_id, keys[begin : begin + AT_A_TIME])


def _parts(execution_id: UUID, keys: Sequence[_Key]) -> list[Part]:
    with _lock:
        found = {key: _lately[key] for key in keys if key in _lately}
    missing = [key[2] for key in keys if key not in found]
    if missing:
        rows = TraceChunk.objects.filter(execution_id=execution_id, first__in=missing)
        for generation, last, header, blob in rows.values_list("generation", "last", "header", "hot"):
            first, columns = hot_columns(header_alone(bytes(header))[0], bytes(blob))
            found[(execution_id, generation, first, last)] = first, columns
    with _lock:
        for key, part in found.items():
            _lately[key] = part
            _lately.move_to_end(key)
        while len(_lately) > KEPT:
            _lately.popitem(last=False)
    if any(key not in found for key in keys):
        raise Gone
    return [found[key] for key in keys]


def forget() -> None:
    """As if nobody had asked yet."""
    with _lock:
        _lately.clear()
