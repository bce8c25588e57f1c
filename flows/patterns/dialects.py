"""One language, spoken a little differently by each service: what differs, as a table.

EventBridge and Lambda's mappings run the newest event-ruler. SNS runs an older one: fewer forms of `anything-but`, no wildcards, no
affixes without regard to case, and numbers cut to six decimals between minus and plus five billion (its documentation
promises five decimals and one billion). A mapping has one sentence for whatever is wrong with a filter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flows.patterns.values import Leaf, Numeral, leaf, number

FIVE_BILLION = 5_000_000_000
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """`said` is how AWS words a refusal; `leaf` and `number` read scalars of events and numerals of patterns."""

    name: str
    said: Callable[[str], str]
    leaf: Callable[[Any], Leaf] = leaf
    number: Callable[[str], Leaf] = number
    incomparable: str = "Cannot compare number : {}"
    all_operators: bool = True
    """Wildcards, affixes without regard to case, every form of `anything-but`."""
    nested: bool = True
    too_many: str = "Rule is too complex - it has more than 1000 combinations of $or"


def cut(value: Leaf) -> Leaf:
    """A number as SNS compares it (event-ruler's first `ComparableNumber`, doubles and all)."""
    if not isinstance(value, int | float):
        return value
    if not -FIVE_BILLION <= value <= FIVE_BILLION:
        return Numeral(str(value))
    short = int(float(MILLION) * (FIVE_BILLION + value)) - FIVE_BILLION * MILLION
    return short // MILLION if short % MILLION == 0 else short / MILLION


def _sns_leaf(value: Any) -> Leaf:
    return cut(leaf(value))


def _sns_number(text: str) -> Leaf:
    found = number(text)
    if isinstance(found, Numeral):
        found = float(text)
    return Numeral(text) if isinstance(kept := cut(found), Numeral) else kept


def _as_it_is(reason: str) -> str:
    return reason


EVENTS = Dialect("event", lambda reason: f"Event pattern is not valid. Reason: {reason}")
MAPPING = Dialect("mapping", lambda _reason: "Invalid filter pattern definition.")
SNS_ATTRIBUTES = Dialect(
    "sns-attributes",
    _as_it_is,
    _sns_leaf,
    _sns_number,
    incomparable="Value must be between -5.0E9 and 5.0E9, inclusive",
    all_operators=False,
    nested=False,
    too_many="Filter policy is too complex",
)
SNS_BODY = Dialect(
    "sns-body",
    _as_it_is,
    _sns_leaf,
    _sns_number,
    incomparable=SNS_ATTRIBUTES.incomparable,
    all_operators=False,
    too_many=SNS_ATTRIBUTES.too_many,
)
