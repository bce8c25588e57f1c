"""JSONata expressions of a state: `{% $states.input.total > 100 %}`.

Theory of operation. An expression is compiled once per engine; what it looks at is known from its tree, so only those fields of
`$states` and those variables are written out for it. Expressions that only follow a name ($states.input.a.b, $variable) are answered
without the engine when nothing on the way could make JSONata do more than that: no array to map over, no number that JavaScript would
write differently. tests/asl/expressions holds that against the engine with Hypothesis.

Sentences are AWS's (cases assign, scenarios; floci's measurements of TestState): an error of JSONata keeps its code, a limit has none,
a result of nothing and a result of the wrong kind name the expression and the field.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, NoReturn

import orjson

from flows.asl.expressions.engine import TOO_DEEP, Failure, Looks, engine
from flows.asl.expressions.errors import QUERY_EVALUATION_ERROR, ExpressionError, InvalidExpressionError
from flows.asl.expressions.paths import CACHED
from flows.asl.expressions.scope import MISSING, Scope
from flows.asl.expressions.texts import to_text

_CHANCE: Final = frozenset({"random", "shuffle", "uuid"})
_CLOCK: Final = frozenset({"now", "millis", "toMillis", "fromMillis"})
_STATES: Final[dict[str, Callable[[Scope], Any]]] = {
    "input": lambda scope: scope.input,
    "result": lambda scope: scope.result,
    "errorOutput": lambda scope: scope.error_output,
    "context": lambda scope: scope.context(),
}
_NAMES: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*)*)")
_OPERATORS: Final = frozenset({"and", "or", "in", "true", "false", "null", "function"})
_SAFE: Final = 2**53
_MAX_CHECKED: Final = 1_000


def jsonata_text(value: Any) -> str | None:
    """The expression inside `{% … %}`; None when the value is not one."""
    if isinstance(value, str) and value.startswith("{%") and value.endswith("%}") and len(value) >= 4:
        return value[2:-2].strip()
    return None


class Jsonata:
    """A compiled expression and the field it stands in."""

    __slots__ = ("field", "looks", "quick", "text")

    def __init__(self, text: str, field: str) -> None:
        inside = jsonata_text(text)
        self.text = text.strip() if inside is None else inside
        self.field = field
        looks = engine().compile(self.text)
        if isinstance(looks, Failure):
            raise InvalidExpressionError(looks.message or looks.limit)
        self.looks: Looks = looks
        self.quick = _quick(self.text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A compiled expression is a definition: it is compiled again, never stored")

    def evaluate(self, scope: Scope) -> Any:
        """The value, or AWS's States.QueryEvaluationError."""
        if self.quick is not None:
            value = self.quick(scope)
            if value is not _UNSURE:
                return value
        return _run((self,), scope)[0]

    def expect(self, scope: Scope, *kinds: str) -> Any:
        """The value, refused unless it is of one of the kinds ("array", "number", "string", "boolean", "object", "null")."""
        value = self.evaluate(scope)
        if kind_of(value) not in kinds:
            raise self.unexpected(value, *kinds)
        return value

    def unexpected(self, value: Any, *kinds: str) -> ExpressionError:
        """AWS's refusal of a value of another kind than the field takes."""
        wanted = " or ".join(f"'{kind}'" for kind in kinds)
        return self._refused(
            f"returned an unexpected result type. Expected {wanted}, but was '{kind_of(value)}' for value: {to_text(value)}"
        )

    def failed(self, failure: Failure) -> ExpressionError:
        """AWS's sentence for an evaluation that answered nothing or was stopped."""
        if failure.nothing:
            return self._refused("returned nothing (undefined).")
        if failure.limit:
            return self._refused(f"threw an error during evaluation: {failure.limit}")
        if failure.code:
            return self._refused(f"threw an error during evaluation. {failure.code}: {failure.message}")
        return self._refused("threw an internal error during evaluation.")

    def _refused(self, words: str) -> ExpressionError:
        return ExpressionError(
            QUERY_EVALUATION_ERROR,
            f"The JSONata expression '{self.text}' specified for the field '{self.field}' {words}",
            self.field,
        )


@lru_cache(maxsize=CACHED)
def compile_jsonata(text: str, field: str = "Output") -> Jsonata:
    """The expression of a text, with or without `{% %}`; InvalidExpressionError when it is none."""
    return Jsonata(text, field)


def evaluate_together(expressions: tuple[Jsonata, ...], scope: Scope) -> list[Any]:
    """The values of several expressions in one scope, in order."""
    values = []
    for expression in expressions:
        value = expression.quick(scope) if expression.quick is not None else _UNSURE
        if value is _UNSURE:
            return _run(expressions, scope)
        values.append(value)
    return values


def kind_of(value: Any) -> str:
    """JSON's name for the kind of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _run(expressions: tuple[Jsonata, ...], scope: Scope) -> list[Any]:
    variables: set[str] = set()
    states: set[str] = set()
    for expression in expressions:
        variables.update(expression.looks.variables)
        states.update(expression.looks.states)
    seed = str(scope.chance()) if variables & _CHANCE else ""
    clock = str(scope.now_ms()) if variables & _CLOCK else "0"
    texts = tuple(expression.text for expression in expressions)
    try:
        bindings = _bindings(variables, states, scope)
        answer = engine().run(texts, "aws", bindings, "", clock, seed)
    except RecursionError:
        answer = Failure(limit=TOO_DEEP)
    if isinstance(answer, Failure):
        raise expressions[answer.at].failed(answer)
    return list(answer)


def _bindings(variables: Iterable[str], states: set[str], scope: Scope) -> str:
    bound = {name: scope.variables[name] for name in sorted(variables) if name in scope.variables}
    if states:
        names = _STATES if "*" in states else [name for name in _STATES if name in states]
        values = ((name, _STATES[name](scope)) for name in names)
        bound["states"] = {name: value for name, value in values if value is not MISSING}
    return to_text(bound)


# ── without the engine ────────────────────────────────────────────────────────────────────────────────────────────────


class _Unsure:
    """The quick way does not know: ask the engine."""


_UNSURE: Final = _Unsure()


def _quick(text: str) -> Callable[[Scope], Any] | None:
    """A plain literal or a plain chain of names, answered in Python; None for everything else."""
    if text in {"true", "false", "null"} or (
        len(text) < 16 and text.isdecimal() and text.isascii() and (text == "0" or text[0] != "0")
    ):
        literal = orjson.loads(text)
        return lambda _scope: literal
    chain = _NAMES.fullmatch(text)
    if chain is None:
        return None
    root, names = chain[1], chain[2].split(".")[1:]
    if _OPERATORS & set(names):
        return None
    if root == "states":
        if not names or names[0] not in _STATES:
            return None
        begin = _STATES[names.pop(0)]
        return lambda scope: _followed(begin(scope), names)
    return lambda scope: _followed(scope.variables.get(root, MISSING), names)


def _followed(node: Any, names: list[str]) -> Any:
    for name in names:
        if not isinstance(node, dict):
            return _UNSURE
        node = node.get(name, MISSING)
    if node is MISSING or not _plain(node):
        return _UNSURE
    return node


def _plain(value: Any) -> bool:
    """Whether JavaScript would read and write the value as it is."""
    if isinstance(value, (str, bool)) or value is None:
        return True
    waiting = [value]
    looked = 0
    while waiting:
        one = waiting.pop()
        looked += 1
        if looked > _MAX_CHECKED:
            return False
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, float):
            if not math.isfinite(one) or one.is_integer():
                return False
        elif isinstance(one, int) and not isinstance(one, bool) and not -_SAFE < one < _SAFE:
            return False
    return True
