"""A keyframe: everyone's position after some record, as bytes, so that a fold need not begin at the beginning.

Theory of operation. `Positions` is three columns. Who is where is written for every subject, in planes of bytes: nearly all are
finished in one of a few places, so a plane is long repeats and costs a tenth of a byte a subject. Which record put one there is
written only for those that are present: nobody asks it of who has gone. Counts are written as they are. Folding the
records after it into an unpacked keyframe gives the later positions, however far.

    u32 length of the words + words (JSON: format, sequence, subjects, present, counts) + where + settled_by + counts      (zstd)
"""

from __future__ import annotations

import json
import struct

import numpy as np
import zstandard

from flows.engine.kinds import KindTable
from flows.engine.segment import Column
from flows.traces.blobs import ChunkProblem
from flows.traces.projections.positions import Positions, is_present

FORMAT = 1
LEVEL = 3
WIDTH = 4


def pack(positions: Positions) -> bytes:
    """The positions as they are now."""
    where = np.trim_zeros(positions.where, "b")
    present = is_present(where)
    settled = positions.settled_by[: len(where)][present].astype("<u4")
    counts = positions.counts.astype("<i8")
    words = json.dumps(
        {
            "format": FORMAT,
            "sequence": positions.sequence,
            "subjects": len(where),
            "present": len(settled),
            "counts": len(counts),
        }
    ).encode()
    raw = b"".join((struct.pack("<I", len(words)), words, _planes(where), _planes(settled), counts.tobytes()))
    return zstandard.ZstdCompressor(level=LEVEL).compress(raw)


def unpack(kinds: KindTable, blob: bytes) -> Positions:
    """The positions that were packed."""
    raw = zstandard.ZstdDecompressor().decompress(blob)
    (length,) = struct.unpack_from("<I", raw)
    words = json.loads(raw[WIDTH : WIDTH + length])
    if words["format"] != FORMAT:
        raise ChunkProblem(f"keyframe format {words['format']} is not {FORMAT}, the only one this version reads")
    offset = WIDTH + length
    where = _numbers(raw, offset, words["subjects"])
    offset += WIDTH * words["subjects"]
    settled_by = np.zeros(len(where), dtype=np.uint32)
    settled_by[is_present(where)] = _numbers(raw, offset, words["present"])
    offset += WIDTH * words["present"]
    counts = np.frombuffer(raw, dtype="<i8", count=words["counts"], offset=offset).astype(np.int64)
    return Positions(kinds, words["sequence"], where, settled_by, counts)


def _planes(column: Column) -> bytes:
    return column.astype("<u4").view(np.uint8).reshape(-1, WIDTH).T.tobytes()


def _numbers(raw: bytes, offset: int, count: int) -> Column:
    """The upper planes of small numbers hold nothing, and nothing is read from them."""
    planes = np.frombuffer(raw, dtype=np.uint8, count=WIDTH * count, offset=offset).reshape(WIDTH, count)
    numbers: Column = planes[0].astype(np.uint32)
    for place in range(1, WIDTH):
        if planes[place].any():
            numbers |= planes[place].astype(np.uint32) << np.uint32(8 * place)
    return numbers
