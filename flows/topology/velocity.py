"""Filling a Velocity template in: the tree of `velocity_grammar.py` against names and helpers.

Theory of operation. Values are JSON's: texts, numbers, booleans, None, lists, objects; methods work on them as Java's do on theirs
(`METHODS`). Names are looked up in `names`, which `#set` writes; helpers (`$util…`, `$input…`) are objects with `call(step names,
arguments)`. What is not there prints as it is written in AppSync, as nothing in API Gateway (`strict`). Every part and every turn
of a loop is counted, so that a template cannot keep the simulator busy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from flows.topology.velocity_grammar import (
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
    compile_template,
)

MOST_PARTS, MOST_CHARACTERS, LONGEST_RANGE = 200_000, 2_000_000, 10_000


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
        value = _stepped(value, step, _arguments(step, names))
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
        return _same(left, right) == (given.operator == "==")
    if given.operator in ("<", ">", "<=", ">="):
        return _compared(given.operator, left, right)
    return _counted(given.operator, left, right)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right or (isinstance(left, str) and left == text_of(right))
    if type(left) is not type(right) and left is not None and right is not None:
        return text_of(left) == text_of(right)
    return bool(left == right)


def _compared(operator: str, left: Any, right: Any) -> bool:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (left, right))
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        return False
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator])


def _counted(operator: str, left: Any, right: Any) -> Any:
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return _bounded(text_of(left) + text_of(right))
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


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


# ── steps: members, and the methods of Java that templates use ──────────────────────────────────────────────────────


def _stepped(value: Any, step: Step, arguments: list[Any]) -> Any:
    if step.arguments is None:
        if isinstance(value, dict) and step.name in value:
            return value[step.name]
        return PROPERTIES[step.name](value) if step.name in PROPERTIES and value is not None else None
    kind = next((kind for kind in METHODS if isinstance(value, kind)), None)
    method = None if kind is None or isinstance(value, bool) else METHODS[kind].get(step.name)
    if step.name in ("toString", "equals"):
        return text_of(value) if step.name == "toString" else _same(value, arguments[0] if arguments else None)
    if method is None:
        return None
    try:
        return method(value, *arguments)
    except TemplateError:
        raise
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return None


def _entries(value: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": each} for key, each in value.items()]


def _put(value: dict[str, Any], key: Any, each: Any) -> Any:
    before = value.get(text_of(key))
    value[text_of(key)] = each
    return before


def _put_all(value: dict[str, Any], more: dict[str, Any]) -> None:
    value.update(more)


def _add(value: list[Any], *given: Any) -> Any:
    if len(value) >= LONGEST_RANGE * 10:
        raise TemplateError("a list that grows without end")
    if len(given) == 2:
        value.insert(given[0], given[1])
        return None
    value.append(given[0])
    return True


def _add_all(value: list[Any], more: list[Any]) -> bool:
    if len(value) + len(more) > LONGEST_RANGE * 10:
        raise TemplateError("a list that grows without end")
    value.extend(more)
    return True


def _at(value: list[Any], index: Any) -> Any:
    return value[index] if isinstance(index, int) and 0 <= index < len(value) else None


def _bounded(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise TemplateError("a text that grows without end")
    return text


def _replaced(value: str, old: str, new: str) -> str:
    if (len(value) + 1) * (len(new) + 1) > MOST_CHARACTERS and value.count(old) * len(new) > MOST_CHARACTERS:
        raise TemplateError("a text that grows without end")
    return value.replace(old, new)


def _plain(pattern: Any) -> str:
    """A pattern's text without its escapes: patterns are taken literally here."""
    return re.sub(r"\\(.)", r"\1", str(pattern))


METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    dict: {
        "get": lambda value, key: value.get(text_of(key)),
        "put": _put,
        "putAll": _put_all,
        "remove": lambda value, key: value.pop(text_of(key), None),
        "containsKey": lambda value, key: text_of(key) in value,
        "containsValue": lambda value, each: each in value.values(),
        "keySet": list,
        "values": lambda value: list(value.values()),
        "entrySet": _entries,
        "size": len,
        "isEmpty": lambda value: not value,
        "getOrDefault": lambda value, key, usual: value.get(text_of(key), usual),
    },
    list: {
        "get": _at,
        "add": _add,
        "addAll": _add_all,
        "set": lambda value, index, each: value.__setitem__(index, each),
        "remove": lambda value, index: value.pop(index) if isinstance(index, int) else None,
        "contains": lambda value, each: each in value,
        "indexOf": lambda value, each: value.index(each) if each in value else -1,
        "size": len,
        "isEmpty": lambda value: not value,
        "iterator": list,
    },
    str: {
        "length": len,
        "size": len,
        "isEmpty": lambda value: not value,
        "toUpperCase": str.upper,
        "toLowerCase": str.lower,
        "trim": str.strip,
        "substring": lambda value, first, last=None: value[first:last],
        "indexOf": str.find,
        "contains": lambda value, each: text_of(each) in value,
        "startsWith": lambda value, each: value.startswith(text_of(each)),
        "endsWith": lambda value, each: value.endswith(text_of(each)),
        "split": lambda value, by: list(value.split(_plain(by))) if _plain(by) else [value],
        "replace": lambda value, old, new: _replaced(value, str(old), text_of(new)),
        "replaceAll": lambda value, old, new: _replaced(value, _plain(old), text_of(new)),
        "equalsIgnoreCase": lambda value, each: value.lower() == text_of(each).lower(),
        "concat": lambda value, each: _bounded(value + text_of(each)),
    },
}
PROPERTIES: dict[str, Callable[[Any], Any]] = {
    "empty": lambda value: not value,
}
