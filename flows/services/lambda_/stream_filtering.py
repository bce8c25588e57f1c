"""Filter criteria of a mapping on a stream: a record that no pattern lets through is passed by, and its order is nobody's concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.patterns import compile_mapping_filter

if TYPE_CHECKING:
    from flows.services.lambda_.stream_mapping import StreamMapping
    from flows.services.ports import Shard


def why_not(mapping: StreamMapping, shard: Shard, position: int) -> str:
    """Why the function does not get to see a record; "" if it does."""
    kind = mapping.stream.stream_kind
    record = mapping.stream.event_record(shard, position, mapping.role)
    patterns = [compile_mapping_filter(text, kind) for text in mapping.filters]
    if any(pattern.matches(record) for pattern in patterns):
        return ""
    mismatch = patterns[-1].explain(record)
    said = mismatch.sentence if mismatch is not None else "it matches no pattern"
    return said if len(patterns) == 1 else f"none of {len(patterns)} patterns matches it; the last: {said}"
