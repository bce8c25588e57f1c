"""What Firehose refuses (API reference: the errors of its operations)."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("InvalidArgumentException", message, 400)


def not_found(name: object, account: str) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Firehose {name} under account {account} not found.", 400)


def in_use(name: object, account: str) -> Refusal:
    return Refusal("ResourceInUseException", f"Firehose {name} under accountId {account} already exists", 400)


def not_direct(name: str) -> Refusal:
    return invalid(f"This operation is not permitted on KinesisStreamAsSource delivery stream type: {name}.")


TOO_LARGE = invalid("Record size exceeds 1000 KiB.")
BATCH_TOO_LARGE = invalid("Records size exceeds 4 MB limit")
OTHER_VERSION = Refusal(
    "ConcurrentModificationException",
    "The version that was given is not the current one: somebody has changed the delivery stream since.",
    400,
)
NOT_TEXT = Refusal("SerializationException", "This is no text that can be sent.", 400)
