"""Step Functions' errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def no_such_machine(arn: object) -> Refusal:
    return Refusal("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")


def machine_exists(arn: str) -> Refusal:
    return Refusal("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")


def no_such_execution(arn: object) -> Refusal:
    return Refusal("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def execution_exists(arn: str) -> Refusal:
    return Refusal("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")


def no_such_activity(arn: object) -> Refusal:
    return Refusal("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")


def invalid_arn(why: str) -> Refusal:
    return Refusal("InvalidArn", f"Invalid Arn: '{why}'")


def invalid_name(name: object) -> Refusal:
    return Refusal("InvalidName", f"Invalid Name: '{name}'")


def invalid_definition(why: str) -> Refusal:
    return Refusal("InvalidDefinition", f"Invalid State Machine Definition: '{why}'")


def invalid_input(why: str) -> Refusal:
    return Refusal("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{why}'")


def invalid_output(why: str) -> Refusal:
    return Refusal("InvalidOutput", f"Invalid Output: '{why}'")


def invalid_token(what: str = "Invalid token") -> Refusal:
    return Refusal("InvalidToken", f"Invalid Token: '{what}'")


def task_timed_out() -> Refusal:
    return Refusal("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")


def type_not_supported() -> Refusal:
    return Refusal("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")


def no_such_resource(arn: object = "") -> Refusal:
    message = f"Resource not found: '{arn}'" if arn else "Request references a resource that does not exist."
    return Refusal("ResourceNotFound", message)


def conflict(message: str) -> Refusal:
    return Refusal("ConflictException", message)


def over_quota(message: str) -> Refusal:
    return Refusal("ServiceQuotaExceededException", message)


def not_redrivable(reason: str) -> Refusal:
    return Refusal("ExecutionNotRedrivable", reason)


def missing(message: str) -> Refusal:
    return Refusal("MissingRequiredParameter", message)


def too_many_tags(count: int) -> Refusal:
    return Refusal("TooManyTags", f"Tag count exceeds limit: {count} tags given, at most 50 are kept.")


def not_simulated(reason: str) -> Refusal:
    """Not AWS's: the playground says that it cannot do this."""
    return Refusal("PlaygroundNotSimulated", reason, 501)
