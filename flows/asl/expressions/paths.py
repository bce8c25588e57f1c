"""JSONPath as Step Functions speaks it: `$.a.b[0]`, `$$.Execution.Id`, `$variable.c`, `$.list[?(@.n > 1)]`.

Theory of operation. A text is read once (`steps`) and becomes a Path whose `find` is a closure: the plain paths (members only) are
written out, because a Choice in a loop reads one per transition; everything else follows its steps (`walking`). Paths are cached by
text and are definitions: none enters a checkpoint.

What AWS answers when there is nothing (scenarios and base cases, floci's measurements of TestState, Jayway's source for sentences):

- a definite path without a node is a failure. InputPath and OutputPath print Jayway's reason ("Invalid path '$.a' : No results for
  path: $['a']"); a field of a template, CausePath and their like print "The JSONPath '$.a' specified for the field 'x.$' could not be
  found in the input '…'";
- an indefinite path answers a list, empty when nothing matches or when a member on the way is missing;
- a step that cannot be applied to what is there (an index or a slice to no array) is a failure with Jayway's words (`reasons`);
- an index beyond the end at the very end of a path is null in a template, and a miss everywhere else;
- no path at all can be applied to a null input.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flows.asl.expressions.errors import (
    RESULT_PATH_MATCH_FAILURE,
    RUNTIME,
    ExpressionError,
    InvalidExpressionError,
    json_text,
)
from flows.asl.expressions.reasons import Reason, reason
from flows.asl.expressions.scope import MISSING, Scope
from flows.asl.expressions.steps import CONTEXT, INPUT, Index, Parsed, Properties, Property, Step, parse_path
from flows.asl.expressions.walking import gather, pick

NULL_INPUT = "Unable to apply Path transformation to null or empty input."
CACHED = 10_000


class Path:
    """A compiled path."""

    __slots__ = ("find", "parsed", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parsed = parse_path(text)
        self.find: Callable[[Scope], Any] = _finder(self.parsed)
        """The value in a scope, MISSING when there is none."""

    def read(self, scope: Scope) -> Any:
        """The value, or AWS's refusal as InputPath and OutputPath word it."""
        value = self.find(scope)
        if value is MISSING or value is None:
            value = self.lenient(scope, value)
        if value is MISSING:
            raise _invalid(self.text, self.reason(scope).words)
        return value

    def read_field(self, scope: Scope, field: str) -> Any:
        """The value, or AWS's refusal as templates and the …Path fields word it."""
        value = self.find(scope)
        if value is MISSING or value is None:
            value = self.lenient(scope, value)
        if value is MISSING:
            why = self.reason(scope)
            if why.inapplicable:
                raise _invalid(self.text, why.words)
            searched = json_text(scope.context() if self.parsed.root == CONTEXT else scope.input)
            raise ExpressionError(
                RUNTIME,
                f"The JSONPath '{self.text}' specified for the field '{field}' could not be found in the input '{searched}'",
            )
        return value

    def lenient(self, scope: Scope, value: Any) -> Any:
        """Null for an index beyond the end, else what was found; a null input is refused."""
        if self.parsed.root == INPUT and scope.input is None:
            raise ExpressionError(RUNTIME, NULL_INPUT)
        steps = self.parsed.steps
        if value is MISSING and steps and isinstance(steps[-1], Index):
            before = pick(steps[:-1], self._document(scope))
            return None if isinstance(before, list) else MISSING
        return value

    def reason(self, scope: Scope) -> Reason:
        """Why there is nothing, as Jayway says it."""
        document = self._document(scope)
        return (None if document is MISSING else reason(self.parsed.steps, document)) or Reason(
            "No results for path: $"
        )

    def _document(self, scope: Scope) -> Any:
        return _document(self.parsed, scope)


class ReferencePath(Path):
    """A path that names exactly one node, and can be written to."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        if not self.parsed.reference:
            raise InvalidExpressionError(f"Value is not a Reference Path: {text}")

    def write(self, target: Any, value: Any) -> Any:
        """A tree with the value at the place, sharing with the target all that stays as it is."""
        written = _written(self.parsed.steps, 0, target, value)
        if written is MISSING:
            raise ExpressionError(
                RESULT_PATH_MATCH_FAILURE, f"Unable to apply ReferencePath {self.text} to input {json_text(target)}"
            )
        return written


@lru_cache(maxsize=CACHED)
def compile_path(text: str) -> Path:
    """The path of a text; InvalidExpressionError when it is none."""
    return Path(text)


@lru_cache(maxsize=CACHED)
def compile_reference_path(text: str) -> ReferencePath:
    """The reference path of a text; InvalidExpressionError when it is none."""
    return ReferencePath(text)


def _finder(parsed: Parsed) -> Callable[[Scope], Any]:
    names = [step.name for step in parsed.steps if isinstance(step, Property)]
    if parsed.root == INPUT and len(names) == len(parsed.steps) <= 2:
        return _INPUT_FINDERS[len(names)](*names)
    if any(isinstance(step, Properties) for step in parsed.steps[:-1]):
        return lambda scope: MISSING if parsed.definite else _nothing(parsed, _document(parsed, scope))
    if not parsed.definite:

        def find_all(scope: Scope) -> Any:
            document = _document(parsed, scope)
            found = [] if document is MISSING else gather(parsed.steps, document)
            return found or _nothing(parsed, document)

        return find_all

    def find(scope: Scope) -> Any:
        return pick(parsed.steps, _document(parsed, scope))

    return find


def _nothing(parsed: Parsed, document: Any) -> list[Any]:
    """An indefinite path that found nothing: an empty list, unless one of its steps could not even be applied."""
    why = None if document is MISSING else reason(parsed.steps, document)
    if why is not None and why.inapplicable:
        raise _invalid(parsed.text, why.words)
    return []


def _invalid(text: str, words: str) -> ExpressionError:
    return ExpressionError(RUNTIME, f"Invalid path '{text}' : {words}")


def _find_input() -> Callable[[Scope], Any]:
    return lambda scope: scope.input


def _find_member(name: str) -> Callable[[Scope], Any]:
    def find(scope: Scope) -> Any:
        node = scope.input
        return node.get(name, MISSING) if isinstance(node, dict) else MISSING

    return find


def _find_member_of_member(first: str, second: str) -> Callable[[Scope], Any]:
    def find(scope: Scope) -> Any:
        node = scope.input
        if isinstance(node, dict):
            node = node.get(first, MISSING)
            if isinstance(node, dict):
                return node.get(second, MISSING)
        return MISSING

    return find


_INPUT_FINDERS: tuple[Callable[..., Callable[[Scope], Any]], ...] = (_find_input, _find_member, _find_member_of_member)


def _document(parsed: Parsed, scope: Scope) -> Any:
    if parsed.root == INPUT:
        return scope.input
    if parsed.root == CONTEXT:
        return scope.context()
    return scope.variables.get(parsed.variable, MISSING)


def _written(steps: tuple[Step, ...], at: int, target: Any, value: Any) -> Any:
    if at == len(steps):
        return value
    step = steps[at]
    if isinstance(step, Property):
        if target is MISSING:
            target = {}
        if not isinstance(target, dict):
            return MISSING
        inner = _written(steps, at + 1, target.get(step.name, MISSING), value)
        return MISSING if inner is MISSING else {**target, step.name: inner}
    assert isinstance(step, Index)
    if not isinstance(target, list) or step.index >= len(target):
        return MISSING
    inner = _written(steps, at + 1, target[step.index], value)
    return MISSING if inner is MISSING else [*target[: step.index], inner, *target[step.index + 1 :]]
