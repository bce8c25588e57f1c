"""Filling a Velocity template in: the tree of `velocity_grammar.py` against names and helpers.

Theory of operation. Values are JSON's: texts, numbers, booleans, None, lists, objects; methods work on them as Java's do on theirs
(`METHODS`). Names are looked up in `names`, which `#set` writes; helpers (`$util…`, `$input…`) are objects with `call(step names,
arguments)`. What is not there prints as it is written in AppSync, as nothing in API Gateway (`strict`). Every part and every turn
of a loop is counted, so that a template cannot keep the simulator busy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from flows.topology.velocity_grammar import compile_template
from flows.topology.velocity_methods import LONGEST_RANGE, MOST_CHARACTERS, bounded, same, stepped, text_of
from flows.topology.velocity_tree import (
    Assignment,
    Branch,
    Constant,
    Expression,
    Leave,
    Listed,
    Mapped,
    Not,
    Operation,
    Part,
    Range,
    Reference,
    Repeat,
    Return,
    Step,
    Template,
    TemplateError,
    Text,
)

MOST_PARTS = 200_000


class Helper(Protocol):
    """A root that is no value: `$util`, `$input`. Answers the value and how many steps it used."""

    def reach(self, steps: tuple[Step, ...], arguments: Callable[[Step], list[Any]]) -> tuple[Any, int]: ...


class Returned(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Left(Exception):
    def __init__(self, *, loop: bool) -> None:
        super().__init__()
        self.loop = loop


@dataclass
class Names:
    """What a template may read and write."""

    values: dict[str, Any] = field(default_factory=dict)
    helpers: dict[str, Helper] = field(default_factory=dict)
    strict: bool = False
    """Whether what is not there is printed as it is written."""
    spent: int = 0
    written: int = 0

    def spend(self) -> None:
        self.spent += 1
        if self.spent > MOST_PARTS:
            raise TemplateError("it goes on for too long")


def fill(template: str, names: Names) -> str:
    """The text. A `#return` leaves by `Returned`."""
    try:
        return _filled(compile_template(template), names)
    except _Left:
        return ""
    except RecursionError:
        raise TemplateError("its values nest too deep") from None


def _filled(parts: Template, names: Names) -> str:
    written: list[str] = []
    try:
        for part in parts:
            _part(part, names, written)
    except _Left as left:
        if left.loop:
            raise
    return "".join(written)


def _part(part: Part, names: Names, written: list[str]) -> None:
    names.spend()
    if isinstance(part, str):
        _write(part, names, written)
    elif isinstance(part, Reference):
        value = value_of(part, names)
        _write(part.written if value is None and names.strict and not part.quiet else text_of(value), names, written)
    elif isinstance(part, Assignment):
        _assign(part.target, value_of(part.value, names), names)
    elif isinstance(part, Branch):
        body = next((body for condition, body in part.branches if is_true(value_of(condition, names))), part.otherwise)
        for inner in body:
            _part(inner, names, written)
    elif isinstance(part, Repeat):
        _repeat(part, names, written)
    elif isinstance(part, Return):
        raise Returned(None if part.value is None else value_of(part.value, names))
    elif isinstance(part, Leave):
        raise _Left(loop=part.loop)


def _write(text: str, names: Names, written: list[str]) -> None:
    names.written += len(text)
    if names.written > MOST_CHARACTERS:
        raise TemplateError("it writes too much")
    written.append(text)


def _repeat(part: Repeat, names: Names, written: list[str]) -> None:
    items = value_of(part.items, names)
    if isinstance(items, dict):
        items = list(items.values())
    if not isinstance(items, list):
        return
    kept = {name: names.values.get(name) for name in (part.name, "foreach", "velocityCount")}
    for index, item in enumerate(list(items)):
        names.spend()
        last = index == len(items) - 1
        names.values |= {
            part.name: item,
            "velocityCount": index + 1,
            "foreach": {"index": index, "count": index + 1, "hasNext": not last, "first": index == 0, "last": last},
        }
        try:
            for inner in part.body:
                _part(inner, names, written)
        except _Left as left:
            if not left.loop:
                raise
            break
    names.values |= kept


def _assign(target: Reference, value: Any, names: Names) -> None:
    if not target.steps:
        names.values[target.name] = value
        return
    place = value_of(Reference(target.name, target.steps[:-1]), names)
    step = target.steps[-1]
    key = _arguments(step, names)[0] if step.name == "get" and step.arguments else step.name
    if isinstance(place, dict):
        place[text_of(key)] = value
    elif isinstance(place, list) and isinstance(key, int) and 0 <= key < len(place):
        place[key] = value


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def value_of(given: Expression, names: Names) -> Any:
    names.spend()
    if isinstance(given, Constant):
        return given.value
    if isinstance(given, Reference):
        return _reference(given, names)
    if isinstance(given, Text):
        return _filled(given.parts, names)
    if isinstance(given, Operation):
        return _operated(given, names)
    if isinstance(given, Not):
        return not is_true(value_of(given.value, names))
    if isinstance(given, Listed):
        return [value_of(item, names) for item in given.items]
    if isinstance(given, Range):
        return _range(value_of(given.first, names), value_of(given.last, names))
    assert isinstance(given, Mapped)
    return {text_of(value_of(key, names)): value_of(value, names) for key, value in given.pairs}


def _range(first: Any, last: Any) -> list[int]:
    if not isinstance(first, int) or not isinstance(last, int) or abs(last - first) > LONGEST_RANGE:
        raise TemplateError("a range that is none")
    return list(range(first, last + 1)) if last >= first else list(range(first, last - 1, -1))


def _reference(given: Reference, names: Names) -> Any:
    steps = given.steps
    if given.name in names.helpers and given.name not in names.values:
        value, used = names.helpers[given.name].reach(steps, lambda step: _arguments(step, names))
        steps = steps[used:]
    else:
        value = names.values.get(given.name)
    for step in steps:
        value = stepped(value, step, _arguments(step, names))
    return value


def _arguments(step: Step, names: Names) -> list[Any]:
    return [value_of(each, names) for each in step.arguments or ()]


def is_true(value: Any) -> bool:
    """Null and false are false, everything else is true."""
    return not (value is None or value is False)


def _operated(given: Operation, names: Names) -> Any:
    left = value_of(given.left, names)
    if given.operator == "&&":
        return is_true(left) and is_true(value_of(given.right, names))
    if given.operator == "||":
        return is_true(left) or is_true(value_of(given.right, names))
    right = value_of(given.right, names)
    if given.operator in ("==", "!="):
        return same(left, right) == (given.operator == "==")
    if given.operator in ("<", ">", "<=", ">="):
        return _compared(given.operator, left, right)
    return _counted(given.operator, left, right)


def _compared(operator: str, left: Any, right: Any) -> bool:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (left, right))
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        return False
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator])


def _counted(operator: str, left: Any, right: Any) -> Any:
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return bounded(text_of(left) + text_of(right))
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (left, right)):
        return None
    if operator in "/%":
        if right == 0:
            return None
        if isinstance(left, int) and isinstance(right, int):
            whole = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return whole if operator == "/" else left - whole * right
        return left / right if operator == "/" else None
    if not _small(left, right):
        return None
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


def _small(left: Any, right: Any) -> bool:
    return bool(abs(left) < 1 << 31 and abs(right) < 1 << 31)
