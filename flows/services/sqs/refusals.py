"""SQS's errors by name, with the codes and messages AWS was recorded to answer. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal

INVALID, INVALID_QUERY = "InvalidParameterValue", "InvalidParameterValueException"
PREFIX = "AWS.SimpleQueueService."


def invalid(message: str) -> Refusal:
    return Refusal(INVALID, message, query_code=INVALID_QUERY)


def out_of_range(value: object, parameter: str, reason: str) -> Refusal:
    return invalid(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def missing(parameter: str) -> Refusal:
    return Refusal(
        "MissingParameter",
        f"The request must contain the parameter {parameter}.",
        query_code="MissingRequiredParameterException",
    )


def missing_in_batch(parameter: str) -> Refusal:
    """What an entry of a batch lacks is an invalid value of the batch."""
    return invalid(f"The request must contain the parameter {parameter}.")


def no_such_queue() -> Refusal:
    return Refusal(f"{PREFIX}NonExistentQueue", "The specified queue does not exist.", query_code="QueueDoesNotExist")


def no_such_resource(parameter: str) -> Refusal:
    return Refusal(
        "ResourceNotFoundException",
        f"The resource that you specified for the {parameter} parameter doesn't exist.",
        404,
    )


def no_such_task() -> Refusal:
    return Refusal("ResourceNotFoundException", "Task does not exist.", 404)


def not_simulated(reason: str) -> Refusal:
    """Not AWS's: the playground says that it cannot do this yet."""
    return Refusal("PlaygroundNotSimulated", reason, 501, query_code="UnsupportedOperation")


def invalid_content() -> Refusal:
    allowed = "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
    return Refusal("InvalidMessageContents", f"Invalid characters found. Valid unicode characters are {allowed}")


def too_long(maximum: int) -> Refusal:
    return invalid(f"One or more parameters are invalid. Reason: Message must be shorter than {maximum} bytes.")


def too_long_in_batch(maximum: int) -> Refusal:
    return invalid(f"One or more parameters cannot be validated. Reason: Message must be shorter than {maximum} bytes.")


def batch_too_long(maximum: int, size: int) -> Refusal:
    return Refusal(
        f"{PREFIX}BatchRequestTooLong",
        f"Batch requests cannot be longer than {maximum} bytes. You have sent {size} bytes.",
        query_code="BatchRequestTooLong",
    )


def empty_batch(entry: str) -> Refusal:
    return Refusal(
        f"{PREFIX}EmptyBatchRequest",
        f"There should be at least one {entry} in the request.",
        query_code="EmptyBatchRequest",
    )


def too_many_entries(maximum: int, given: int) -> Refusal:
    return Refusal(
        f"{PREFIX}TooManyEntriesInBatchRequest",
        f"Maximum number of entries per request are {maximum}. You have sent {given}.",
        query_code="TooManyEntriesInBatchRequest",
    )


def invalid_entry_id() -> Refusal:
    return Refusal(
        f"{PREFIX}InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
        query_code="InvalidBatchEntryId",
    )


def repeated_entry_id(entry_id: str) -> Refusal:
    return Refusal(
        f"{PREFIX}BatchEntryIdsNotDistinct", f"Id {entry_id} repeated.", query_code="BatchEntryIdsNotDistinct"
    )


def invalid_receipt(receipt: str) -> Refusal:
    return Refusal(
        "ReceiptHandleIsInvalid", f'The input receipt handle "{receipt}" is not a valid receipt handle.', 404
    )


def not_in_flight(receipt: str) -> Refusal:
    return invalid(
        f"Value {receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."
    )


def over_limit(maximum: int) -> Refusal:
    return Refusal("OverLimit", f"Too many messages in flight: a queue may have {maximum}.", 403)


def purge_in_progress(queue: str) -> Refusal:
    return Refusal(
        f"{PREFIX}PurgeQueueInProgress",
        f"Only one PurgeQueue operation on {queue} is allowed every 60 seconds.",
        403,
        "PurgeQueueInProgress",
    )


def unknown_attribute(name: str) -> Refusal:
    return Refusal("InvalidAttributeName", f"Unknown Attribute {name}.")


def invalid_attribute(name: str, reason: str = "") -> Refusal:
    message = f"Invalid value for the parameter {name}."
    return Refusal("InvalidAttributeValue", f"{message} Reason: {reason}" if reason else message)


def only_of_fifo(name: str) -> Refusal:
    """An attribute of FIFO queues, asked of a standard queue."""
    if name == "ContentBasedDeduplication":
        return unknown_attribute(name)
    return Refusal("InvalidAttributeName", f"You can specify the {name} only when FifoQueue is set to true.")


def two_encryptions() -> Refusal:
    return Refusal(
        "InvalidAttributeName",
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    )


def name_exists(attribute: str) -> Refusal:
    return Refusal(
        "QueueAlreadyExists",
        f"A queue already exists with the same name and a different value for attribute {attribute}",
        query_code="QueueNameExists",
    )


def deleted_recently() -> Refusal:
    return Refusal(
        f"{PREFIX}QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
        query_code="QueueDeletedRecently",
    )


def bad_name() -> Refusal:
    return invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")


def bad_fifo_name() -> Refusal:
    return invalid(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length"
    )


def too_many_tags(maximum: int) -> Refusal:
    return invalid(f"Too many tags added for queue. Maximum allowed: {maximum}.")


def too_many_statements(message: str) -> Refusal:
    return Refusal("OverLimit", message, 403)


def over_actions(given: int, maximum: int) -> Refusal:
    return Refusal("OverLimit", f"{given} Actions were found, maximum allowed is {maximum}.", 403)


def throttled() -> Refusal:
    return Refusal("RequestThrottled", "Request is throttled. Rate exceeded.", 403)


def no_deduplication_id() -> Refusal:
    return invalid(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )


def wrong_queue_type(value: object, parameter: str) -> Refusal:
    """A parameter of FIFO queues, given to a standard queue."""
    return out_of_range(value, parameter, "The request includes a parameter that is not valid for this queue type.")


def no_delay_here(value: object) -> Refusal:
    """A message's own delay, given to a FIFO queue."""
    return out_of_range(value, "DelaySeconds", "The request include parameter that is not valid for this queue type.")


def expired_receipt(receipt: str) -> Refusal:
    return out_of_range(receipt, "ReceiptHandle", "The receipt handle has expired.")


def beyond_the_limit(seconds: int, maximum: int) -> Refusal:
    return out_of_range(
        seconds,
        "VisibilityTimeout",
        f"Total VisibilityTimeout for the message is beyond the limit [{maximum} seconds]",
    )
