"""The kinds of record a simulation may write, as a table.

Each service declares its kinds in its `records.py`; a record itself is only numbers (`trace.py`). Everything anyone wants to
know about a record is looked up here: which fields its detail holds, the sentence that says what happened, how the ledger
counts it, how it moves on the canvas. The browser gets the same table as JSON (`as_json`) and folds with it as we do.

The ledger. A message's copy, an invocation, is at one place (a node) in one state at a time. `to` is the state the record's
subject is in afterwards at the record's node: PRESENT states count as being there, FINISHED states end the subject; "" leaves
everything as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

PRESENT = ("visible", "in_flight", "delayed", "pending", "executing")
FINISHED = ("delivered", "deleted", "purged", "expired", "filtered", "discarded", "moved", "failed")
OUTCOMES = ("neutral", "delivered", "retry", "lost")
MOTIONS = ("", "forward", "backward")
RECORD_WORDS = ("subject", "node", "request", "attempt", "at")
"""What a sentence may name beside the kind's own fields: facts every record has."""


class FieldType(StrEnum):
    """How the integer or string in a detail is to be read and printed."""

    INTEGER = "integer"
    INSTANT = "instant"
    """µs after the record's own instant, so that equal waits are equal details; -1 = never."""
    LENGTH = "length"
    """µs."""
    SUBJECT = "subject"
    STRING = "string"
    BODY = "body"
    """A body's number; 0 = none."""
    LINK = "link"
    """A link's index in the topology; -1 = none."""
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Field:
    """One place in a kind's detail tuple."""

    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can happen, named by a past participle."""

    number: int
    service: str
    name: str
    fields: tuple[Field, ...] = ()
    sentence: str = ""
    to: str = ""
    outcome: str = "neutral"
    motion: str = ""
    rate: bool = False

    def __post_init__(self) -> None:
        names = {field.name for field in self.fields}
        unknown = [
            word for word in re.findall(r"{(\w+)}", self.sentence) if word not in names and word not in RECORD_WORDS
        ]
        if unknown:
            raise ValueError(f"{self.name}: the sentence names {unknown}, which the record does not have")
        for value, allowed in (
            (self.to, ("", *PRESENT, *FINISHED)),
            (self.outcome, OUTCOMES),
            (self.motion, MOTIONS),
        ):
            if value not in allowed:
                raise ValueError(f"{self.name}: {value!r} is none of {allowed}")
        if self.motion and "link" not in names:
            raise ValueError(f"{self.name}: moves, but has no field `link`")

    def as_json(self) -> dict[str, object]:
        """As the browser reads it."""
        return {
            "number": self.number,
            "service": self.service,
            "name": self.name,
            "fields": [[field.name, field.type.value] for field in self.fields],
            "sentence": self.sentence,
            "to": self.to,
            "outcome": self.outcome,
            "motion": self.motion,
            "rate": self.rate,
        }


class KindTable:
    """All kinds of a simulation, by number and by name; each of both is given once."""

    definition_key = "kinds"

    def __init__(self, kinds: Iterable[Kind] = ()) -> None:
        self.by_number: dict[int, Kind] = {}
        self.by_name: dict[str, Kind] = {}
        self.register(kinds)

    def register(self, kinds: Iterable[Kind]) -> None:
        """Add kinds; a number or a name given twice is our bug."""
        for kind in kinds:
            if kind.number in self.by_number or kind.name in self.by_name:
                raise ValueError(f"kind {kind.number} {kind.name} is taken")
            self.by_number[kind.number] = kind
            self.by_name[kind.name] = kind

    def __iter__(self) -> Iterator[Kind]:
        return iter(sorted(self.by_number.values(), key=lambda kind: kind.number))

    def __len__(self) -> int:
        return len(self.by_number)

    def as_json(self) -> list[dict[str, object]]:
        """The table for the browser, in the order of the numbers."""
        return [kind.as_json() for kind in self]
