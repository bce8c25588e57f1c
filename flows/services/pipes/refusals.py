"""What EventBridge Pipes refuses (API reference: the errors of its operations)."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message, 400)


def no_pipe(name: object) -> Refusal:
    return Refusal("NotFoundException", f"Pipe {name} does not exist.", 404)


def pipe_exists(name: object) -> Refusal:
    return Refusal("ConflictException", f"Pipe {name} already exists.", 409)


def busy(name: object, state: str) -> Refusal:
    return Refusal("ConflictException", f"Pipe {name} is in state {state} and cannot be changed.", 409)


INVALID_FILTER = invalid("Filter pattern is not valid.")
NOT_UTF8 = invalid("The request is not valid UTF-8.")
BAD_TOKEN = invalid("Invalid NextToken.")
SOURCE_STAYS = invalid("The source of a pipe cannot be changed.")
"""What a source or a target says that AWS finds out after CreatePipe: CurrentState CREATE_FAILED, StateReason."""
NO_SOURCE = "The source {arn} does not exist."
UNREADABLE_SOURCE = (
    "The source {arn} can not be read: it is neither a queue nor a stream, or its stream is switched off."
)
NOTHING_THERE = Refusal("ResourceNotFoundException", "The target does not exist.", 404)
