"""Which rules of a bus match an event, and for one that none matches: which came nearest, and why not.

Patterns are definitions: what is kept (and put in a box) is their text by the number of their rule; the index over the compiled ones is
built when an event first needs it, and again after a rule changed. Looking for the nearest of a thousand rules would cost more than
matching, so at most `CANDIDATES` are asked: those that came nearest to an event of that source and detail type alone. That is a pure
function of the two and the rules, so it may be remembered.
"""

from __future__ import annotations

from flows.patterns import Pattern, PatternIndex, compile_event_pattern
from flows.services.ports import Json

CANDIDATES = 8
REMEMBERED = 512


class Matching:
    def __init__(self) -> None:
        self.patterns: dict[int, str] = {}
        self._built: Built | None = None

    def __getstate__(self) -> dict[int, str]:
        return self.patterns

    def __setstate__(self, patterns: dict[int, str]) -> None:
        self.patterns, self._built = patterns, None

    def put(self, number: int, pattern: str) -> None:
        """The rule of that number has this pattern from now on; "" is none: nothing matches it."""
        if pattern:
            self.patterns[number] = pattern
        else:
            self.patterns.pop(number, None)
        self._built = None

    def matching(self, event: Json) -> list[int]:
        """The numbers of the rules that match, ascending."""
        return self._compiled().index.matching(event) if self.patterns else []

    def nearest(self, event: Json) -> tuple[int, str, str]:
        """(rule's number, path, sentence) of the rule that came nearest; number 0 where there are no rules."""
        if not self.patterns:
            return 0, "", "there are no rules with a pattern"
        built = self._compiled()
        found: tuple[tuple[int, int], int, str, str] | None = None
        for number in built.candidates(str(event.get("source")), str(event.get("detail-type"))):
            mismatch = built.patterns[number].explain(event)
            if mismatch is not None and (found is None or mismatch.distance < found[0]):
                found = mismatch.distance, number, mismatch.path, mismatch.sentence
        return (0, "", "") if found is None else found[1:]

    def _compiled(self) -> Built:
        if self._built is None:
            self._built = Built(self.patterns)
        return self._built


class Built:
    """What is made of the patterns; it never enters a box."""

    def __init__(self, patterns: dict[int, str]) -> None:
        self.patterns: dict[int, Pattern] = {
            number: compile_event_pattern(text) for number, text in sorted(patterns.items())
        }
        self.index = PatternIndex()
        for number, pattern in self.patterns.items():
            self.index.add(number, pattern)
        self._known: dict[tuple[str, str], tuple[int, ...]] = {}

    def candidates(self, source: str, detail_type: str) -> tuple[int, ...]:
        if len(self.patterns) <= CANDIDATES:
            return tuple(self.patterns)
        key = (source, detail_type)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            skeleton = {"source": source, "detail-type": detail_type}
            apart = sorted((_distance(pattern, skeleton), number) for number, pattern in self.patterns.items())
            known = self._known[key] = tuple(number for _, number in apart[:CANDIDATES])
        return known


def _distance(pattern: Pattern, event: Json) -> tuple[int, int]:
    mismatch = pattern.explain(event)
    return (0, 0) if mismatch is None else mismatch.distance
