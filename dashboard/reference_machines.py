"""The reference page about definitions of state machines, out of the lint's own tables: fields, what they hold, codes, integrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.lint import CODES
from flows.asl.lint.choices import OPERATORS
from flows.asl.lint.handlers import ERROR_NAMES
from flows.asl.lint.language import GROUPS, OBJECTS
from flows.asl.lint.resources import OPTIMISED, REQUIRED
from flows.asl.lint.values import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flows.asl.lint.fields import Field

TITLES = {"": "The machine itself", "Branch": "A branch of a Parallel", "ItemProcessor": "The processor of a Map"}


def state_machines() -> str:
    lines = [
        "# Definitions of state machines",
        "",
        "The fields of the Amazon States Language as they are checked here, all problems at once, with AWS's codes. Errors keep a machine",
        "from being made, as AWS's ValidateStateMachineDefinition does; warnings are what AWS takes and people regret.",
        "",
        "Expressions are looked at too: paths, intrinsic functions, and JSONata between `{%` and `%}`.",
    ]
    for name, rows in OBJECTS.items():
        lines += ["", f"## {TITLES.get(name, name)}", "", "| field | what it holds | language |", "|---|---|---|"]
        lines += _fields(rows.values())
        lines += _groups(name)
    lines += ["", "## Codes"]
    for code in CODES.values():
        own = " Not one of AWS's codes." if code.ours else ""
        lines += ["", f"### {code.code}", "", f"*{code.severity.lower()}* · {code.sentence}{own}"]
    lines += [
        "",
        "## Integrations",
        "",
        "What a Task may call besides functions, activities and `aws-sdk:service:action`.",
        "",
    ]
    lines += [
        f"- `{service}`: {', '.join(f'`{action}`' for action in actions)}" for service, actions in OPTIMISED.items()
    ]
    lines += ["", "Parameters that must be there:", ""]
    lines += [f"- `{call}`: {', '.join(f'`{name}`' for name in names)}" for call, names in REQUIRED.items()]
    lines += ["", "## Names of errors", "", ", ".join(f"`{name}`" for name in sorted(ERROR_NAMES)) + "."]
    return "\n".join(lines)


def _fields(rows: Iterable[Field]) -> Iterator[str]:
    operators = 0
    for row in rows:
        if row.name in OPERATORS:
            operators += 1
            continue
        name = f"`{row.name}`{' (required)' if row.required else ''}"
        yield f"| {name} | {row.value.words} | {'' if row.languages == LANGUAGES else row.languages[0]} |"
    if operators:
        names = ", ".join(f"`{name}`" for name in OPERATORS)
        yield f"| one comparison operator: {names} | what it compares with | {LANGUAGES[0]} |"


def _groups(name: str) -> Iterator[str]:
    for group in GROUPS.get(name, ()):
        how = "Exactly one of" if group.required else "At most one of"
        yield ""
        yield f"{how} {', '.join(f'`{each}`' for each in group.names)}."
