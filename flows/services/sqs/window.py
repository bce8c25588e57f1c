"""The deduplication window of a FIFO queue: what was sent within the last five minutes.

A duplicate does not lengthen the window, and the window outlives the message: its id is remembered after it was deleted. The
scope is the queue, or each message group. What is too old is dropped at the next look, one entry for one, so nothing waits in the
calendar.

AWS's documentation says that a changed attribute takes up to a minute to hold everywhere; for the scope it was recorded that a
change does not hold at once. Here it holds after that minute: what was remembered by then is remembered in the new scope too.
"""

from __future__ import annotations

from array import array
from collections import deque
from typing import Any

from flows.services.sqs.quotas import QUOTAS

PER_GROUP = "messageGroup"
BETWEEN = "\n"
"""Stands between an id and its group; neither may contain it."""
SERIAL_SHIFT = 32
SUBJECT_MASK = (1 << SERIAL_SHIFT) - 1


class Window:
    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._next_scope = scope
        self._changes_at = 0
        self._seen: dict[str, int] = {}
        self._keys: deque[str] = deque()
        """The id and the group of each, oldest first."""
        self._ats: deque[int] = deque()

    def first(self, deduplication: str, group: str, now_at: int) -> tuple[int, int, int]:
        """(subject, serial, instant) of the message of which this would be a duplicate; (0, 0, 0) if it is none."""
        self._forget(now_at)
        found = self._seen.get(self._key(deduplication, group))
        if found is None:
            return 0, 0, 0
        rest, at = divmod(found, 1 << 64)
        return rest & SUBJECT_MASK, rest >> SERIAL_SHIFT, at

    def remember(self, deduplication: str, group: str, subject: int, serial: int, now_at: int) -> None:
        self._seen[self._key(deduplication, group)] = (serial << SERIAL_SHIFT | subject) << 64 | now_at
        self._keys.append(f"{deduplication}{BETWEEN}{group}")
        self._ats.append(now_at)

    def rescope(self, scope: str, now_at: int) -> None:
        """The scope was changed; it holds in a minute."""
        self._next_scope, self._changes_at = scope, now_at + QUOTAS.propagation_us

    def clear(self) -> None:
        """The queue was purged: nothing is a duplicate of what went."""
        self._seen.clear()
        self._keys.clear()
        self._ats.clear()

    def _key(self, deduplication: str, group: str) -> str:
        return f"{deduplication}{BETWEEN}{group}" if self._scope == PER_GROUP else deduplication

    def _forget(self, now_at: int) -> None:
        if self._next_scope != self._scope and now_at >= self._changes_at:
            self._change_scope()
        ats, keys = self._ats, self._keys
        oldest_at = now_at - QUOTAS.deduplication_us
        while ats and ats[0] <= oldest_at:
            at = ats.popleft()
            key = self._key(*keys.popleft().split(BETWEEN))
            found = self._seen.get(key)
            if found is not None and found & ((1 << 64) - 1) == at:
                del self._seen[key]

    def _change_scope(self) -> None:
        before = self._seen
        split = [key.split(BETWEEN) for key in self._keys]
        found = [before.get(self._key(*each)) for each in split]
        self._scope = self._next_scope
        self._seen = {self._key(*each): entry for each, entry in zip(split, found, strict=True) if entry is not None}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_keys": list(self._keys), "_ats": array("q", self._ats)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._keys, self._ats = deque(state["_keys"]), deque(state["_ats"])
