"""What Lambda sends on when an asynchronous event is done with: the invocation record to a destination, the event itself to
the dead-letter queue. Both are written as AWS was recorded to write them (`shapes.json`); both may be configured, then both go.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id, request_id
from flows.services.dates import iso, iso_seconds
from flows.services.deliveries import deliver
from flows.services.effects import Outcome
from flows.services.faults import Struck
from flows.services.lambda_ import async_records as records
from flows.services.lambda_.versions import LATEST
from flows.services.ports import Answer, Delivery, Json
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function

SUCCESS = "Success"
MESSAGE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an event ended: after so many invocations, with what outcome (None if it never ran), and the HTTP code of that."""

    subject: int
    body: int
    condition: str
    attempts: int
    cause: int
    outcome: Outcome | None
    code: int = 200
    message: str = ""
    qualifier: str = LATEST
    """What the event was sent to."""
    version: str = LATEST
    """What ran last."""


def send_record(function: Function, target: int, kind: str, verdict: Verdict) -> bool:
    """The invocation record goes to a destination; whether it got there."""
    world = function.world
    node = world.topology.nodes[target]
    record = invocation_record(function, verdict)
    if node.kind == "bus":
        record = _as_event(function, node.arn, record)
    if node.kind == "bucket":
        return _put(function, node, kind, verdict, _text(record))
    body = world.environment.bodies.number(_text(record))
    return _send(function, target, kind, verdict, body, {})


def send_dead_letter(function: Function, target: int, verdict: Verdict) -> bool:
    """The event goes to the dead-letter queue or topic, as it was, with the reason in attributes; whether it got there."""
    message = verdict.message.encode()[:MESSAGE_BYTES].decode(errors="ignore") or verdict.condition
    attributes: Json = {
        "ErrorCode": {"DataType": "Number", "StringValue": str(verdict.code)},
        "ErrorMessage": {"DataType": "String", "StringValue": message},
        "RequestID": {"DataType": "String", "StringValue": _request_id(function, verdict)},
    }
    return _send(function, target, "async-dlq", verdict, verdict.body, attributes)


def invocation_record(function: Function, verdict: Verdict) -> Json:
    """Version 1.0 of the record. An event that never ran has no response."""
    environment = function.environment
    record: Json = {
        "version": "1.0",
        "timestamp": iso(environment),
        "requestContext": {
            "requestId": _request_id(function, verdict),
            "functionArn": f"{function.arn}:{verdict.qualifier}",
            "condition": verdict.condition,
            "approximateInvokeCount": verdict.attempts,
        },
        "requestPayload": _read(environment.bodies.text(verdict.body)),
    }
    outcome = verdict.outcome
    if outcome is not None:
        record["responseContext"] = {"statusCode": 200, "executedVersion": verdict.version}
        if outcome.error_type:
            record["responseContext"]["functionError"] = "Unhandled"
        record["responsePayload"] = _response(function, verdict, outcome)
    return record


def _send(function: Function, target: int, kind: str, verdict: Verdict, body: int, attributes: Json) -> bool:
    world = function.world
    link = world.link_between(function.node, target, kind)
    delivery = Delivery(
        body,
        verdict.subject,
        link,
        0,
        verdict.cause,
        attributes,
        source=function.node,
        attempts=verdict.attempts,
        dead_letter=verdict.condition != SUCCESS,
        system={"AWSTraceHeader": _trace_header(function, verdict)},
    )
    got = deliver(world, target, delivery)
    if isinstance(got, Struck):
        detail = (link, got.refusal.code, got.refusal.message)
        world.environment.recorder.write(
            records.UNDELIVERED, function.node, verdict.subject, 0, got.cause or verdict.cause, verdict.attempts, detail
        )
        return False
    return True


def _put(function: Function, bucket: CompiledNode, kind: str, verdict: Verdict, text: str) -> bool:
    """The record becomes an object, under the function's name and the date."""
    world = function.world
    environment, link = world.environment, world.link_between(function.node, bucket.index, kind)
    day, at = iso(environment)[:10].replace("-", "/"), iso(environment)[:19].replace(":", ".")
    key = f"aws/lambda/async/{function.name}/{day}/{at}-{_request_id(function, verdict)}"
    caller = replace(world.caller(function.name, 0, verdict.cause, function.node), link=link, parent=verdict.subject)
    answer = world.door.call(world, caller, "s3", "PutObject", {"Bucket": bucket.name, "Key": key, "Body": text})
    refusal = answer.refusal if isinstance(answer, Answer) else None
    if refusal is None:
        return True
    detail = (link, refusal.code, refusal.message)
    environment.recorder.write(
        records.UNDELIVERED, function.node, verdict.subject, 0, verdict.cause, verdict.attempts, detail
    )
    return False


def _response(function: Function, verdict: Verdict, outcome: Outcome) -> object:
    """What the function answered; an error as a Python runtime reports it."""
    if not outcome.error_type or outcome.reply:
        return _read(outcome.reply)
    payload: Json = {"errorMessage": outcome.error_message, "errorType": outcome.error_type}
    if not outcome.timed_out:
        payload["requestId"] = _request_id(function, verdict)
        raised = f"    raise {outcome.error_type}({json.dumps(outcome.error_message)})\n"
        payload["stackTrace"] = [f'  File "/var/task/handler.py", line 1, in handler\n{raised}']
    return payload


def _as_event(function: Function, bus: str, record: Json) -> Json:
    """The record as an event on a bus."""
    environment, topology = function.environment, function.world.topology
    result = "Success" if record["requestContext"]["condition"] == SUCCESS else "Failure"
    return {
        "version": "0",
        "id": message_id(environment.seed, environment.recorder.sequence),
        "detail-type": f"Lambda Function Invocation Result - {result}",
        "source": "lambda",
        "account": topology.account,
        "time": iso_seconds(environment),
        "region": topology.region,
        "resources": [bus, record["requestContext"]["functionArn"]],
        "detail": record,
    }


def _request_id(function: Function, verdict: Verdict) -> str:
    return request_id(function.environment.seed, verdict.subject)


def _trace_header(function: Function, verdict: Verdict) -> str:
    """X-Ray's header: Lambda passes it on, whether or not anybody traces."""
    environment = function.environment
    digits = _request_id(function, verdict).replace("-", "")
    seconds = environment.wall_us(environment.now_at) // 1_000_000
    return f"Root=1-{seconds:08x}-{digits[:24]};Parent={digits[16:]};Sampled=0"


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(record: Json) -> str:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)
