"""ItemBatcher: several items to one child execution.

A batch ends at MaxItemsPerBatch items, or before the item with which its Items would grow beyond MaxInputBytesPerBatch (or
256 KiB) as JSON. Items are taken after ItemSelector; a single item that is too large is a batch of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.asl.dataflow import template
from flows.asl.expressions import Scope
from flows.asl.frames import MapRunWork
from flows.asl.history import text
from flows.asl.numbers import number
from flows.asl.ports import Json
from flows.asl.quotas import BATCH_BYTES


class Batcher:
    """MaxItemsPerBatch(Path), MaxInputBytesPerBatch(Path), BatchInput."""

    def __init__(self, definition: Mapping[str, Json], language: str) -> None:
        self._input = template(definition, "BatchInput", language, "ItemBatcher/BatchInput")
        self._items = number(definition, "MaxItemsPerBatch", language, "ItemBatcher/MaxItemsPerBatch")
        self._bytes = number(definition, "MaxInputBytesPerBatch", language, "ItemBatcher/MaxInputBytesPerBatch")

    def input(self, scope: Scope) -> Json:
        """BatchInput, the same for every batch; None: there is none."""
        return None if self._input is None else self._input.evaluate(scope)

    def batches(self, scope: Scope, work: MapRunWork) -> list[tuple[int, int]]:
        """(first item, item after the last) of each batch."""
        scope.input = work.input
        most = len(work.items) if self._items is None else max(1, int(self._items(scope)))
        room = BATCH_BYTES if self._bytes is None else min(int(self._bytes(scope)), BATCH_BYTES)
        batches: list[tuple[int, int]] = []
        first, size = 0, 2
        for index, item in enumerate(work.items):
            length = len(text(item).encode(errors="surrogatepass")) + 1
            if index > first and (index - first == most or size + length > room):
                batches.append((first, index))
                first, size = index, 2
            size += length
        if work.items:
            batches.append((first, len(work.items)))
        return batches
