"""The reference page of the expressions inside state machines, out of their own tables: paths, functions, operators, JSONata, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.expressions import vocabulary
from flows.asl.expressions.comparisons import IS_PRESENT, OPERATORS, STRING_MATCHES, TESTS
from flows.asl.expressions.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.asl.expressions.functions import Function
    from flows.asl.expressions.vocabulary import Word

BEGINNING = """\
# Expressions in state machines

A state says in one of two languages what it takes from its input and what it passes on: JSONPath with intrinsic functions, or
JSONata. Both are evaluated as Step Functions does, with its errors and its sentences; recorded answers of AWS are held against them.
JSONata itself is the official one: all 857 cases of its suite that are at hand come out as the reference says.

## JSONPath

A path that names one place and finds nothing is an error, `States.Runtime`. A path that may name several answers a list, which may be
empty. No path can be applied to an input that is null.
"""
CHOICES = """
## Comparison operators

A rule of a Choice state compares a `Variable` with a constant; with `Path` after the operator's name, with another place. A value of
another kind never compares: the rule is false. A variable that is not there is an error, unless the operator asks for its presence.
Strings compare by UTF-16 units, timestamps by their instants. `And`, `Or` and `Not` combine rules and stop as soon as they know.
"""
JSONATA = """
## JSONata

An expression stands between `{%` and `%}` and fills its whole text. All of JSONata's functions are there, and:
"""
LIMITS = """
## Limits

What costs more than this is stopped with AWS's error, `States.QueryEvaluationError` in JSONata. Steps, depth and size are counted, so
that an expression is stopped at the same place on every machine; only the processor time depends on the machine, and is generous.
"""


def expressions() -> str:
    lines = [BEGINNING, "### Beginnings", "", *_words(vocabulary.ROOTS), "", "### Steps", "", *_words(vocabulary.STEPS)]
    lines += ["", "## Intrinsic functions", "", "| function | arguments | answers |", "|---|---|---|"]
    lines += [f"| `{row.name}` | {_count(row)} | {row.says} |" for row in FUNCTIONS.values()]
    lines += [CHOICES, "| operator | with a path | |", "|---|---|---|"]
    lines += [f"| `{name}` | `{name}Path` | |" for name in OPERATORS]
    lines += [f"| `{STRING_MATCHES}` | | `*` stands for any characters, `\\*` for itself |"]
    lines += [f"| `{name}` | | `true` or `false`: which answer is wanted |" for name in (*TESTS, IS_PRESENT)]
    lines += [JSONATA, *_words(vocabulary.ADDED), "", "It has not:", "", *_words(vocabulary.REMOVED)]
    lines += ["", "### $states", "", *_words(vocabulary.STATES)]
    lines += ["", "### Otherwise than in JSONata alone", "", *_words(vocabulary.DIFFERENT)]
    lines += [LIMITS, "| limit | | |", "|---|---|---|"]
    lines += [f"| {word.name} | {word.written} | {word.says} |" for word in vocabulary.BOUNDS]
    return "\n".join(lines)


def _words(words: Iterable[Word]) -> list[str]:
    return [
        "| | written | |",
        "|---|---|---|",
        *(f"| `{word.name}` | {_written(word)} | {word.says} |" for word in words),
    ]


def _written(word: Word) -> str:
    return ", ".join(f"`{text}`" for text in word.written.split(" · "))


def _count(row: Function) -> str:
    if row.least == row.most:
        return str(row.least)
    return f"{row.least} or more" if row.most == 100 else f"{row.least} to {row.most}"
