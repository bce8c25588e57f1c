"""S3's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def no_such_bucket() -> Refusal:
    return Refusal("NoSuchBucket", "The specified bucket does not exist", 404)


def no_such_key() -> Refusal:
    return Refusal("NoSuchKey", "The specified key does not exist.", 404)


def no_such_version() -> Refusal:
    return Refusal("NoSuchVersion", "The specified version does not exist.", 404)


def method_not_allowed() -> Refusal:
    return Refusal("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)


def no_such_upload() -> Refusal:
    message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
    return Refusal("NoSuchUpload", message, 404)


def invalid_part() -> Refusal:
    message = (
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified "
        "entity tag may not match the part's entity tag."
    )
    return Refusal("InvalidPart", message)


def invalid_part_order() -> Refusal:
    message = "The list of parts was not in ascending order. Parts must be ordered by part number."
    return Refusal("InvalidPartOrder", message)


def malformed() -> Refusal:
    message = "The XML you provided was not well-formed or did not validate against our published schema"
    return Refusal("MalformedXML", message)


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
