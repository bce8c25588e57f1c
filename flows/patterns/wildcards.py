r"""Texts with wildcards: `*` is any number of any characters, `\*` an asterisk, `\\` a backslash.

Theory of operation. A wildcard is the literal parts between its asterisks. The first part must begin the value, the last must
end it, and those between are looked for from left to right, each at its first place: that finds a match if there is one, without
ever going back, in time linear in the value and the number of parts.

AWS refuses a rule whose wildcards make its automaton too ambiguous ("Rule is too complex …"). Its library measures how many
states of the automaton one value can be in at once (`MachineComplexityEvaluator`); where the service draws the line is not said.
`complexity` counts the same thing, and `TOO_COMPLEX` lies between what AWS was seen to accept and to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

TOO_COMPLEX = 10
"""AWS was seen to accept 9 (three wildcards `*:stack/…/*` in one field) and to refuse 11 (`*:*:*:*:*:event-bus/*`)."""
MOST_VISITED = 8_192
"""So many sets of states are looked at; an automaton that has more is too complex."""


STAR = "any"
"""A cell that is an asterisk: longer than one character, so that no letter is it."""


class BadWildcard(ValueError):
    """AWS's sentence."""


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`text` as written, `parts` its literal parts: one more than it has asterisks."""

    text: str
    parts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _parts(self.text))

    def matches(self, value: str) -> bool:
        parts = self.parts
        if len(parts) == 1:
            return value == parts[0]
        first, last = parts[0], parts[-1]
        end = len(value) - len(last)
        if end < len(first) or not value.startswith(first) or not value.endswith(last):
            return False
        at = len(first)
        for part in parts[1:-1]:
            at = value.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True


def _parts(text: str) -> tuple[str, ...]:
    """Places are counted in bytes, the opening quote being the first, as AWS counts them."""
    parts: list[str] = []
    part: list[str] = []
    at, chars = 1, iter(text)
    before = ""
    for char in chars:
        if char == "*":
            if before == "*":
                raise BadWildcard(f"Consecutive wildcard characters at pos {at - 1}")
            parts.append("".join(part))
            part = []
        elif char == "\\":
            escaped = next(chars, "")
            if escaped not in ("*", "\\"):
                raise BadWildcard(f"Invalid escape character at pos {at}")
            part.append(escaped)
            at += 1
        else:
            part.append(char)
        before = char
        at += len(char.encode("utf-8", "replace"))
    return (*parts, "".join(part))


def complexity(wildcards: Iterable[Wildcard], enough: int = TOO_COMPLEX) -> int:
    """How many states of the automaton of a field's wildcards one value can be in at once, counted up to `enough`."""
    starred = [each for each in wildcards if len(each.parts) > 1]
    automata = [_Automaton(each) for each in starred]
    todo = [tuple(each.start for each in automata)]
    seen, most = set(todo), 0
    for states in todo:
        for letter in dict.fromkeys(
            (*(char for each, at in zip(automata, states, strict=True) for char in each.letters(at)), "")
        ):
            moves = [each.after(before, letter) for each, before in zip(automata, states, strict=True)]
            after = tuple(reached for reached, _ in moves)
            if after in seen:
                continue
            seen.add(after)
            todo.append(after)
            most = max(most, sum(weight for _, weight in moves))
            if most >= enough or len(seen) > MOST_VISITED:
                return enough
    return most


class _Automaton:
    """Places in a wildcard's text. At a `*` one may stay; who stands before it stands behind it too."""

    def __init__(self, wildcard: Wildcard) -> None:
        self._cells: list[str] = []
        for index, part in enumerate(wildcard.parts):
            self._cells += [STAR] * bool(index) + list(part)
        self.start = self._over({0})

    def letters(self, places: frozenset[int]) -> list[str]:
        """Which lead anywhere from here."""
        return [self._cells[place] for place in sorted(places) if place < len(self._cells)]

    def after(self, places: frozenset[int], letter: str) -> tuple[frozenset[int], int]:
        """Where one is after a letter ("": any that no wildcard has), and how many states of AWS's automaton that is: one for
        each place reached by the letter itself, one for each asterisk stood at.
        """
        cells = self._cells
        stayed = {place for place in places if place < len(cells) and cells[place] is STAR}
        stepped = {place + 1 for place in places if place < len(cells) and cells[place] == letter}
        reached = self._over(stayed | stepped)
        return reached, len(stepped) + sum(place < len(cells) and cells[place] is STAR for place in reached)

    def _over(self, places: set[int]) -> frozenset[int]:
        return frozenset(places | {place + 1 for place in places if self._cells[place : place + 1] == [STAR]})
