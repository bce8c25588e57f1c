"""Invoke: synchronously the answer comes when the function has ended, asynchronously at once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.engine.subjects import SubjectKind
from flows.services.effects import Outcome
from flows.services.lambda_ import refusals
from flows.services.lambda_.function import Function
from flows.services.lambda_.quotas import QUOTAS
from flows.services.lambda_.versions import LATEST, Runnable
from flows.services.ports import NO_LINK, Answer, Caller, Delivery, Json, Pending, Refusal
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.world import World

EVENT, DRY_RUN = "Event", "DryRun"
LOG_BYTES = 4096


class Invoker:
    """Who waits for a synchronous invocation of a version."""

    def __init__(self, function: Function, pending: Pending, code: Runnable, *, log: bool) -> None:
        self._function = function
        self._pending = pending
        self._version = code.number
        self._memory_mb = code.memory_mb
        self._log = log

    def ended(self, invocation: int, outcome: Outcome, _ended: int, error: int) -> None:
        environment = self._function.environment
        answer: Json = {"StatusCode": 200, "ExecutedVersion": self._version, "Payload": outcome.reply}
        too_large = "" if error else _too_large(outcome.reply)
        if too_large:
            answer |= {"FunctionError": "Unhandled", "Payload": too_large}
        if error:
            answer |= {"FunctionError": "Unhandled", "Payload": environment.bodies.text(error)}
        if self._log:
            answer["LogResult"] = self._tail(invocation, outcome)
        self._function.world.answer(self._pending, Answer(answer))

    def _tail(self, invocation: int, outcome: Outcome) -> str:
        """The last of the log: what Lambda itself writes there."""
        id_ = request_id(self._function.environment.seed, invocation)
        ms = outcome.duration_us / 1000
        lines = [f"START RequestId: {id_} Version: {self._version}"]
        if outcome.error_type:
            lines.append(f"[ERROR] {outcome.error_type}: {outcome.error_message}")
        lines.append(f"END RequestId: {id_}")
        lines.append(
            f"REPORT RequestId: {id_}\tDuration: {ms:.2f} ms\tBilled Duration: {-(-outcome.duration_us // 1000)} ms\t"
            f"Memory Size: {self._memory_mb} MB\t"
        )
        return base64.b64encode(("\n".join(lines) + "\n").encode()[-LOG_BYTES:]).decode()


def invoke(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal | Pending:
    kind = params.get("InvocationType") or "RequestResponse"
    payload = params.get("Payload", "{}")
    if isinstance(payload, bytes):
        payload = payload.decode(errors="replace")
    text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    limit = QUOTAS.event_bytes if kind == EVENT else QUOTAS.payload_bytes
    size = size_of(text)
    if size < 0:
        return refusals.not_json()
    if size > limit:
        message = f"{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"
        if kind != EVENT:
            message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        return Refusal("RequestTooLargeException", message, 413)
    if not _is_json(text):
        return refusals.not_json()
    qualifier = params.get("Qualifier") or ""
    if not function.versions.known(qualifier):
        return refusals.no_such_function(f"{function.arn}:{qualifier}")
    if kind == DRY_RUN:
        return {"StatusCode": 204}
    body = world.environment.bodies.number(text)
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, function.node)
    if kind == EVENT:
        delivery = Delivery(body, caller.parent, link, caller.request, caller.cause)
        taken = function.event_queue.deliver(delivery, "" if qualifier == LATEST else qualifier)
        return taken if isinstance(taken, Refusal) else {"StatusCode": 202}
    return run(world, caller, function, qualifier, body, link, log=params.get("LogType") == "Tail")


def run(
    world: World, caller: Caller, function: Function, qualifier: str, body: int, link: int, *, log: bool = False
) -> Refusal | Pending:
    """A synchronous invocation: throttled at once, or answered when it has ended."""
    invocation = world.environment.subjects.new(int(SubjectKind.INVOCATION), caller.parent, 0, body)
    code = function.versions.route(qualifier, invocation, caller.cause)
    if code is None:
        return refusals.no_such_function(f"{function.arn}:{qualifier}")
    reason = function.throttled(code)
    if reason:
        return refusals.too_many_requests(reason)
    pending = world.promise()
    done: Callable[[int, Outcome, int, int], None] = Invoker(function, pending, code, log=log).ended
    function.start(invocation, link, caller.cause, None, body, done, code=code)
    return pending


def _too_large(reply: str) -> str:
    """The error that Lambda answers in place of a reply that is too large; "" if it is not."""
    size = len(reply.encode(errors="replace")) if len(reply) > QUOTAS.payload_bytes // 4 else 0
    if size <= QUOTAS.reply_bytes:
        return ""
    message = f"Response payload size exceeded maximum allowed payload size ({QUOTAS.reply_bytes} bytes)."
    return json.dumps({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}, separators=(",", ":"))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
