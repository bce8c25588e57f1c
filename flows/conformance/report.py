"""Verdicts, and how they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing compared. `detail` says what differs; `excluded` why it was not run (then `passed` means nothing);
    `group` names what it belongs to within its file, for tallies of their own ("core", "events"); `aws` that AWS itself was recorded.
    """

    id: str
    source: str
    passed: bool
    detail: str = ""
    excluded: str = ""
    group: str = ""
    aws: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a number of verdicts passed, and why others were not run."""

    name: str
    passed: int
    counted: int
    excluded: Counter[str]

    def __str__(self) -> str:
        left_out = ""
        if self.excluded:
            reasons = ", ".join(f"{reason}: {count}" for reason, count in self.excluded.most_common())
            left_out = f"  ({self.excluded.total()} excluded: {reasons})"
        return f"passed {self.passed} of {self.counted}  {self.name}{left_out}"


def tally(name: str, verdicts: Iterable[Verdict]) -> Tally:
    passed, counted, excluded = 0, 0, Counter[str]()
    for verdict in verdicts:
        if verdict.excluded:
            excluded[verdict.excluded] += 1
        else:
            counted += 1
            passed += verdict.passed
    return Tally(name, passed, counted, excluded)


def tallies(file: str, verdicts: list[Verdict]) -> list[Tally]:
    """A file's closing lines: per group where there are groups, per source, and what AWS itself answered; the whole comes last."""
    groups = dict.fromkeys(each.group for each in verdicts if each.group)
    sources = dict.fromkeys(each.source for each in verdicts)
    return [
        *(tally(f"{file} · {group}", (each for each in verdicts if each.group == group)) for group in groups),
        *(tally(f"{file} · from {source}", (each for each in verdicts if each.source == source)) for source in sources),
        tally(f"{file} · recorded from AWS", (each for each in verdicts if each.aws)),
        tally(file, verdicts),
    ]
