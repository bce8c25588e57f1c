"""DynamoDB's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal

THROUGHPUT = "ProvisionedThroughputExceededException"
INVALID = "One or more parameter values were invalid: "


def validation(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def invalid(message: str) -> Refusal:
    return validation(INVALID + message)


def not_found() -> Refusal:
    return Refusal("ResourceNotFoundException", "Requested resource not found")


def no_such_table(name: object) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")


def table_exists(name: str) -> Refusal:
    return Refusal("ResourceInUseException", f"Table already exists: {name}")


def in_use(message: str) -> Refusal:
    return Refusal("ResourceInUseException", message)


def condition_failed() -> Refusal:
    return Refusal("ConditionalCheckFailedException", "The conditional request failed")


def throttled() -> Refusal:
    return Refusal(
        THROUGHPUT,
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning "
        "level with the UpdateTable API.",
    )


def cancelled(reasons: list[str]) -> Refusal:
    return Refusal(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(reasons)}]",
    )


def wrong_key() -> Refusal:
    return validation("The provided key element does not match the schema")
