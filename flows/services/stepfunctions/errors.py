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
from flows.asl.ports import TaskRequest
from flows.services.ports import Json, Refusal
from flows.services.shapes import service_model
from flows.services.stepfunctions.integrations import Integration
from flows.services.stepfunctions.quotas import QUOTAS

TOO_LARGE = "The state/task '{}' returned a result with a size exceeding the maximum number of bytes service limit."
DATA_LIMIT = "States.DataLimitExceeded"


NOT_SIMULATED = "Playground.NotSimulated"


def of_refusal(row: Integration, refusal: Refusal, request_id: str) -> tuple[str, str]:
    """(error, cause) of a call that was refused."""
    code = refusal.code
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
    name = exception_name(row.operation.partition(":")[0], refusal) or f"{own}Exception"
    return f"{row.client}.{name}", f"{refusal.message} {where}"


def exception_name(service: str, refusal: Refusal) -> str:
    """The class a client library has for an error: named after its shape in the API's model; "" if it has none."""
    model = service_model(service)
    if model is None:
        return _class(refusal.code)
    known = (refusal.code, refusal.query_code)
    shape = next((shape for shape in model.error_shapes if shape.error_code in known or shape.name in known), None)
    return "" if shape is None else _class(shape.name)


def _class(name: str) -> str:
    for ending in ("Exception", "Error", "Fault"):
        name = name.removesuffix(ending)
    return f"{name}Exception"


def not_simulated(request: TaskRequest) -> tuple[str, str]:
    """(error, cause) of a task whose service is not there."""
    what = request.resource if request.family != "service" else f"{request.service}:{request.action}"
    said = (
        f"{what} is not simulated here. Give the state '{request.state}' a mocked answer or error to say how it ends."
    )
    return NOT_SIMULATED, said


def of_function(payload: str, *, written: bool) -> tuple[str, str]:
    """(error, cause) of a function that failed: its own error's name, and all it answered (lambda:invoke writes it anew)."""
    try:
        said: Any = json.loads(payload)
    except ValueError:
        return "Lambda.Unknown", payload
    error = said.get("errorType") if isinstance(said, dict) else None
    cause = text(said) if written else payload
    return (error if isinstance(error, str) and error else "Lambda.Unknown"), cause


def of_entries(output: Json) -> tuple[str, str] | None:
    """(error, cause) of PutEvents where entries failed; None if all were taken in."""
    if not output.get("FailedEntryCount"):
        return None
    return "EventBridge.FailedEntry", json.dumps(output, separators=(",", ":"), ensure_ascii=False)


def too_large(value: Any) -> bool:
    """Whether a result is more than a state may hand on."""
    return len(text(value).encode()) > QUOTAS.payload_bytes
