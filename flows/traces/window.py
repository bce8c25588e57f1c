"""Where a window on a long run begins, as bytes for a browser: who is where, what was counted so far, what still matters.

    "RDW1" · u32 header length · header (JSON) · zstd blob

The blob holds two columns of u32, little endian: everybody present (a subject's handle, ascending) and where (node · 16 + place).
Subjects before `subjects` that are not among them are gone, or were never anywhere. With this and the chunks after `after`
a browser knows of every later instant what it would know had it read the run from its first record.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from typing import Any

import numpy as np
import zstandard

from flows.traces.projections.positions import Positions, is_present
from flows.traces.totals import CROSSED, FAILURES, KIND_ROOM, MOVES, RATE, SENT, TOLD, Totals, latest

MAGIC = b"RDW1"
FORMAT = 1
SUBJECT = 4
"""Its place in a row of `lasting`."""
MOST_LASTING = 5000
"""The newest of them: a page that shows more settings than this is read by nobody."""


def encode(
    positions: Positions,
    totals: Totals,
    lasting: Iterable[bytes],
    *,
    execution: str,
    generation: int,
    at: int,
    asked: int,
) -> bytes:
    """`at` is the instant of the last record before the window; `asked` the instant that somebody wants to see."""
    where = positions.where
    present = np.flatnonzero(is_present(where))
    raw = present.astype("<u4").tobytes() + where[present].astype("<u4").tobytes()
    rows = latest([row for some in lasting for row in json.loads(some)], positions.kinds)[-MOST_LASTING:]
    header: dict[str, Any] = {
        "format": FORMAT,
        "execution": execution,
        "generation": generation,
        "after": positions.sequence,
        "at": at,
        "asked": asked,
        "present": len(present),
        "counts": [[here, int(positions.counts[here])] for here in np.flatnonzero(positions.counts).tolist()],
        "rates": totals.group(RATE),
        "failures": totals.group(FAILURES),
        "crossed": totals.group(CROSSED),
        "moves": [totals.one(MOVES, 0), totals.one(MOVES, 1)],
        "told": [[index // KIND_ROOM, index % KIND_ROOM, count] for index, count in totals.group(TOLD)],
        "lasting": rows,
    }
    running = {row[SUBJECT] for row in rows}
    header["sent"] = [pair for pair in totals.group(SENT) if pair[0] in running]
    words = json.dumps(header, separators=(",", ":")).encode()
    return MAGIC + struct.pack("<I", len(words)) + words + zstandard.ZstdCompressor(level=1).compress(raw)
