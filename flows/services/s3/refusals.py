"""S3's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def no_such_bucket() -> Refusal:
    return Refusal("NoSuchBucket", "The specified bucket does not exist", 404)


def no_such_key() -> Refusal:
    return Refusal("NoSuchKey", "The specified key does not exist.", 404)


def key_too_long() -> Refusal:
    return Refusal("KeyTooLongError", "Your key is too long")


def invalid_name(name: str) -> Refusal:
    return Refusal("InvalidBucketName", f"The specified bucket is not valid: {name}")


def not_empty() -> Refusal:
    return Refusal("BucketNotEmpty", "The bucket you tried to delete is not empty", 409)


def invalid(message: str) -> Refusal:
    return Refusal("InvalidArgument", message)


def not_simulated(reason: str) -> Refusal:
    """Not AWS's: the playground says that it cannot do this yet."""
    return Refusal("PlaygroundNotSimulated", reason, 501)
