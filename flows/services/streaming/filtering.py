"""Filter criteria of who reads a stream: a record that no pattern lets through is passed by, and its order is nobody's concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.patterns import compile_mapping_filter

if TYPE_CHECKING:
    from flows.services.ports import Shard
    from flows.services.streaming.reading import Reading


def why_not(reading: Reading, shard: Shard, position: int) -> str:
    """Why nobody gets to see a record; "" if somebody does."""
    kind = reading.stream.stream_kind
    record = reading.filtered_record(shard, position)
    patterns = [compile_mapping_filter(text, kind) for text in reading.filters]
    if any(pattern.matches(record) for pattern in patterns):
        return ""
    mismatch = patterns[-1].explain(record)
    said = mismatch.sentence if mismatch is not None else "it matches no pattern"
    return said if len(patterns) == 1 else f"none of {len(patterns)} patterns matches it; the last: {said}"
