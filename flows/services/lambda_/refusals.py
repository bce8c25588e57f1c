"""Lambda's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", message)


def validation(value: str, constraint: str) -> Refusal:
    """What the shape of a request forbids; `value` says which and where ("Value '7' at 'name'")."""
    return Refusal(
        "ValidationException", f"1 validation error detected: {value} failed to satisfy constraint: {constraint}"
    )


def not_found(message: str) -> Refusal:
    return Refusal("ResourceNotFoundException", message, 404)


def no_such_function(name: object) -> Refusal:
    return not_found(f"Function not found: {name}")


def no_such_mapping() -> Refusal:
    return not_found("The resource you requested does not exist.")


def conflict(message: str) -> Refusal:
    return Refusal("ResourceConflictException", message, 409)


def too_many_requests(reason: str) -> Refusal:
    return Refusal("TooManyRequestsException", f"Rate Exceeded. ({reason})", 429)


def not_simulated(reason: str) -> Refusal:
    """Not AWS's: the playground says that it cannot do this yet."""
    return Refusal("PlaygroundNotSimulated", reason, 501)


def not_json() -> Refusal:
    return Refusal("InvalidRequestContentException", "Could not parse request body into json.")
