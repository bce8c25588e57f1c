"""What is different between two versions of a schema: member by member, with its path."""

from __future__ import annotations

from collections.abc import Iterator

from flows.services.ports import Json
from flows.services.schemas.documents import read
from flows.services.schemas.shape import Shape

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


def differences(before: Json, after: Json) -> list[Json]:
    """[{path, change, before, after}] in the order of the paths; the two say the types in words."""
    return list(_between(read(before), read(after), "$", required=(True, True)))


def _between(one: Shape, other: Shape, path: str, required: tuple[bool, bool]) -> Iterator[Json]:
    was, now = _words(one, required=required[0]), _words(other, required=required[1])
    if was != now:
        yield {"path": path, "change": CHANGED, "before": was, "after": now}
    for name in sorted(one.members.keys() | other.members.keys()):
        mine, theirs, at = one.members.get(name), other.members.get(name), f"{path}.{name}"
        needed = (name in one.required, name in other.required)
        if mine is None and theirs is not None:
            yield {"path": at, "change": ADDED, "before": "", "after": _words(theirs, required=needed[1])}
        elif theirs is None and mine is not None:
            yield {"path": at, "change": REMOVED, "before": _words(mine, required=needed[0]), "after": ""}
        elif mine is not None and theirs is not None:
            yield from _between(mine, theirs, at, needed)
    if one.items is not None and other.items is not None:
        yield from _between(one.items, other.items, f"{path}[]", (True, True))


def _words(shape: Shape, *, required: bool) -> str:
    kinds = " or ".join(shape.types) or "anything"
    text = f"{kinds} ({shape.format})" if shape.format else kinds
    return text if required else f"{text}, optional"
