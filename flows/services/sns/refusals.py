"""SNS's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameter", f"Invalid parameter: {message}")


def no_such_topic() -> Refusal:
    return Refusal("NotFound", "Topic does not exist", 404)


def no_such_subscription() -> Refusal:
    return Refusal("NotFound", "Subscription does not exist", 404)


def no_such_endpoint() -> Refusal:
    """Not AWS's, which subscribes what it cannot see: here a link needs two ends."""
    return Refusal("NotFound", "Endpoint does not exist", 404)


def not_simulated(reason: str) -> Refusal:
    """Not AWS's: the playground says that it cannot do this yet."""
    return Refusal("PlaygroundNotSimulated", reason, 501)


def empty_batch() -> Refusal:
    return Refusal("EmptyBatchRequest", "The batch request doesn't contain any entries.")


def too_many_entries() -> Refusal:
    return Refusal("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")


def repeated_entry_id() -> Refusal:
    return Refusal("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")


def batch_too_long() -> Refusal:
    return Refusal("BatchRequestTooLong", "The length of all the messages put together is more than the limit.")
