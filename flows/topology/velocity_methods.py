"""Steps of Velocity references: members of values, and the methods of Java that templates use on JSON's kinds of values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flows.topology.velocity_tree import Step, TemplateError

MOST_CHARACTERS, LONGEST_RANGE = 2_000_000, 10_000


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right or (isinstance(left, str) and left == text_of(right))
    if type(left) is not type(right) and left is not None and right is not None:
        return text_of(left) == text_of(right)
    return bool(left == right)


def stepped(value: Any, step: Step, arguments: list[Any]) -> Any:
    if step.arguments is None:
        if isinstance(value, dict) and step.name in value:
            return value[step.name]
        return PROPERTIES[step.name](value) if step.name in PROPERTIES and value is not None else None
    kind = next((kind for kind in METHODS if isinstance(value, kind)), None)
    method = None if kind is None or isinstance(value, bool) else METHODS[kind].get(step.name)
    if step.name in ("toString", "equals"):
        return text_of(value) if step.name == "toString" else same(value, arguments[0] if arguments else None)
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


def bounded(text: str) -> str:
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
        "concat": lambda value, each: bounded(value + text_of(each)),
    },
}
PROPERTIES: dict[str, Callable[[Any], Any]] = {
    "empty": lambda value: not value,
}
