"""From a definition's text to its tree, within bounds; what is wrong with the JSON is said as AWS says it.

Theory of operation. Step Functions reads JSON with Jackson, and its INVALID_JSON_DESCRIPTION is Jackson's own message with the
source and the place in it (recorded: "Unrecognized token 'not': was expecting (JSON String, …"). Python's reader tells *where* it
stopped; the words are chosen here by what stands there. Before a text is read its size and its depth are looked at, in one pass,
so that a million brackets meet a sentence and not the stack.

A field given twice is legal JSON, and the last one counts; states given twice are refused (`names.py`). So objects that hold a field
twice remember which, as a `Doubled`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from flows.asl.lint.diagnostics import ROOT, Findings, cut

LARGEST = 1_048_576
"""Characters of a definition: CreateStateMachine's own limit."""
DEEPEST = 200
"""Brackets inside brackets. A state inside a state costs three or four."""
SHOWN = 500
"""Characters of the source that Jackson repeats."""
VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
TOKEN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
ENTRIES = {"{": "Object", "[": "Array"}


class Doubled(dict[str, Any]):
    """An object in whose text some fields stand twice."""

    __slots__ = ("twice",)

    def __init__(self, pairs: list[tuple[str, Any]], twice: list[str]) -> None:
        super().__init__(pairs)
        self.twice = twice


def read(text: str, findings: Findings) -> Any:
    """The tree, or None and the reason among the findings."""
    if not text.strip():
        findings.say("MISSING_DESCRIPTION", "The definition is empty", None)
        return None
    if len(text) > LARGEST or len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        findings.say("DEFINITION_TOO_LARGE", f"The definition is larger than {LARGEST} bytes", ROOT)
        return None
    if depth_of(text) > DEEPEST:
        findings.say("TOO_DEEPLY_NESTED", f"The definition is nested deeper than {DEEPEST} levels", ROOT)
        return None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as refused:
        _say(text, refused, findings)
    except ValueError as refused:  # a number of thousands of digits, or NaN
        _tell(text, f"Invalid numeric value: {cut(str(refused))}", 1, 1, findings)
    return None


def depth_of(text: str) -> int:
    """How deep the brackets go, those in strings left out."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", QUOTED.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counts = Counter(name for name, _ in pairs)
    return Doubled(pairs, [name for name, count in counts.items() if count > 1])


def _no_constant(name: str) -> Any:
    message = f"Non-standard token '{name}'"
    raise ValueError(message)


def _say(text: str, refused: json.JSONDecodeError, findings: Findings) -> None:
    at, what = refused.pos, refused.msg
    if at >= len(text.rstrip()) or what.startswith("Unterminated string"):
        closing = "was expecting closing quote for a string value"
        said = f"Unexpected end-of-input: {closing if what.startswith('Unterminated') else _unclosed(text)}"
        _tell(text, said, *_line_and_column(text, len(text)), findings)
        return
    token = TOKEN.match(text, at)
    if token is not None and what == "Expecting value":
        word = token.group()
        _tell(
            text,
            f"Unrecognized token '{cut(word)}': was expecting {VALUES}",
            *_line_and_column(text, token.end()),
            findings,
        )
        return
    found = text[at]
    said = f"Unexpected character ('{found}' (code {ord(found)})): {_expected(text, what, at)}"
    _tell(text, said, *_line_and_column(text, at + 1), findings)


def _expected(text: str, what: str, at: int) -> str:
    if what.startswith("Expecting property name"):
        return "was expecting double-quote to start field name"
    if what.startswith("Expecting ':'"):
        return "was expecting a colon to separate field name and value"
    if what.startswith("Expecting ','"):
        return f"was expecting comma to separate {_open_bracket(text[:at])} entries"
    if what.startswith("Expecting value"):
        return f"expected a valid value {VALUES}"
    return what[:1].lower() + what[1:]


def _unclosed(text: str) -> str:
    start = _open_at(text)
    line, column = _line_and_column(text, start)
    return f"expected close marker for {ENTRIES[text[start]]} (start marker at {_source(text)}; line: {line}, column: {column}])"


def _open_bracket(text: str) -> str:
    return ENTRIES[text[_open_at(text)]]


def _open_at(text: str) -> int:
    """Where the innermost bracket stands that is still open at the end."""
    open_: list[int] = []
    for found in re.finditer(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', text, re.DOTALL):
        if found.group() in ENTRIES:
            open_.append(found.start())
        elif found.group() in "]}" and open_:
            open_.pop()
    return open_[-1] if open_ else 0


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    """As Jackson counts: from 1, and where it stands after what it has read."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def _source(text: str) -> str:
    rest = len(text) - SHOWN
    return f'[Source: (String)"{text[:SHOWN]}"{f"[truncated {rest} chars]" if rest > 0 else ""}'


def _tell(text: str, message: str, line: int, column: int, findings: Findings) -> None:
    where = f"{_source(text)}; line: {line}, column: {column}]"
    findings.tell("INVALID_JSON_DESCRIPTION", f"{message}\n at {where}", where)
