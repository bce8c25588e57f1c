"""Following the steps of a path through a document.

Theory of operation. `pick` follows a definite path to one node or to MISSING; `gather` follows any path to the list of nodes it
names, in document order. Both are Jayway's rules where Step Functions shows them: an index beyond the end is a miss, a filter on an
object asks the object itself, `..` looks at the node and everything below it, and a filter's `==` takes "1" and 1 for equal when
one side can be read as the other (`===` does not).

Work is bounded: a path may visit MAX_VISITS nodes, then it is stopped as AWS stops an expression that costs too much. A regular
expression is matched by QuickJS, which can be interrupted, never by `re`, which cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flows.asl.expressions import steps as forms
from flows.asl.expressions.equality import same
from flows.asl.expressions.errors import RUNTIME, ExpressionError
from flows.asl.expressions.filters import Every, Filter, Literal, Not, Pattern, Place, Relation, Some, There
from flows.asl.expressions.patterns import matches_whole
from flows.asl.expressions.scope import MISSING
from flows.asl.expressions.spending import SPENT

MAX_VISITS = 1_000_000


class _Walk:
    """One evaluation: the document `$` means inside filters, and how many nodes may still be visited."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.left = MAX_VISITS
        self.matched = False

    def visit(self, nodes: int) -> None:
        self.left -= nodes
        SPENT.steps += nodes
        if self.left < 0:
            raise ExpressionError(RUNTIME, f"The path visits more than {MAX_VISITS} nodes")

    def gather(self, steps: tuple[forms.Step, ...], nodes: list[Any]) -> list[Any]:
        for step in steps:
            nodes = [found for node in nodes for found in self.follow(step, node)]
            self.visit(len(nodes) + 1)
        return nodes

    def follow(self, step: forms.Step, node: Any) -> Iterator[Any]:
        if isinstance(step, forms.Wildcard):
            if isinstance(node, (dict, list)):
                yield from node.values() if isinstance(node, dict) else node
        elif isinstance(step, forms.Slice):
            if isinstance(node, list):
                yield from node[step.start : step.stop]
        elif isinstance(step, forms.Indices):
            if isinstance(node, list):
                yield from (node[index] for index in step.indices if -len(node) <= index < len(node))
        elif isinstance(step, forms.Where):
            self.visit(len(node) if isinstance(node, list) else 1)
            yield from (one for one in (node if isinstance(node, list) else [node]) if self.holds(step.condition, one))
        elif isinstance(step, forms.Descent):
            yield from self.below(node)
        else:
            found = pick_step(step, node)
            if found is not MISSING:
                yield found

    def below(self, node: Any) -> Iterator[Any]:
        """The node and everything below it: an explicit stack, depth first, in document order."""
        waiting = [node]
        while waiting:
            self.visit(1)
            node = waiting.pop()
            if isinstance(node, dict):
                yield node
                waiting.extend(reversed(node.values()))
            elif isinstance(node, list):
                yield node
                waiting.extend(reversed(node))

    def holds(self, condition: Filter, node: Any) -> bool:
        if isinstance(condition, Relation):
            if condition.operator == "=~":
                return self.matches(self.value(condition.left, node), self.value(condition.right, node))
            return RELATIONS[condition.operator](self.value(condition.left, node), self.value(condition.right, node))
        if isinstance(condition, There):
            return self.value(condition.place, node) is not MISSING
        if isinstance(condition, Not):
            return not self.holds(condition.of, node)
        if isinstance(condition, Every):
            return all(self.holds(one, node) for one in condition.of)
        assert isinstance(condition, Some)
        return any(self.holds(one, node) for one in condition.of)

    def matches(self, text: Any, pattern: Any) -> bool:
        """All regular expressions of one evaluation share one allowance of time."""
        if not isinstance(text, str) or not isinstance(pattern, Pattern):
            return False
        first, self.matched = not self.matched, True
        return matches_whole(text, pattern.source, pattern.flags, first=first)

    def value(self, operand: Literal | Pattern | Place, node: Any) -> Any:
        if isinstance(operand, Literal):
            return operand.value
        if isinstance(operand, Pattern):
            return operand
        start = self.root if operand.from_root else node
        if all(isinstance(step, (forms.Property, forms.Properties, forms.Index)) for step in operand.steps):
            return pick(operand.steps, start)
        return self.gather(operand.steps, [start])


def gather(steps: tuple[forms.Step, ...], document: Any) -> list[Any]:
    """Every node the steps name, in document order."""
    return _Walk(document).gather(steps, [document])


def pick(steps: tuple[forms.Step, ...], node: Any) -> Any:
    """The node a definite path names, or MISSING."""
    for step in steps:
        node = pick_step(step, node)
        if node is MISSING:
            return MISSING
    return node


def pick_step(step: forms.Step, node: Any) -> Any:
    """One step of a definite path."""
    if isinstance(step, forms.Property):
        return node.get(step.name, MISSING) if isinstance(node, dict) else MISSING
    if isinstance(step, forms.Index):
        return node[step.index] if isinstance(node, list) and -len(node) <= step.index < len(node) else MISSING
    assert isinstance(step, forms.Properties)
    return {name: node[name] for name in step.names if name in node} if isinstance(node, dict) else MISSING


def _number(value: Any) -> Any:
    """The number a value is or spells, MISSING otherwise."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return MISSING
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else MISSING


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, str) != isinstance(right, str):
        one, other = _number(left), _number(right)
        return one is not MISSING and other is not MISSING and bool(one == other)
    one, other = _number(left), _number(right)
    if not isinstance(left, str) and one is not MISSING and other is not MISSING:
        return bool(one == other)
    return same(left, right)


def _compare(left: Any, right: Any, holds: Callable[[Any, Any], bool]) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return holds(left, right)
    one, other = _number(left), _number(right)
    return one is not MISSING and other is not MISSING and holds(one, other)


def _in(left: Any, right: Any) -> bool:
    return isinstance(right, list) and any(_equal(left, one) for one in right)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, dict)) else -1


def _each_in(left: Any, right: Any) -> bool:
    return isinstance(left, list) and all(_in(one, right) for one in left)


def _any_in(left: Any, right: Any) -> bool:
    return isinstance(left, list) and any(_in(one, right) for one in left)


_TYPES: dict[str, Any] = {"string": str, "number": (int, float), "boolean": bool, "array": list, "object": dict}

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "===": same,
    "!==": lambda left, right: not same(left, right),
    "<": lambda left, right: _compare(left, right, lambda one, other: bool(one < other)),
    "<=": lambda left, right: _compare(left, right, lambda one, other: bool(one <= other)),
    ">": lambda left, right: _compare(left, right, lambda one, other: bool(one > other)),
    ">=": lambda left, right: _compare(left, right, lambda one, other: bool(one >= other)),
    "in": _in,
    "nin": lambda left, right: not _in(left, right),
    "contains": lambda left, right: (
        (right in left if isinstance(right, str) else False) if isinstance(left, str) else _in(right, left)
    ),
    "all": lambda left, right: (
        isinstance(right, list) and isinstance(left, list) and all(_in(one, left) for one in right)
    ),
    "size": lambda left, right: _size(left) == right,
    "exists": lambda left, right: (left is not MISSING) == right,
    "type": lambda left, right: (
        isinstance(left, _TYPES.get(str(right), ())) and not (right == "number" and isinstance(left, bool))
    ),
    "empty": lambda left, right: _size(left) >= 0 and (_size(left) == 0) == right,
    "subsetof": _each_in,
    "anyof": _any_in,
    "noneof": lambda left, right: isinstance(left, list) and not _any_in(left, right),
}
