"""Choice rules: which way a Choice state goes.

Theory of operation. A rule becomes one closure from scope to bool. In JSONPath it is a comparison (a Variable, one operator) or a
combination of rules (And, Or, Not), evaluated left to right and no further than needed; in JSONata it is a Condition that must be a
boolean. A variable or a path that finds nothing fails with States.Runtime, in AWS's sentence, unless the operator is IsPresent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.asl.expressions.comparisons import (
    IS_PRESENT,
    NOT_OF_KIND,
    OPERATORS,
    STRING_MATCHES,
    TESTS,
    Operator,
    string_matcher,
)
from flows.asl.expressions.errors import RUNTIME, ExpressionError, InvalidExpressionError
from flows.asl.expressions.jsonata import compile_jsonata, jsonata_text
from flows.asl.expressions.paths import NULL_INPUT, Path, compile_path
from flows.asl.expressions.scope import MISSING, Scope
from flows.asl.expressions.steps import INPUT

MAX_DEPTH = 100
_PATH = "Path"

Holds = Callable[[Scope], bool]


class Rule:
    """A compiled rule."""

    __slots__ = ("holds",)

    def __init__(self, holds: Holds) -> None:
        self.holds = holds
        """Whether it holds in a scope."""


def compile_choice(rule: Any, language: str = "JSONPath", field: str = "Condition") -> Rule:
    """The rule of a Choice state's `Choices`; `field` is its Condition's place, "Choices[0]/Condition"."""
    return Rule(_rule(rule, 0) if language == "JSONPath" else _condition(rule.get("Condition"), field))


def _condition(condition: Any, field: str) -> Holds:
    if isinstance(condition, bool):
        return lambda _scope: condition
    if jsonata_text(condition) is None:
        raise InvalidExpressionError("A Condition must be a boolean or a JSONata expression")
    expression = compile_jsonata(condition, field)
    return lambda scope: expression.expect(scope, "boolean") is True


def _rule(rule: Any, depth: int) -> Holds:
    if not isinstance(rule, dict):
        raise InvalidExpressionError("A Choice rule must be an object")
    if depth > MAX_DEPTH:
        raise InvalidExpressionError(f"Choice rules nest at most {MAX_DEPTH} levels")
    for name, combine in (("And", all), ("Or", any)):
        if name in rule:
            return _combined(combine, [_rule(one, depth + 1) for one in rule[name]])
    if "Not" in rule:
        inner = _rule(rule["Not"], depth + 1)
        return lambda scope: not inner(scope)
    return _comparison(rule)


def _combined(combine: Callable[[Any], bool], rules: list[Holds]) -> Holds:
    return lambda scope: combine(holds(scope) for holds in rules)


def _comparison(rule: dict[str, Any]) -> Holds:
    path = compile_path(rule.get("Variable", ""))
    for name, wanted in rule.items():
        if name in OPERATORS:
            return _with_constant(path, OPERATORS[name], wanted)
        if name.endswith(_PATH) and name.removesuffix(_PATH) in OPERATORS:
            return _with_path(path, OPERATORS[name.removesuffix(_PATH)], compile_path(wanted))
        if name in TESTS:
            return _tested(path, TESTS[name], wanted)
        if name == IS_PRESENT:
            return _present(path, wanted)
        if name == STRING_MATCHES:
            return _matched(path, wanted)
    raise InvalidExpressionError("A Choice rule must have one comparison operator")


def _with_constant(path: Path, row: Operator, wanted: Any) -> Holds:
    find, read, compare = path.find, row.read, row.compare
    constant = read(wanted)
    if constant is NOT_OF_KIND:
        raise InvalidExpressionError(f"The value of {row.name} is of another kind")

    def holds(scope: Scope) -> bool:
        found = find(scope)
        value = read(found)
        if value is NOT_OF_KIND:
            _found(path, found, scope)
            return False
        return compare(value, constant)

    return holds


def _with_path(path: Path, row: Operator, other: Path) -> Holds:
    read, compare = row.read, row.compare

    def holds(scope: Scope) -> bool:
        one = read(_found(path, path.find(scope), scope))
        two = read(_found(other, other.find(scope), scope))
        return one is not NOT_OF_KIND and two is not NOT_OF_KIND and compare(one, two)

    return holds


def _tested(path: Path, test: Callable[[Any], bool], wanted: Any) -> Holds:
    return lambda scope: test(_found(path, path.find(scope), scope)) is wanted


def _present(path: Path, wanted: Any) -> Holds:
    def holds(scope: Scope) -> bool:
        _refuse_null(path, scope)
        return (path.find(scope) is not MISSING) is wanted

    return holds


def _matched(path: Path, pattern: Any) -> Holds:
    matches = string_matcher(pattern)

    def holds(scope: Scope) -> bool:
        value = _found(path, path.find(scope), scope)
        return isinstance(value, str) and matches(value)

    return holds


def _found(path: Path, value: Any, scope: Scope) -> Any:
    """The value, refused when there is none."""
    if value is MISSING or value is None:
        _refuse_null(path, scope)
    if value is MISSING:
        raise ExpressionError(
            RUNTIME, f"Invalid path '{path.text}': The choice state's condition path references an invalid value."
        )
    return value


def _refuse_null(path: Path, scope: Scope) -> None:
    if scope.input is None and path.parsed.root == INPUT:
        raise ExpressionError(RUNTIME, NULL_INPUT)
