"""Comparing texts without regard to case, as event-ruler does: character by character of the pattern.

Where the pattern has a character, the value may have its lower or its upper form, and nothing else. So the Kelvin sign is not
a `k`, `ß` may stand as `SS`, and a text that is folded as a whole would be another thing. A pattern in ASCII, which nearly all
are, meets only ASCII.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Folded:
    """A text whose case does not matter."""

    text: str
    low: str = field(init=False)
    forms: tuple[tuple[str, ...], ...] = field(init=False)
    """The forms of each character; empty if all of them are ASCII."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", self.text.lower())
        forms = () if self.text.isascii() else tuple(_forms(char) for char in self.text)
        object.__setattr__(self, "forms", forms)

    def equals(self, value: str) -> bool:
        if not self.forms:
            return len(value) == len(self.text) and value.isascii() and value.lower() == self.low
        return len(value) in _ends(value, self.forms)

    def begins(self, value: str) -> bool:
        if not self.forms:
            head = value[: len(self.text)]
            return head.isascii() and head.lower() == self.low
        return bool(_ends(value, self.forms))

    def ends(self, value: str) -> bool:
        if not self.forms:
            tail = value[max(0, len(value) - len(self.text)) :]
            return tail.isascii() and tail.lower() == self.low
        backwards = tuple(tuple(form[::-1] for form in forms) for forms in reversed(self.forms))
        return bool(_ends(value[::-1], backwards))


def _forms(char: str) -> tuple[str, ...]:
    """One form of a character that has no case (or whose two halves are one character beyond the 16 bits of Java)."""
    return tuple(dict.fromkeys((char.lower(), char.upper()))) if char <= "\uffff" else (char,)


def _ends(value: str, forms: Sequence[tuple[str, ...]]) -> set[int]:
    """Where in the value the pattern can end, if it begins at its beginning."""
    places = {0}
    for alternatives in forms:
        places = {place + len(form) for place in places for form in alternatives if value.startswith(form, place)}
        if not places:
            break
    return places
