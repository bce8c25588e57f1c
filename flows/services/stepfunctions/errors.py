"""What a Task state sees when a service refuses: the error's name and its cause, as the two client libraries word them.

* Optimised integrations stand on the first one: `SQS.QueueDoesNotExistException`, "… (Service: AmazonSQS; Status Code: 400;
  Error Code: …; Request ID: …; Proxy: null)". An error the library has no class for is its service's own: `SQS.AmazonSQSException`.
* aws-sdk integrations stand on the second: `Sqs.QueueDoesNotExistException`, "… (Service: Sqs, Status Code: 400, Request ID: …)";
  without a class `Sqs.SqsException`.

Sources: developer guide, "Handling errors"; recorded executions.
"""

from __future__ import annotations

import json
from typing import Any

from flows.asl.history import text
from flows.services.ports import Json, Refusal
from flows.services.stepfunctions.integrations import Integration
from flows.services.stepfunctions.quotas import QUOTAS

UNKNOWN_TO_CLIENTS = frozenset(
    {
        "ValidationException",
        "ValidationError",
        "SerializationException",
        "AccessDeniedException",
        "AccessDenied",
        "ThrottlingException",
        "UnrecognizedClientException",
        "MissingParameter",
        "InvalidParameterValue",
        "MissingRequiredParameterException",
        "ServiceUnavailable",
        "InternalFailure",
        "RequestTimeout",
    }
)
"""Codes that are every service's and no client's own class. (Lambda's and SNS's InvalidParameterValueException are theirs.)"""
TOO_LARGE = "The state/task '{}' returned a result with a size exceeding the maximum number of bytes service limit."
DATA_LIMIT = "States.DataLimitExceeded"


def of_refusal(row: Integration, refusal: Refusal, request_id: str) -> tuple[str, str]:
    """(error, cause) of a call that was refused."""
    code = refusal.query_code or refusal.code
    if row.sdk:
        extended = f", Extended Request ID: {request_id}" if row.operation.startswith("s3:") else ""
        where = f"(Service: {row.service}, Status Code: {refusal.status}, Request ID: {request_id}{extended})"
        own = row.client
    else:
        where = (
            f"(Service: {row.service}; Status Code: {refusal.status}; Error Code: {code}; "
            f"Request ID: {request_id}; Proxy: null)"
        )
        own = row.service.removesuffix("v2")
    name = f"{own}Exception" if refusal.code in UNKNOWN_TO_CLIENTS else exception_name(refusal.code)
    return f"{row.client}.{name}", f"{refusal.message} {where}"


def exception_name(code: str) -> str:
    """The class a client library makes of an error's code."""
    bare = code.rpartition(".")[2]
    for ending in ("Exception", "Error", "Fault"):
        bare = bare.removesuffix(ending)
    return f"{bare}Exception"


def of_function(payload: str) -> tuple[str, str]:
    """(error, cause) of a function that failed: its own error's name, and all it answered."""
    try:
        said: Any = json.loads(payload)
    except ValueError:
        said = None
    error = said.get("errorType") if isinstance(said, dict) else None
    return (error if isinstance(error, str) and error else "Lambda.Unknown"), payload


def of_entries(output: Json) -> tuple[str, str] | None:
    """(error, cause) of PutEvents where entries failed; None if all were taken in."""
    if not output.get("FailedEntryCount"):
        return None
    return "EventBridge.FailedEntry", json.dumps(output, separators=(",", ":"), ensure_ascii=False)


def too_large(value: Any) -> bool:
    """Whether a result is more than a state may hand on."""
    return len(text(value).encode()) > QUOTAS.payload_bytes
