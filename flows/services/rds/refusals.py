"""Errors of RDS and the Data API by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal
from flows.services.rds.config import MYSQL


def no_such_cluster(name: object) -> Refusal:
    return Refusal("DBClusterNotFoundFault", f"DBCluster {name} not found.", 404)


def no_such_instance(name: object) -> Refusal:
    return Refusal("DBInstanceNotFound", f"DBInstance {name} not found.", 404)


def database_not_found(arn: object) -> Refusal:
    return Refusal("DatabaseNotFoundException", f"DB cluster {arn} is not found.", 404)


def not_enabled(arn: str) -> Refusal:
    return Refusal(
        "HttpEndpointNotEnabledException", f"The HTTP endpoint for using RDS Data API isn't enabled for {arn}."
    )


def resuming(name: str) -> Refusal:
    said = (
        f"The Aurora DB instance {name} is resuming after being auto-paused. Please wait a few seconds and try again."
    )
    return Refusal("DatabaseResumingException", said)


def stopped(name: str) -> Refusal:
    return Refusal("DatabaseUnavailableException", f"The DB cluster {name} is stopped.", 504)


def statement_timeout() -> Refusal:
    return Refusal("StatementTimeoutException", "Request timed out")


def no_transaction(name: object) -> Refusal:
    return Refusal("TransactionNotFoundException", f"Transaction {name} is not found", 404)


def bad_request(message: str) -> Refusal:
    return Refusal("BadRequestException", message)


def no_connection(engine: str) -> Refusal:
    """What the engine says when all its connections are taken; the Data API hands it on."""
    if engine == MYSQL:
        return Refusal("DatabaseErrorException", "Too many connections; Error code: 1040; SQLState: 08004")
    said = "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute; SQLState: 53300"
    return Refusal("DatabaseErrorException", said)


def failed(error_type: str, message: str) -> Refusal:
    return Refusal("DatabaseErrorException", f"ERROR: {message}; SQLState: {error_type}")


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValue", message)


def wrong_state(name: str, status: str) -> Refusal:
    return Refusal("InvalidDBClusterStateFault", f"DbCluster {name} is in {status} state.")
