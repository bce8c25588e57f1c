"""What a Task state's result is, made of what the service answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from flows.engine.environment import wall_us
from flows.engine.identifiers import request_id as identifier
from flows.services.ports import Answer, Json
from flows.services.stepfunctions import errors
from flows.services.stepfunctions.describing import described
from flows.services.stepfunctions.http_metadata import with_metadata
from flows.services.stepfunctions.integrations import Integration, pascal

if TYPE_CHECKING:
    from flows.asl.ports import TaskRequest
    from flows.services.stepfunctions.run import Run
    from flows.services.world import World

MS_US = 1_000
SQS_HOST = "sqs"
FUNCTION_ARN_PARTS = 7
NO_SUCH_OPERATION = "UnknownOperationException"


def request_id(world: World, number: int) -> str:
    """The id of a request; the number is that of the record of its call."""
    return identifier(world.environment.seed, number)


def result(
    world: World, row: Integration, request: TaskRequest, answer: Answer, request_id: str
) -> tuple[Any, tuple[str, str] | None]:
    """What a task's call gave: a value, or (error, cause)."""
    if answer.refusal is not None:
        if answer.refusal.code == NO_SUCH_OPERATION:
            return None, errors.not_simulated(request)
        return None, errors.of_refusal(row, answer.refusal, request_id)
    output = answer.output or {}
    wrong = (
        errors.of_function(output["Payload"], written=request.family == "service")
        if "FunctionError" in output
        else errors.of_entries(output)
    )
    if wrong is not None:
        return None, wrong
    value = value_of(world, row, request, output, request_id)
    if errors.too_large(value):
        name = request.resource if request.family == "lambda" else request.service
        return None, (errors.DATA_LIMIT, errors.TOO_LARGE.format(name))
    return value, None


def unreachable(world: World, row: Integration, given: Json) -> tuple[str, str] | None:
    """(error, cause) of a queue's URL whose host nobody answers at: the client library never gets to SQS."""
    url = given.get("QueueUrl")
    if row.operation != "sqs:SendMessage" or not isinstance(url, str) or world.addressed(url) is not None:
        return None
    host = urlparse(url).hostname or ""
    if not host or SQS_HOST in host.split("."):
        return None
    client = "SQS.SdkClientException" if not row.sdk else "Sqs.SdkClientException"
    return client, f"Unable to execute HTTP request: {host}: Name or service not known"


def completed(row: Integration, given: Json) -> Json:
    """What the optimised integrations say although nobody told them: an empty input, a function's unpublished version."""
    if row.sdk:
        return given
    if row.operation == "states:StartExecution":
        return {"input": "{}", **given}
    if row.operation == "lambda:Invoke" and not _is_qualified(str(given.get("FunctionName"))):
        return {"Qualifier": "$LATEST", **given}
    return given


def _is_qualified(function: str) -> bool:
    """Whether a function's name or ARN ends with a version or an alias."""
    parts = function.split(":")
    return len(parts) > FUNCTION_ARN_PARTS or (len(parts) > 1 and parts[-2] != "function")


def value_of(world: World, row: Integration, request: TaskRequest, output: Json, request_id: str) -> Any:
    """The result of a call that succeeded."""
    payload = ""
    if row.operation == "lambda:Invoke":
        payload = str(output.get("Payload") or "")
        if request.family == "lambda" or row.sdk:
            return _json(payload) if request.family == "lambda" else output
        output = {**output, "Payload": _json(payload)}
    if row.operation.startswith("states:") and not row.sdk:
        output = _dates(output)
    said = pascal(output) if row.camel else output
    assert isinstance(said, dict)
    return with_metadata(world.environment, row.metadata, said, request_id, payload)


def of_child(child: Run, *, parsed: bool) -> Json:
    """How a nested execution went, as a .sync task answers it; `.sync:2` reads its JSON."""
    said = described(child, _ms)
    found: Json = {f"{name[:1].upper()}{name[1:]}": value for name, value in said.items()}
    for name in ("InputDetails", "OutputDetails"):
        if name in found:
            found[name] = {"Included": True}
    if parsed:
        for name in ("Input", "Output"):
            if name in found:
                found[name] = _json(found[name])
    return dict(sorted(found.items()))


def _ms(run: Run, at: int) -> Any:
    return run.machine.world.environment.wall_us(at) // MS_US


def _dates(output: Json) -> Json:
    """A date in an answer is seconds since 1970."""
    return {name: seconds_of(value) if name.endswith("Date") else value for name, value in output.items()}


def seconds_of(date: Any) -> Any:
    """`2026-01-01T00:00:01.250Z` as seconds since 1970."""
    return wall_us(date) / 1_000_000 if isinstance(date, str) else date


def _json(payload: Any) -> Any:
    """What a text says, if it is JSON."""
    if not isinstance(payload, str):
        return payload
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload
