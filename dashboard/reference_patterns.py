"""The reference page of patterns: the operators out of their table, and the rules and limits around them."""

from __future__ import annotations

from flows.patterns.arrays import MOST_TRIED
from flows.patterns.compiler import MOST_BRANCHES, MOST_FIELDS
from flows.patterns.mapping import SOURCES
from flows.patterns.operators import OPERATORS, Operator
from flows.patterns.sns import MOST_COMBINATIONS, MOST_KEYS
from flows.patterns.tokens import DEEPEST
from flows.patterns.wildcards import TOO_COMPLEX

BEGINNING = """\
# Patterns and filters

EventBridge's event patterns, SNS's filter policies and the filters of event source mappings are one language, and one compiler and
one matcher here. Where recorded answers of AWS exist, tests hold them against it, AWS's sentences and the places they name included.

```json
{"source": ["shop.orders"], "detail": {"state": ["paid", {"prefix": "ship"}], "total": [{"numeric": [">", 100]}]}}
```

A pattern has the structure of the event. Each field has an array, and one of its values is enough; all fields must hold. What
the pattern does not name does not matter.

- **Values** are texts, numbers, `true`, `false` and `null`, each equal only to its own kind: `"5"` is not `5`, but `300` is `300.0`.
- **Names** may be written with dots: `{"detail.state": [...]}` is the same field, in the pattern and in the event.
- **Arrays** in the event: one of their values is enough. Of arrays of objects, all fields must hold in the same object.
- **A name twice** in one object: the last counts.
- **An address** written as plain text equals every spelling of it, `"::1"` also `"0:0:0:0:0:0:0:1"`.

## $or

`{"$or": [{"a": [1]}, {"b": [2]}]}` holds where one of the objects does; it may stand in any object, also in one of its own. It needs an
array of two or more objects without fields named like an operator; anything else is an ordinary field of the name `$or`.
"""
NUMBERS = """
## Numbers

A number is compared as a double, if a double holds it exactly as it is written: `100.1` is one, `1e400` and `12345678901234567891` are
none and equal only their own digits. SNS cuts numbers to six decimals and compares those between minus and plus five billion.
"""


def patterns() -> str:
    lines = [BEGINNING, "## Operators", ""]
    for operator in OPERATORS.values():
        lines += _operator(operator)
    return "\n".join([*lines, NUMBERS, *_services(), *_limits()])


def _operator(operator: Operator) -> list[str]:
    where = "EventBridge, mappings, SNS" if operator.sns else "EventBridge, mappings"
    lines = [
        f"### {operator.name}",
        "",
        f"*{where}.* {operator.about}",
        "",
        "| written | holds for | does not hold for |",
        "|---|---|---|",
    ]
    lines += [
        f"| {_code(written)} | {_codes(matches)} | {_codes(misses)} |" for written, matches, misses in operator.examples
    ]
    return [*lines, ""]


def _services() -> list[str]:
    payloads = [f"`{kind}`: {_code(source.payload)}" for kind, source in SOURCES.items() if source.payload]
    return [
        "",
        "## What it is held against",
        "",
        "- **A rule**: the event.",
        "- **A filter policy on attributes**: name → value. A `Number` is a number, each element of a `String.Array` a value; binary attributes are",
        "  not there. Policies on attributes have no objects.",
        "- **A filter policy on the body**: the body, if it is a JSON object; another message does not get through. `{}` lets everything through.",
        f"- **A mapping's filter**: the record as the function would get it, its payload read as JSON where it is an object or array ({', '.join(payloads)}).",
        "",
        "Whatever does not match says why: the first field that failed, what it wants and what was found.",
    ]


def _limits() -> list[str]:
    return [
        "",
        "## Limits",
        "",
        "| what | limit | |",
        "|---|---|---|",
        f"| keys of a filter policy | {MOST_KEYS} | AWS's |",
        f"| combinations of values of a filter policy | {MOST_COMBINATIONS} | AWS's; a `$or` adds those of its objects, in a body depth multiplies |",
        f"| combinations of `$or` in a pattern | {MOST_BRANCHES:,} | EventBridge's; the sentence is ours |",
        f"| fields of all combinations together | {MOST_FIELDS:,} | ours |",
        f"| states of a field's wildcards | below {TOO_COMPLEX} | AWS refuses what is too ambiguous and does not say where; this lies between what it took and refused |",
        f"| depth of a pattern | {DEEPEST:,} | the JSON reader's |",
        f"| choices between elements of arrays that cross each other | {MOST_TRIED:,} | ours: then it is no match |",
        "",
        "**Approximated**: where AWS draws the line for ambiguous wildcards. **Left out**: a field that an *event* has twice counts once, the last.",
        "SNS's documentation lists no wildcards, so policies with one are refused here.",
    ]


def _codes(values: tuple[str, ...]) -> str:
    return ", ".join(map(_code, values))


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")
