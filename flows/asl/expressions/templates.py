"""Payload templates: Parameters, ResultSelector, ItemSelector, Arguments, Output, Assign.

Theory of operation. A template is compiled to one closure. In JSONPath a key that ends in `.$` says that its value is a path or an
intrinsic call; in JSONata a text between `{%` and `%}` is an expression, wherever it stands. What holds neither is a constant and
is shared, never copied: nobody may change a value a template answered. All JSONata expressions of one template are evaluated in one
call of the engine, in the order they are written, and the first that fails is the one AWS names, by its place in the field:
`Output/a/b[0]`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from flows.asl.expressions.errors import InvalidExpressionError
from flows.asl.expressions.intrinsics import compile_intrinsic, is_intrinsic
from flows.asl.expressions.jsonata import Jsonata, compile_jsonata, evaluate_together, jsonata_text
from flows.asl.expressions.paths import compile_path
from flows.asl.expressions.scope import Scope

JSONPATH: Literal["JSONPath"] = "JSONPath"
JSONATA: Literal["JSONata"] = "JSONata"

MAX_DEPTH = 100
SUFFIX = ".$"

Evaluate = Callable[[Scope], Any]
Fill = Callable[[list[Any]], Any]


class Template:
    """A compiled template."""

    __slots__ = ("constant", "evaluate")

    def __init__(self, evaluate: Evaluate, *, constant: bool) -> None:
        self.evaluate = evaluate
        """The value in a scope."""
        self.constant = constant
        """Whether it answers the same in every scope."""


def compile_template(payload: Any, language: str = JSONPATH, field: str = "Parameters") -> Template:
    """The template of a payload. `field` is its place in the state as AWS names it, such as "Catch[0]/Output"."""
    if language == JSONPATH:
        evaluate = _jsonpath(payload, 0)
        return Template(evaluate or (lambda _scope: payload), constant=evaluate is None)
    expressions: list[Jsonata] = []
    fill = _jsonata(payload, field, expressions, 0)
    if fill is None:
        return Template(lambda _scope: payload, constant=True)
    if len(expressions) == 1 and isinstance(payload, str):
        return Template(expressions[0].evaluate, constant=False)
    together = tuple(expressions)
    filled = fill
    return Template(lambda scope: filled(evaluate_together(together, scope)), constant=False)


# ── JSONPath ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _jsonpath(payload: Any, depth: int) -> Evaluate | None:
    """How to make the value; None when it is a constant."""
    _bound(depth)
    if isinstance(payload, dict):
        return _object(payload, depth)
    if isinstance(payload, list):
        parts = [_jsonpath(one, depth + 1) for one in payload]
        if not any(parts):
            return None
        makers = [part or _constant(one) for part, one in zip(parts, payload, strict=True)]
        return lambda scope: [make(scope) for make in makers]
    return None


def _object(payload: dict[str, Any], depth: int) -> Evaluate | None:
    makers: list[tuple[str, Evaluate]] = []
    constant = True
    for key, value in payload.items():
        if key.endswith(SUFFIX):
            make: Evaluate | None = _referred(key, value)
            key = key.removesuffix(SUFFIX)
        else:
            make = _jsonpath(value, depth + 1)
        constant = constant and make is None
        makers.append((key, make or _constant(value)))
    if constant:
        return None
    return lambda scope: {key: make(scope) for key, make in makers}


def _referred(key: str, value: Any) -> Evaluate:
    if not isinstance(value, str):
        raise InvalidExpressionError(
            f"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call"
        )
    if is_intrinsic(value):
        return compile_intrinsic(value).evaluate
    path = compile_path(value)
    find = path.find
    read = path.read_field

    def make(scope: Scope) -> Any:
        found = find(scope)
        return found or read(scope, key)

    return make


def _constant(value: Any) -> Evaluate:
    return lambda _scope: value


# ── JSONata ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _jsonata(payload: Any, place: str, expressions: list[Jsonata], depth: int) -> Fill | None:
    """How to put the expressions' values in; None when there is none."""
    _bound(depth)
    if isinstance(payload, str):
        text = jsonata_text(payload)
        if text is None:
            return None
        expressions.append(compile_jsonata(payload, place))
        position = len(expressions) - 1
        return lambda values: values[position]
    if isinstance(payload, dict):
        fills = {key: _jsonata(value, f"{place}/{key}", expressions, depth + 1) for key, value in payload.items()}
        if not any(fills.values()):
            return None
        return lambda values: {key: fill(values) if fill else payload[key] for key, fill in fills.items()}
    if isinstance(payload, list):
        parts = [_jsonata(one, f"{place}[{index}]", expressions, depth + 1) for index, one in enumerate(payload)]
        if not any(parts):
            return None
        return lambda values: [fill(values) if fill else one for fill, one in zip(parts, payload, strict=True)]
    return None


def _bound(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidExpressionError(f"A template nests at most {MAX_DEPTH} levels")
