"""Does a condition hold for an item? And what of an item does a projection let through?"""

from __future__ import annotations

from typing import Any

from flows.services.dynamodb.expressions import ExpressionError, Tree
from flows.services.dynamodb.values import SETS, TYPES, Value, equal, kind_of, order_of
from flows.services.ports import Json

ORDERED = ("S", "N", "B")
ORDERS = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


class Words:
    """The names and values of a request, and which of them its expressions use."""

    def __init__(self, names: Json, values: Json) -> None:
        self.names, self.values = names, values
        self.used: set[str] = set()

    def name(self, part: str) -> str:
        if not part.startswith("#"):
            return part
        self.used.add(part)
        if part not in self.names:
            raise ExpressionError(
                f"An expression attribute name used in the document path is not defined; attribute name: {part}"
            )
        return str(self.names[part])

    def value(self, name: str) -> Value:
        self.used.add(name)
        if name not in self.values:
            raise ExpressionError(
                f"An expression attribute value used in expression is not defined; attribute value: {name}"
            )
        found: Value = self.values[name]
        return found

    def path(self, tree: Tree) -> tuple[str | int, ...]:
        return tuple(self.name(part) if isinstance(part, str) else part for part in tree[1])


def at(item: Json, path: tuple[str | int, ...]) -> Value | None:
    """The value at a path of an item; None where there is none."""
    value: Value | None = {"M": item}
    for part in path:
        if value is None:
            return None
        if isinstance(part, int):
            inner = value.get("L")
            value = inner[part] if inner is not None and part < len(inner) else None
        else:
            value = (value.get("M") or {}).get(part)
    return value


def holds(tree: Tree, item: Json, words: Words) -> bool:
    """Whether a condition holds."""
    kind = tree[0]
    if kind == "and":
        both = [holds(each, item, words) for each in tree[1:]]
        return all(both)
    if kind == "or":
        either = [holds(each, item, words) for each in tree[1:]]
        return any(either)
    if kind == "not":
        return not holds(tree[1], item, words)
    if kind == "call":
        return _call(tree[1], tree[2], item, words)
    operands = [_operand(each, item, words) for each in (tree[2:4] if kind == "compare" else tree[1:])]
    if kind == "compare":
        return _compare(tree[1], *operands)
    if kind == "between":
        return _compare(">=", operands[0], operands[1]) and _compare("<=", operands[0], operands[2])
    return any(_compare("=", operands[0], choice) for choice in operands[1])


def _operand(tree: Tree, item: Json, words: Words) -> Any:
    if tree and isinstance(tree[0], tuple):
        return [_operand(each, item, words) for each in tree]
    if tree[0] == "value":
        return words.value(tree[1])
    if tree[0] == "path":
        return at(item, words.path(tree))
    inner = _operand(tree[1], item, words)
    return None if inner is None else _size(inner)


def _size(value: Value) -> Value | None:
    kind = kind_of(value)
    if kind in ("S", "B"):
        return {"N": str(len(order_of(value)))}
    return {"N": str(len(value[kind]))} if kind in ("L", "M", *SETS) else None


def _compare(operator: str, one: Value | None, other: Value | None) -> bool:
    if one is None or other is None:
        return operator == "<>"
    if operator == "=":
        return equal(one, other)
    if operator == "<>":
        return not equal(one, other)
    kind = kind_of(one)
    if kind != kind_of(other) or kind not in ORDERED:
        return False
    return bool(ORDERS[operator](order_of(one), order_of(other)))


def _call(name: str, arguments: tuple[Tree, ...], item: Json, words: Words) -> bool:
    found = [_operand(each, item, words) for each in arguments]
    if name == "attribute_exists":
        return found[0] is not None
    if name == "attribute_not_exists":
        return found[0] is None
    one, other = found
    if name == "attribute_type":
        wanted = (other or {}).get("S")
        if wanted not in TYPES:
            raise ExpressionError(
                f"Invalid attribute type name found; type: {wanted}, valid types: {{{','.join(TYPES)}}}"
            )
        return one is not None and kind_of(one) == wanted
    if name == "begins_with":
        if other is not None and kind_of(other) not in ("S", "B"):
            raise ExpressionError(
                "Incorrect operand type for operator or function; operator or function: begins_with, operand type: "
                f"{kind_of(other)}"
            )
        alike = one is not None and other is not None and kind_of(one) == kind_of(other)
        return alike and order_of(one).startswith(order_of(other))
    return _contains(one, other)


def _contains(one: Value | None, other: Value | None) -> bool:
    if one is None or other is None:
        return False
    kind = kind_of(one)
    if kind in ("S", "B"):
        return kind_of(other) == kind and order_of(other) in order_of(one)
    if kind in SETS:
        return kind_of(other) == SETS[kind] and other[SETS[kind]] in one[kind]
    return kind == "L" and any(equal(each, other) for each in one["L"])


def projected(item: Json, paths: list[tuple[str | int, ...]]) -> Json:
    """What paths let through, at its places; lists close up."""
    answer: Json = {}
    for path in paths:
        value = at(item, path)
        if value is not None:
            _place(answer, path, value)
    return answer


def _place(answer: Json, path: tuple[str | int, ...], value: Value) -> None:
    holder: Value = {"M": answer}
    for index, part in enumerate(path):
        following = path[index + 1] if index + 1 < len(path) else None
        new: Value = value if following is None else {"L": []} if isinstance(following, int) else {"M": {}}
        if isinstance(part, int):
            holder["L"].append(new)
            holder = new
        else:
            holder = holder["M"].setdefault(part, new)
