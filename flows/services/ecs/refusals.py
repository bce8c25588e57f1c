"""ECS's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def no_such_cluster() -> Refusal:
    return Refusal("ClusterNotFoundException", "Cluster not found.")


def no_such_service() -> Refusal:
    return Refusal("ServiceNotFoundException", "Service not found.")


def service_not_active() -> Refusal:
    return Refusal("ServiceNotActiveException", "Service was not ACTIVE.")


def no_such_definition() -> Refusal:
    return Refusal("ClientException", "TaskDefinition not found.")


def cannot_describe(name: object) -> Refusal:
    return Refusal("ClientException", f"Unable to describe task definition: {name}.")


def no_such_task() -> Refusal:
    return Refusal("InvalidParameterException", "The referenced task was not found.")


def overrides_too_long(most: int) -> Refusal:
    return Refusal("InvalidParameterException", f"Container Overrides length must be at most {most}")


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterException", message)


def empty(name: str) -> Refusal:
    return Refusal("InvalidParameterException", f"{name} cannot be empty.")
