"""Why an execution cannot do what was asked, for a person to read: what is so, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass


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
