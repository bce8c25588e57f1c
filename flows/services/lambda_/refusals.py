"""Lambda's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", message)


def no_such_function(name: object) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Function not found: {name}", 404)


def no_such_mapping() -> Refusal:
    return Refusal("ResourceNotFoundException", "The resource you requested does not exist.", 404)


def too_many_requests(reason: str) -> Refusal:
    return Refusal("TooManyRequestsException", f"Rate Exceeded. ({reason})", 429)


def not_simulated(reason: str) -> Refusal:
    """Not AWS's: the playground says that it cannot do this yet."""
    return Refusal("PlaygroundNotSimulated", reason, 501)


def not_json() -> Refusal:
    return Refusal("InvalidRequestContentException", "Could not parse request body into json.")
