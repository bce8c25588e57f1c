"""Why an execution cannot do what was asked, for a person to read: what is so, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.utils import InterfaceError, OperationalError


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    message: str
    hint: str


OTHER_ENGINE = Refusal(
    code="OtherEngine",
    message="This execution was simulated by another version of the engine. It can be read, not continued.",
    hint="Fork it: the fork simulates the same commands with the engine of today.",
)


def already_failed(sentence: str) -> Refusal:
    return Refusal(
        code="ExecutionFailed",
        message=f"This execution cannot go on. {sentence}",
        hint="What it recorded is kept. Fork it at an earlier instant.",
    )


# ── what the house leans on is away ───────────────────────────────────────────────────────────────────────────────────

DATABASE_AWAY = Refusal(
    code="DatabaseAway",
    message="The database does not answer.",
    hint="What was recorded is safe. Redrive tries again by itself, and goes on when it is back.",
)
BROKER_AWAY = Refusal(
    code="BrokerAway",
    message="The broker does not answer, so no worker hears of what is asked.",
    hint="Nothing is lost: it is written down, and goes on when the broker is back.",
)
NO_SPACE = Refusal(
    code="NoSpace",
    message="There is hardly any space left on the disk, so runs have been stopped.",
    hint="What was recorded is whole. Make room, or delete executions: runs go on by themselves.",
)


def why_away(error: BaseException | None) -> Refusal | None:
    """What an error of the database means; None: it is not that it is away, but that we made a mistake."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    said = f"{error} {getattr(error.__cause__, 'sqlstate', '')}".lower()
    if any(mistake in said for mistake in MISTAKES):
        return None
    return NO_SPACE if any(full in said for full in FULL) else DATABASE_AWAY


FULL = ("database or disk is full", "no space left", "disk quota exceeded", "53100")
"""SQLite's words, PostgreSQL's words and its code."""
MISTAKES = ("no such column", "no such function", "syntax error", "too many sql variables", 'near "')
"""SQLite says them under the same name."""
