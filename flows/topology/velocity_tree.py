"""What a Velocity template is once it is read: parts, and the expressions in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


class TemplateError(ValueError):
    """A template of another kind than this file knows."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    arguments: tuple[Expression, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """`quiet` ones print nothing where there is nothing; `written` is how it stands in the template."""

    name: str
    steps: tuple[Step, ...]
    quiet: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    target: Reference
    value: Expression


@dataclass(frozen=True, slots=True)
class Branch:
    """`#if`: each condition with its part, and what remains."""

    branches: tuple[tuple[Expression, Template], ...]
    otherwise: Template


@dataclass(frozen=True, slots=True)
class Repeat:
    name: str
    items: Expression
    body: Template


@dataclass(frozen=True, slots=True)
class Return:
    """`#return(value)`; `#stop` and `#break` are `Leave`."""

    value: Expression | None


@dataclass(frozen=True, slots=True)
class Leave:
    loop: bool


@dataclass(frozen=True, slots=True)
class Operation:
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Not:
    value: Expression


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Range:
    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class Mapped:
    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Text:
    """Between double quotes: references are filled in."""

    parts: Template


Part: TypeAlias = "str | Reference | Assignment | Branch | Repeat | Return | Leave"
Template: TypeAlias = "tuple[Part, ...]"
Expression: TypeAlias = "Constant | Text | Reference | Operation | Not | Listed | Range | Mapped"
