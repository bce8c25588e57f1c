"""Columns as one compressed blob and its directory; `chunk.py` says how they lie and what the codings are."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import zstandard

from flows.engine.segment import Column

MAGIC = b"RDC1"
ESCAPE = 0xFFFFFFFF
LEVEL = 1
PAD = 8
TYPES: dict[str, np.dtype[Any]] = {"u8": np.dtype("<u1"), "u16": np.dtype("<u2"), "u32": np.dtype("<u4")}


class ChunkProblem(ValueError):
    """These bytes are no chunk that this version can read."""


def frame(header: dict[str, Any], hot: bytes, cold: bytes) -> bytes:
    """A chunk of any format: the header before its blobs."""
    written = json.dumps(header, separators=(",", ":")).encode()
    return b"".join((MAGIC, struct.pack("<I", len(written)), written, hot, cold))


def decompressed(blob: bytes, length: int) -> bytes:
    """What was compressed, if it is whole."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(blob, max_output_size=length)
    except zstandard.ZstdError as error:
        raise ChunkProblem(f"the chunk is damaged: {error}") from error
    if len(raw) != length:
        raise ChunkProblem("the chunk is damaged: a blob has not the length its header says")
    return raw


def pack_blob(columns: dict[str, Column], codings: dict[str, str], words: bytes = b"") -> tuple[bytes, dict[str, Any]]:
    """The coded columns, compressed, and their directory."""
    raw, directory = bytearray(), []
    for name, coding in codings.items():
        values = columns[name]
        if coding == "zigzag":
            signed: Column = np.diff(values.astype(np.int64), prepend=0)
            values = (signed << 1) ^ (signed >> 63)
            if len(values) and values.max() > ESCAPE:
                values, coding = columns[name], "plain"
        top = int(values.max()) if len(values) else 0
        kind = "u32" if top > 0xFFFF or name == "at" else "u16" if top > 0xFF else "u8"
        raw += values.astype(TYPES[kind]).tobytes()
        raw += bytes(-len(raw) % PAD)
        directory.append({"name": name, "type": kind, "coding": coding, "count": len(values)})
    entry: dict[str, Any] = {"length": 0, "raw": len(raw) + len(words), "columns": directory}
    if words:
        entry["json"] = {"offset": len(raw), "length": len(words)}
    blob = zstandard.ZstdCompressor(level=LEVEL).compress(bytes(raw + words))
    entry["length"] = len(blob)
    return blob, entry


def unpack_blob(blob: bytes, directory: dict[str, Any]) -> tuple[dict[str, Column], bytes]:
    """The decoded columns of a blob (instants still as distances) and its JSON."""
    raw = decompressed(blob, directory["raw"])
    columns: dict[str, Column] = {}
    offset = 0
    for entry in directory["columns"]:
        dtype = TYPES[entry["type"]]
        values = np.frombuffer(raw, dtype=dtype, count=entry["count"], offset=offset)
        offset += (entry["count"] * dtype.itemsize + PAD - 1) // PAD * PAD
        if entry["coding"] == "zigzag":
            coded = values.astype(np.int64)
            values = np.cumsum((coded >> 1) ^ -(coded & 1))
        elif entry["coding"] == "delta" and entry["name"] != "at":
            values = np.cumsum(values.astype(np.int64))
        columns[entry["name"]] = values
    place = directory.get("json", {"offset": 0, "length": 0})
    return columns, raw[place["offset"] : place["offset"] + place["length"]]
