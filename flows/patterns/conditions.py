"""What a field of a pattern can ask of a value: one class per kind of match, all of the same shape.

`holds(value)` answers for one leaf of an event; `words()` says in a few words what is asked for. A field asks several things
and one is enough. Two conditions are about whether the field is there at all, `Exists` and `Absent`; that is judged where
the whole event is known (`matching.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from flows.patterns.addresses import Address, Block, address
from flows.patterns.folding import Folded
from flows.patterns.values import NUMBERS, Leaf, shown
from flows.patterns.wildcards import Wildcard

Number: TypeAlias = int | float
INFINITE = float("inf")


class Condition(Protocol):
    def holds(self, value: Leaf, /) -> bool: ...
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Equals:
    value: Leaf

    def holds(self, value: Leaf) -> bool:
        return value == self.value

    def words(self) -> str:
        return shown(self.value)


@dataclass(frozen=True, slots=True)
class EqualsAddress:
    """An address in whatever spelling."""

    text: str
    address: Address

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and (value == self.text or address(value) == self.address)

    def words(self) -> str:
        return f"the address {self.text}"


@dataclass(frozen=True, slots=True)
class EqualsIgnoringCase:
    folded: Folded

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and self.folded.equals(value)

    def words(self) -> str:
        return f"{shown(self.folded.text)} in upper or lower case"


@dataclass(frozen=True, slots=True)
class Prefix:
    text: str

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and value.startswith(self.text)

    def words(self) -> str:
        return f"a text that begins with {shown(self.text)}"


@dataclass(frozen=True, slots=True)
class PrefixIgnoringCase:
    folded: Folded

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and self.folded.begins(value)

    def words(self) -> str:
        return f"a text that begins with {shown(self.folded.text)} in upper or lower case"


@dataclass(frozen=True, slots=True)
class Suffix:
    text: str

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and value.endswith(self.text)

    def words(self) -> str:
        return f"a text that ends with {shown(self.text)}"


@dataclass(frozen=True, slots=True)
class SuffixIgnoringCase:
    folded: Folded

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and self.folded.ends(value)

    def words(self) -> str:
        return f"a text that ends with {shown(self.folded.text)} in upper or lower case"


@dataclass(frozen=True, slots=True)
class Matches:
    wildcard: Wildcard

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and self.wildcard.matches(value)

    def words(self) -> str:
        return f"a text like {shown(self.wildcard.text)}"


@dataclass(frozen=True, slots=True)
class Range:
    """From `bottom` to `top`; an end that is open is not in it."""

    bottom: Number = -INFINITE
    open_bottom: bool = False
    top: Number = INFINITE
    open_top: bool = False

    def holds(self, value: Leaf) -> bool:
        if not isinstance(value, NUMBERS):
            return False
        above = value > self.bottom if self.open_bottom else value >= self.bottom
        return above and (value < self.top if self.open_top else value <= self.top)

    def words(self) -> str:
        ends = []
        if self.bottom != -INFINITE:
            ends.append(f"{'more than' if self.open_bottom else 'at least'} {shown(self.bottom)}")
        if self.top != INFINITE:
            ends.append(f"{'less than' if self.open_top else 'at most'} {shown(self.top)}")
        return "a number of " + " and ".join(ends)


@dataclass(frozen=True, slots=True)
class InBlock:
    text: str
    block: Block

    def holds(self, value: Leaf) -> bool:
        found = address(value) if isinstance(value, str) else None
        return found is not None and self.block.holds(found)

    def words(self) -> str:
        return f"an address in {self.text}"


@dataclass(frozen=True, slots=True)
class AnythingBut:
    """Holds for what none of the others holds for, whatever its type; but the field must be there."""

    others: tuple[Condition, ...]

    def holds(self, value: Leaf) -> bool:
        return not any(other.holds(value) for other in self.others)

    def words(self) -> str:
        return f"anything but {listed([other.words() for other in self.others])}"


@dataclass(frozen=True, slots=True)
class AnythingButValues:
    """The same for plain values, however many there are."""

    values: frozenset[Leaf]
    given: tuple[Leaf, ...]

    def holds(self, value: Leaf) -> bool:
        return value not in self.values

    def words(self) -> str:
        return f"anything but {listed([shown(value) for value in self.given])}"


@dataclass(frozen=True, slots=True)
class Exists:
    def holds(self, value: Leaf) -> bool:  # noqa: ARG002 - any value will do
        return True

    def words(self) -> str:
        return "any value"


@dataclass(frozen=True, slots=True)
class Absent:
    """Holds where there is no value at all."""

    def holds(self, value: Leaf) -> bool:  # noqa: ARG002 - a value is a value
        return False

    def words(self) -> str:
        return "no such field"


LONGEST_LIST = 6


def listed(words: Sequence[str], last: str = "or") -> str:
    """As one says it: "a, b or c". A long list is cut."""
    shown_words = (
        [*words[: LONGEST_LIST - 1], f"{len(words) - LONGEST_LIST + 1} more"]
        if len(words) > LONGEST_LIST
        else list(words)
    )
    if len(shown_words) < 2:
        return "".join(shown_words)
    return f"{', '.join(shown_words[:-1])} {last} {shown_words[-1]}"
