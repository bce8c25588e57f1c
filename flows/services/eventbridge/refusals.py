"""EventBridge's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def parameter(name: str, reason: str = "") -> Refusal:
    return invalid(f"Parameter {name} is not valid.{f' Reason: {reason}' if reason else ''}")


def missing(message: str) -> Refusal:
    return Refusal("ResourceNotFoundException", message)


def taken(message: str) -> Refusal:
    return Refusal("ResourceAlreadyExistsException", message)


def too_many(message: str = "The requested resource exceeds the maximum number allowed.") -> Refusal:
    return Refusal("LimitExceededException", message)


def illegal_status(message: str) -> Refusal:
    return Refusal("IllegalStatusException", message)


def wrong_pattern(message: str) -> Refusal:
    return Refusal("InvalidEventPatternException", message)


def no_bus(name: str) -> Refusal:
    return missing(f"Event bus {name} does not exist.")


def bus_exists(name: str) -> Refusal:
    return taken(f"Event bus {name} already exists.")


def no_rule(name: str, bus: str) -> Refusal:
    return missing(f"Rule {name} does not exist on EventBus {bus}.")


def no_archive(name: str) -> Refusal:
    return missing(f"Archive {name} does not exist.")


def archive_exists(name: str) -> Refusal:
    return taken(f"Archive {name} already exists.")


def no_replay(name: str) -> Refusal:
    return missing(f"Replay {name} does not exist.")


def replay_exists(name: str) -> Refusal:
    return taken(f"Replay {name} already exists.")


def no_statement() -> Refusal:
    return missing("Statement with the provided id does not exist.")


def no_policy() -> Refusal:
    return missing("EventBus does not have a policy.")


def no_connection(name: str, doing: str) -> Refusal:
    return missing(f"Failed to {doing} the connection(s). Connection '{name}' does not exist.")


def connection_exists(name: str) -> Refusal:
    return taken(f"Connection {name} already exists.")


def no_destination(name: str, doing: str) -> Refusal:
    return missing(f"Failed to {doing} the api-destination(s). An api-destination '{name}' does not exist.")


def destination_exists(name: str) -> Refusal:
    return taken(f"An api-destination '{name}' already exists.")


def no_source(name: str) -> Refusal:
    return missing(f"Event source {name} does not exist.")


def source_exists(name: str) -> Refusal:
    return taken(f"Event source {name} already exists.")


def wrong_source_state(message: str) -> Refusal:
    return Refusal("InvalidStateException", message)
