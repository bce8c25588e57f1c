"""Whom a chunk speaks of, as a few stretches of numbers: which chunks to read for one message, without reading them.

Theory of operation. A chunk speaks of the subjects of its records, of the new subjects it brings, and of those subjects' roots
(so that the copies of a root are found through it). They lie close together: what is sent, received and deleted at a time has
been sent not long ago. So they are written as at most `STRETCHES` stretches, cut where the gaps between them are largest. A
stretch may hold a number that is not mentioned: then a chunk is read for nothing, and never one missed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flows.engine.segment import Column, Segment

STRETCHES = 16
PAIR = 2


def mentions(segment: Segment) -> bytes:
    """The stretches: first, last, first, last …, each a u32, ascending. Nobody is never mentioned."""
    new = np.arange(segment.first_subject, segment.first_subject + len(segment.subjects["kind"]), dtype=np.uint32)
    everyone = np.sort(np.concatenate([segment.columns["subject"], segment.subjects["root"], new]))
    everyone = everyone[everyone > 0]
    if not len(everyone):
        return b""
    gaps = np.diff(everyone)
    cuts = np.flatnonzero(gaps > 1)
    cuts = np.sort(cuts[np.argsort(gaps[cuts], kind="stable")[::-1][: STRETCHES - 1]])
    firsts = np.concatenate([everyone[:1], everyone[cuts + 1]])
    lasts = np.concatenate([everyone[cuts], everyone[-1:]])
    return np.stack([firsts, lasts], axis=1).astype("<u4").tobytes()


class Mentions:
    """Those of many chunks, looked through at once: each is a few stretches, all of them together one search."""

    def __init__(self, chunks: Sequence[tuple[int, bytes]]) -> None:
        pairs = np.frombuffer(b"".join(stretches for _, stretches in chunks), dtype="<u4").reshape(-1, PAIR)
        each = [len(stretches) // pairs.itemsize // PAIR for _, stretches in chunks]
        self._begins, self._ends = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
        self._owners = np.repeat(np.array([first for first, _ in chunks], dtype=np.int64), each)

    @property
    def most(self) -> int:
        """The greatest number in any stretch."""
        return int(self._ends.max(initial=0))

    def of(self, subjects: Column) -> list[int]:
        """The chunks (by their first record) in whose stretches one of the subjects (ascending) lies."""
        found = np.searchsorted(subjects, self._begins) < np.searchsorted(subjects, self._ends, side="right")
        firsts: list[int] = np.unique(self._owners[found]).tolist()
        return firsts
