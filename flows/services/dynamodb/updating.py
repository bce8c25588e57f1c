"""What an update expression makes of an item. All actions see the item as it was before."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from flows.services.dynamodb.evaluating import Words, at
from flows.services.dynamodb.expressions import ExpressionError, Tree
from flows.services.dynamodb.values import EXACT, SETS, Value, checked, kind_of, number_text
from flows.services.ports import Json

NO_PATH = "The document path provided in the update expression is invalid for update"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
Path = tuple[str | int, ...]


class UpdateError(ValueError):
    """AWS refuses the update as a whole."""


def updated(actions: tuple[Tree, ...], before: Json, words: Words, keys: tuple[str, ...]) -> tuple[Json, list[Path]]:
    """The item after all actions, and the paths that they were about."""
    paths = [words.path(action[1]) for action in actions]
    _apart(paths)
    for path in paths:
        if path[0] in keys:
            raise UpdateError(
                f"One or more parameter values were invalid: Cannot update attribute {path[0]}. "
                "This attribute is part of the key"
            )
    after: Json = deepcopy(before)
    values = [None if action[0] == "remove" else _value(action[2], before, words) for action in actions]
    removed: list[Path] = []
    for action, path, value in zip(actions, paths, values, strict=True):
        if action[0] == "remove":
            removed.append(path)
        elif value is not None:
            _put(after, path, value if action[0] == "set" else _merged(action[0], at(before, path), value))
    for path in sorted(removed, key=lambda path: [(isinstance(part, int), part) for part in path], reverse=True):
        _remove(after, path)
    return after, paths


def _apart(paths: list[Path]) -> None:
    """No two actions may be about the same place, or one inside the other."""
    for index, one in enumerate(paths):
        for other in paths[:index]:
            short = min(len(one), len(other))
            if one[:short] == other[:short]:
                shown = [f"[{', '.join(str(part) for part in path)}]" for path in (other, one)]
                raise ExpressionError(
                    f"Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
                    f"{shown[0]}, path two: {shown[1]}"
                )


def _value(tree: Tree, item: Json, words: Words) -> Value:
    kind = tree[0]
    if kind == "value":
        return words.value(tree[1])
    if kind == "path":
        found = at(item, words.path(tree))
        if found is None:
            raise UpdateError(NO_ATTRIBUTE)
        return deepcopy(found)
    if kind == "if_not_exists":
        found = at(item, words.path(tree[1]))
        otherwise = _value(tree[2], item, words) if found is None else found
        return deepcopy(otherwise)
    if kind == "size":
        raise ExpressionError("The function is not allowed in an update expression; function: size")
    one, other = _value(tree[1], item, words), _value(tree[2], item, words)
    if kind == "list_append":
        if "L" not in one or "L" not in other:
            raise UpdateError(WRONG_TYPE)
        return {"L": [*one["L"], *other["L"]]}
    return _sum(kind, one, other)


def _sum(sign: str, one: Value, other: Value) -> Value:
    if "N" not in one or "N" not in other:
        raise UpdateError(WRONG_TYPE)
    first, second = Decimal(one["N"]), Decimal(other["N"])
    total = EXACT.add(first, second) if sign == "+" else EXACT.subtract(first, second)
    return checked({"N": number_text(total)})


def _merged(action: str, found: Value | None, value: Value) -> Value | None:
    """ADD and DELETE: numbers are added up, sets joined and parted."""
    kind = kind_of(value)
    if action == "add":
        if kind == "N":
            return value if found is None else _sum("+", found, value)
        if kind not in SETS or (found is not None and kind_of(found) != kind):
            raise UpdateError(WRONG_TYPE)
        known = [] if found is None else found[kind]
        return {kind: [*known, *(each for each in value[kind] if each not in known)]}
    if kind not in SETS or (found is not None and kind_of(found) != kind):
        raise UpdateError(WRONG_TYPE)
    left = [] if found is None else [each for each in found[kind] if each not in value[kind]]
    return {kind: left} if left else None


def _put(item: Json, path: Path, value: Value | None) -> None:
    if value is None:
        _remove(item, path)
        return
    holder, last = _holder(item, path)
    if isinstance(last, int):
        if last < len(holder["L"]):
            holder["L"][last] = value
        else:
            holder["L"].append(value)
    else:
        holder["M"][last] = value


def _remove(item: Json, path: Path) -> None:
    holder, last = _holder(item, path)
    if isinstance(last, int):
        if last < len(holder["L"]):
            del holder["L"][last]
    else:
        holder["M"].pop(last, None)


def _holder(item: Json, path: Path) -> tuple[Value, str | int]:
    """What holds the place at a path's end."""
    holder = {"M": item} if len(path) == 1 else at(item, path[:-1])
    wanted = "L" if isinstance(path[-1], int) else "M"
    if holder is None or wanted not in holder:
        raise UpdateError(NO_PATH)
    return holder, path[-1]
