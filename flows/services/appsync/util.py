"""`$util` of AppSync's VTL templates: errors, JSON, DynamoDB's types, ids, time, nothing and blanks.

Source: "Resolver mapping template utility reference" (AppSync's developer guide).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from flows.services.appsync.statements import objects_of
from flows.services.ports import Json
from flows.topology.request_templates import UTIL, parsed
from flows.topology.velocity_methods import text_of
from flows.topology.velocity_tree import Step

UNAUTHORIZED = "Unauthorized"


class ResolverError(Exception):
    """A field that fails: message, type, data and info as the answer's error has them."""

    def __init__(self, message: str, type_: str = "", data: Any = None, info: Any = None) -> None:
        super().__init__(message)
        self.message, self.type, self.data, self.info = message, type_, data, info


@dataclass
class Clock:
    """Time and ids for one evaluation: the instant on the wall, and a name that no other evaluation has."""

    wall_us: int
    name: str
    made: int = 0

    def milliseconds(self) -> int:
        return self.wall_us // 1000

    def iso(self) -> str:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.milliseconds())
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{self.milliseconds() % 1000:03d}Z"

    def id(self) -> str:
        self.made += 1
        digits = sha256(f"{self.name}/{self.made}".encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

    def ids(self, count: int) -> list[str]:
        return [self.id() for _ in range(count)]


class Util:
    """The helper `$util` (`velocity.Helper`)."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.appended: list[Json] = []

    def reach(self, steps: tuple[Step, ...], arguments: Callable[[Step], list[Any]]) -> tuple[Any, int]:
        if not steps:
            return None, 0
        within = steps[0].name if steps[0].arguments is None else ""
        used = 2 if within and len(steps) > 1 else 1
        step = steps[used - 1]
        given = arguments(step)
        known = GROUPS.get(within, {}).get(step.name)
        try:
            return (None if known is None else known(self, *given)), used
        except (TypeError, ValueError, AttributeError, KeyError):
            return None, used

    def error(self, message: Any = "", type_: Any = "", data: Any = None, info: Any = None) -> None:
        raise ResolverError(text_of(message), text_of(type_), data, info)

    def append_error(self, message: Any = "", type_: Any = "", data: Any = None, info: Any = None) -> str:
        row = {"message": text_of(message), "errorType": text_of(type_) or None, "data": data, "errorInfo": info}
        self.appended.append(row)
        return ""

    def validate(self, condition: Any, message: Any = "", type_: Any = "CustomTemplateException", *_: Any) -> str:
        if condition is not True:
            self.error(message, type_)
        return ""

    def unauthorized(self) -> None:
        raise ResolverError("Unauthorized", UNAUTHORIZED)


def to_dynamodb(value: Any) -> Json:
    """A value with DynamoDB's type."""
    if value is None:
        return {"NULL": None}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [to_dynamodb(each) for each in value]}
    return {"M": to_map(value)}


def to_map(value: Any) -> Json:
    return {str(name): to_dynamodb(each) for name, each in value.items()} if isinstance(value, dict) else {}


def _set(kind: str) -> Callable[[Util, Any], Json]:
    return lambda _util, value: {kind: list(value) if isinstance(value, list) else [value]}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _typed(convert: Callable[[Any], Any]) -> tuple[Callable[[Util, Any], Any], Callable[[Util, Any], str]]:
    return (lambda _util, value: convert(value)), (lambda _util, value: _json(convert(value)))


def _none(value: Any) -> bool:
    return value is None


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _usual(fails: Callable[[Any], bool]) -> Callable[[Util, Any, Any], Any]:
    return lambda _util, value, usual: usual if fails(value) else value


def _kind(value: Any) -> str:
    if value is None:
        return "Null"
    if isinstance(value, bool):
        return "Boolean"
    names = {int: "Number", float: "Number", str: "String", list: "List", dict: "Map"}
    return names.get(type(value), "Object")


def _is_kind(*kinds: type) -> Callable[[Util, Any], bool]:
    return lambda _util, value: isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


DYNAMODB: dict[str, tuple[Callable[[Util, Any], Any], Callable[[Util, Any], str]]] = {
    "toDynamoDB": _typed(to_dynamodb),
    "toMapValues": _typed(to_map),
    "toString": _typed(lambda value: {"S": text_of(value)}),
    "toNumber": _typed(lambda value: {"N": value}),
    "toBoolean": _typed(lambda value: {"BOOL": value}),
    "toNull": _typed(lambda _value: {"NULL": None}),
    "toList": _typed(lambda value: {"L": [to_dynamodb(each) for each in value]}),
    "toMap": _typed(lambda value: {"M": to_map(value)}),
}
GROUPS: dict[str, dict[str, Callable[..., Any]]] = {
    "": {
        "error": Util.error,
        "appendError": Util.append_error,
        "validate": Util.validate,
        "unauthorized": Util.unauthorized,
        "autoId": lambda util: util.clock.id(),
        "autoUlid": lambda util: util.clock.id().replace("-", "").upper()[:26],
        "toJson": lambda _util, value: _json(value),
        "parseJson": lambda _util, value: parsed(text_of(value)),
        "qr": lambda _util, *_: "",
        "quiet": lambda _util, *_: "",
        "isNull": lambda _util, value: _none(value),
        "isNullOrEmpty": lambda _util, value: _empty(value),
        "isNullOrBlank": lambda _util, value: _blank(value),
        "defaultIfNull": _usual(_none),
        "defaultIfNullOrEmpty": _usual(_empty),
        "defaultIfNullOrBlank": _usual(_blank),
        "isString": _is_kind(str),
        "isNumber": _is_kind(int, float),
        "isBoolean": _is_kind(bool),
        "isList": _is_kind(list),
        "isMap": _is_kind(dict),
        "typeOf": lambda _util, value: _kind(value),
        "matches": lambda _util, pattern, text: text_of(pattern) in text_of(text),
        **{
            name: (lambda _util, value, convert=convert: convert(value))
            for name, convert in UTIL.items()
            if name != "parseJson"
        },
    },
    "dynamodb": {
        **{name: pair[0] for name, pair in DYNAMODB.items()},
        **{f"{name}Json": pair[1] for name, pair in DYNAMODB.items()},
        **{f"to{name}Set": _set(kind) for name, kind in (("String", "SS"), ("Number", "NS"), ("Binary", "BS"))},
        **{
            f"to{name}SetJson": lambda util, value, kind=kind: _json(_set(kind)(util, value))
            for name, kind in (("String", "SS"), ("Number", "NS"), ("Binary", "BS"))
        },
    },
    "time": {
        "nowISO8601": lambda util: util.clock.iso(),
        "nowEpochSeconds": lambda util: util.clock.milliseconds() // 1000,
        "nowEpochMilliSeconds": lambda util: util.clock.milliseconds(),
    },
    "rds": {"toJsonObject": lambda _util, value: objects_of(parsed(text_of(value)))},
    "map": {
        "copyAndRetainAllKeys": lambda _util, value, keys: {k: v for k, v in value.items() if k in keys},
        "copyAndRemoveAllKeys": lambda _util, value, keys: {k: v for k, v in value.items() if k not in keys},
    },
    "list": {
        "copyAndRetainAll": lambda _util, value, kept: [each for each in value if each in kept],
        "copyAndRemoveAll": lambda _util, value, gone: [each for each in value if each not in gone],
    },
}
"""group ("": `$util` itself) → helper → function. Patterns of `matches` are taken literally: what could take for ever is not run."""
