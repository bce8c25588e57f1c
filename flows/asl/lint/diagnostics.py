"""What the lint says: diagnostics with AWS's codes, and the places they point at.

Theory of operation. A `Place` is a way into the definition, kept as a chain of keys and written out only when something is said
about it: `/States/Pay/Catch[0]/Next`, as ValidateStateMachineDefinition writes locations. A hostile definition may be deep, and may
have names of half a megabyte; so no place is written before it is needed, long names are cut, and after `MOST` findings the rest is
only counted.

Codes are AWS's (API reference, ValidateStateMachineDefinitionDiagnostic), except those marked `ours`: they are never errors, or
refuse what AWS's API refuses before it looks at the definition. Messages are AWS's where its words are known (recorded cases,
deployment errors in public issues); the others are ours in the same manner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ERROR, WARNING = "ERROR", "WARNING"
MOST = 1_000
LONGEST = 120
"""Characters of a name that a place or a message repeats; a state's name has at most 80."""


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    severity: str
    sentence: str
    ours: bool = False


CODES: dict[str, Code] = {
    row.code: row
    for row in (
        Code("INVALID_JSON_DESCRIPTION", ERROR, "The text is not JSON; the location is its line and column."),
        Code("MISSING_DESCRIPTION", ERROR, "There is no definition: the text is empty."),
        Code(
            "SCHEMA_VALIDATION_FAILED", ERROR, "A field is missing, not supported here, or has a value it cannot have."
        ),
        Code("MISSING_TRANSITION_TARGET", ERROR, "A transition leads to no state, or no transition leads to a state."),
        Code("MISSING_END_STATE", ERROR, "No state of the workflow is terminal."),
        Code("DUPLICATE_STATE_NAME", ERROR, "A name is used twice; names are unique in the whole machine."),
        Code("INVALID_STATE_NAME", ERROR, "A state's name has 1 to 80 characters, none of them a control character."),
        Code("DUPLICATE_LABEL_NAME", ERROR, "Two Map states have the same label."),
        Code("INVALID_LABEL_NAME", ERROR, "A label has 1 to 40 characters that may stand in an ARN."),
        Code("INVALID_JSONATA_EXPRESSION", ERROR, "The expression between {% and %} is not JSONata."),
        Code(
            "UNSUPPORTED_JSONATA_EXPRESSION",
            ERROR,
            "The expression reads a name that is neither in $states nor a variable.",
        ),
        Code("TOO_DEEPLY_NESTED", ERROR, "States inside states, or values inside values, go too deep."),
        Code(
            "NO_DOLLAR",
            WARNING,
            "A value looks like a path, but its name does not end with .$ and it is taken as text.",
        ),
        Code("NO_PATH", WARNING, "A value looks like a path, but its field takes text; its twin ends with Path."),
        Code("PASS_RESULT_IS_STATIC", WARNING, "The Result of a Pass state is taken as it stands, paths in it too."),
        Code("DEFINITION_TOO_LARGE", ERROR, "A definition has at most 1 MB.", ours=True),
        Code("DUPLICATE_FIELD", WARNING, "A field is given twice; the last one counts.", ours=True),
        Code("UNREACHABLE_STATES", WARNING, "States lead to one another, but nothing leads to them.", ours=True),
        Code("UNKNOWN_ERROR_NAME", WARNING, "Names that begin with States. are AWS's, and this is none.", ours=True),
        Code("DISTRIBUTED_ONLY", WARNING, "The field has no effect unless the Map is distributed.", ours=True),
    )
}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """`location` is None where AWS gives none; `path` is the same way in, key by key, as far as there is one."""

    severity: str
    code: str
    message: str
    location: str | None = None
    path: tuple[str | int, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {'null' if self.location is None else self.location}"

    def as_json(self) -> dict[str, Any]:
        """As ValidateStateMachineDefinition answers it."""
        return {"severity": self.severity, "code": self.code, "message": self.message, "location": self.location}


class Place:
    """Where something stands: a key of an object or an index of a list, and what holds it."""

    __slots__ = ("key", "parent")

    def __init__(self, parent: Place | None = None, key: str | int = "") -> None:
        self.parent, self.key = parent, key

    def __truediv__(self, key: str | int) -> Place:
        return Place(self, key)

    @property
    def path(self) -> tuple[str | int, ...]:
        keys: list[str | int] = []
        at: Place | None = self
        while at is not None and at.parent is not None:
            keys.append(at.key)
            at = at.parent
        return tuple(reversed(keys))

    def __str__(self) -> str:
        return "".join(f"[{key}]" if isinstance(key, int) else f"/{cut(key)}" for key in self.path) or "/"


ROOT = Place()


@dataclass(slots=True)
class Findings:
    """Everything said so far."""

    told: list[Diagnostic] = field(default_factory=list)
    more: int = 0
    expressions: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Each JSONata expression looked at, and what is wrong with it: codes and messages."""

    def say(self, code: str, message: str, place: Place | None) -> None:
        if len(self.told) < MOST:
            location, path = (None, ()) if place is None else (str(place), place.path)
            self.told.append(Diagnostic(CODES[code].severity, code, message, location, path))
        else:
            self.more += 1

    def tell(self, code: str, message: str, location: str | None) -> None:
        self.told.append(Diagnostic(CODES[code].severity, code, message, location))

    def schema(self, message: str, place: Place) -> None:
        self.say("SCHEMA_VALIDATION_FAILED", message, place)


def cut(text: str) -> str:
    """A text as a message repeats it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def errors(found: list[Diagnostic]) -> list[Diagnostic]:
    """Those that keep a state machine from being made: the default of ValidateStateMachineDefinition's `severity`."""
    return [each for each in found if each.severity == ERROR]


def refusal_text(found: list[Diagnostic]) -> str:
    """What CreateStateMachine and UpdateStateMachine say with InvalidDefinition; "" if nothing is wrong."""
    wrong = errors(found)
    return f"Invalid State Machine Definition: '{', '.join(map(str, wrong))}'" if wrong else ""
