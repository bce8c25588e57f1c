"""Why a path finds nothing, in the words of Jayway's JsonPath, which Step Functions hands through.

Theory of operation. Following the definite steps of a path, the first that cannot be taken is the reason. There are two sorts. A node
that is not there: Step Functions turns that into a sentence of its own, or into an empty list for an indefinite path. And a step
that cannot be applied to what is there, such as an index to a number: that refusal comes through as it is, for indefinite paths too
("Filter: [0] can only be applied to arrays. Current context is: 1", measured on AWS; `$[1:5]` on an object fails the state).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.asl.expressions.errors import json_text
from flows.asl.expressions.scope import MISSING
from flows.asl.expressions.steps import Descent, Index, Indices, Properties, Property, Slice, Step, Where, Wildcard
from flows.asl.expressions.walking import pick_step

_PROVIDER = "com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider"
_NODES = {
    str: "TextNode",
    bool: "BooleanNode",
    int: "IntNode",
    float: "DoubleNode",
    list: "ArrayNode",
    dict: "ObjectNode",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Jayway's words, and whether the step could not even be applied."""

    words: str
    inapplicable: bool = False


def reason(steps: tuple[Step, ...], node: Any) -> Reason | None:
    """Why the steps find nothing; None when the definite ones among them, up to the first other, can all be taken."""
    path = "$"
    for position, step in enumerate(steps):
        if isinstance(step, (Index, Indices, Slice)) and not isinstance(node, list):
            words = f"Filter: {_fragments(steps[position:])} can only be applied to arrays. Current context is: {json_text(node)}"
            return Reason(f"The path {path} is null" if node is None else words, inapplicable=True)
        if isinstance(step, Where) and not isinstance(node, (list, dict)):
            words = f"Filter: {_fragments(steps[position:])} can not be applied to primitives. Current context is: {json_text(node)}"
            return Reason(words, inapplicable=True)
        if not isinstance(step, (Property, Properties, Index)):
            return None
        if isinstance(step, Properties) and position < len(steps) - 1:
            names = ", ".join(f"'{name}'" for name in step.names)
            return Reason(f"Multi properties can only be used as path leafs: {path}[{names}]", inapplicable=True)
        if not isinstance(step, Index) and not isinstance(node, dict):
            return Reason(
                f"Expected to find an object with property {_fragment(step)} in path {path} but found '{_kind(node)}'. "
                f"This is not a json object according to the JsonProvider: '{_PROVIDER}'."
            )
        path += _fragment(step)
        node = pick_step(step, node)
        if node is MISSING:
            last = position == len(steps) - 1 or isinstance(step, Index)
            return Reason(f"No results for path: {path}" if last else f"Missing property in path {path}")
    return None


def _kind(node: Any) -> str:
    return "null" if node is None else f"com.fasterxml.jackson.databind.node.{_NODES[type(node)]}"


def _fragments(steps: tuple[Step, ...]) -> str:
    return "".join(map(_fragment, steps))


def _fragment(step: Step) -> str:
    """A step as Jayway writes it."""
    match step:
        case Property(name):
            return f"['{name}']"
        case Properties(names):
            return "[" + ",".join(f"'{name}'" for name in names) + "]"
        case Index(index):
            return f"[{index}]"
        case Indices(indices):
            return "[" + ",".join(map(str, indices)) + "]"
        case Slice(start, stop):
            return f"[{'' if start is None else start}:{'' if stop is None else stop}]"
        case Wildcard():
            return "[*]"
        case Descent():
            return ".."
        case Where():
            return "[?]"
