"""SNS's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameter", f"Invalid parameter: {message}")


def because(name: str, reason: str) -> Refusal:
    return invalid(f"{name} Reason: {reason}")


def plainly(message: str) -> Refusal:
    """Some of its messages do not begin as the others do."""
    return Refusal("InvalidParameter", message)


def no_value(name: str) -> Refusal:
    return because(name, "no value for required parameter")


def too_few_elements(name: str, found: int) -> Refusal:
    return because(name, f"An ARN must have at least 6 elements, not {found}")


def missing(name: str) -> Refusal:
    """A required member that is no ARN: the front of the service says so, in its own words."""
    member = name[:1].lower() + name[1:]
    said = (
        f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    )
    return Refusal("ValidationError", said)


def no_group() -> Refusal:
    return invalid("The MessageGroupId parameter is required for FIFO topics")


def no_deduplication() -> Refusal:
    return invalid(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )


def wrong_attribute(message: str) -> Refusal:
    """About a message attribute."""
    return Refusal("ParameterValueInvalid", message)


def not_found(what: str) -> Refusal:
    return Refusal("NotFound", f"{what} does not exist", 404)


def no_such_topic() -> Refusal:
    return not_found("Topic")


def no_such_subscription() -> Refusal:
    return not_found("Subscription")


def no_such_resource() -> Refusal:
    """Tags name any resource."""
    return Refusal("ResourceNotFound", "Resource does not exist", 404)


def too_many_tags() -> Refusal:
    return Refusal("TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")


def endpoint_disabled() -> Refusal:
    return Refusal("EndpointDisabled", "Endpoint is disabled")


def empty_batch() -> Refusal:
    return Refusal("EmptyBatchRequest", "The batch request doesn't contain any entries.")


def too_many_entries() -> Refusal:
    return Refusal("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")


def repeated_entry_id() -> Refusal:
    return Refusal("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")


def entry_id(problem: str, id_: str) -> Refusal:
    return Refusal("InvalidBatchEntryId", f"The Id of a batch entry in the batch request {problem}: {id_}")


def batch_too_long() -> Refusal:
    return Refusal("BatchRequestTooLong", "The length of all the messages put together is more than the limit.")
