"""Sample events: a value of a shape, made from a seed. The same schema, version and seed give the same event.

A sample of an event names the source and detail-type that its schema was discovered for, so it passes the rule it is for. Optional members are
there three times out of four; ids look like ids, dates are near the execution's own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from flows.engine.random_streams import Stream
from flows.services.ports import Json
from flows.services.schemas.documents import read, root_of
from flows.services.schemas.shape import ARRAY, BOOLEAN, INTEGER, NULL, NUMBER, OBJECT, Shape

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "juniper")
HOURS_US = 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DEEPEST = 12


def chance(*names: object) -> Stream:
    """A stream of its own: asking for a sample shifts nothing else."""
    return Stream(int.from_bytes(sha256("/".join(map(str, names)).encode()).digest()[:8], "little"))


def sample(document: Json, now_us: int, stream: Stream, account: str, region: str) -> Any:
    """A value that the document admits."""
    root = root_of(document)
    value = _value(read(document), "", now_us, stream, 0)
    source, detail_type = root.get("x-amazon-events-source"), root.get("x-amazon-events-detail-type")
    if source and isinstance(value, dict):
        said = {
            "version": "0",
            "id": _identity(stream),
            "detail-type": detail_type,
            "source": source,
            "account": account,
            "time": _date(now_us),
            "region": region,
            "resources": [],
        }
        value = {name: said.get(name, value.get(name)) for name in (*said, *sorted(value.keys() - said.keys()))}
    return value


def _value(shape: Shape, name: str, now_us: int, stream: Stream, depth: int) -> Any:
    if shape.allowed:
        return shape.allowed[stream.below(len(shape.allowed))]
    kinds = [each for each in shape.types if each != NULL]
    if not kinds:
        return None if shape.nullable else {}
    kind = kinds[stream.below(len(kinds))] if len(kinds) > 1 else kinds[0]
    if kind == OBJECT:
        return {
            member: _value(shape.members[member], member, now_us, stream, depth + 1)
            for member in sorted(shape.members)
            if member in shape.required or (depth < DEEPEST and stream.below(4))
        }
    if kind == ARRAY:
        count = 0 if shape.items is None or depth >= DEEPEST else 1 + stream.below(3)
        return [_value(shape.items or Shape(), name, now_us, stream, depth + 1) for _ in range(count)]
    if kind == BOOLEAN:
        return bool(stream.below(2))
    if kind == INTEGER:
        return 1 + stream.below(1000)
    if kind == NUMBER:
        return (1 + stream.below(100_000)) / 100
    return _text(shape, name, now_us, stream)


def _text(shape: Shape, name: str, now_us: int, stream: Stream) -> str:
    if shape.format == "date-time":
        return _date(now_us - stream.below(24) * HOURS_US)
    if shape.format == "date":
        return _date(now_us)[:10]
    if shape.format == "uuid":
        return _identity(stream)
    word = WORDS[stream.below(len(WORDS))]
    return f"{name}-{1 + stream.below(9999)}" if name.lower().endswith("id") else word


def _date(us: int) -> str:
    return f"{EPOCH + timedelta(seconds=us // 1_000_000):%Y-%m-%dT%H:%M:%SZ}"


def _identity(stream: Stream) -> str:
    digits = f"{stream.next_u64():016x}{stream.next_u64():016x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
