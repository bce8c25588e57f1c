"""Invoke: synchronously the answer comes when the function has ended, asynchronously at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.effects import Outcome
from flows.services.lambda_ import refusals
from flows.services.lambda_.function import Function
from flows.services.lambda_.quotas import QUOTAS
from flows.services.ports import NO_LINK, Answer, Caller, Delivery, Json, Pending, Refusal
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.world import World

LATEST = "$LATEST"
TYPES = ("RequestResponse", "Event", "DryRun")


class Invoker:
    """Who waits for a synchronous invocation."""

    def __init__(self, world: World, pending: Pending) -> None:
        self._world = world
        self._pending = pending

    def ended(self, _invocation: int, outcome: Outcome, _ended: int, error: int) -> None:
        answer: Json = {"StatusCode": 200, "ExecutedVersion": LATEST, "Payload": outcome.reply}
        if error:
            answer |= {"FunctionError": "Unhandled", "Payload": self._world.environment.bodies.text(error)}
        self._world.answer(self._pending, Answer(answer))


def invoke(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal | Pending:
    kind = params.get("InvocationType") or "RequestResponse"
    if kind not in TYPES:
        return refusals.invalid(f"InvocationType must be one of {', '.join(TYPES)}, not {kind}.")
    payload = params.get("Payload", "{}")
    text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    limit = QUOTAS.event_bytes if kind == "Event" else QUOTAS.payload_bytes
    size = size_of(text)
    if size < 0:
        return refusals.not_json()
    if size > limit:
        message = f"{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"
        return Refusal("RequestTooLargeException", message, 413)
    if not _is_json(text):
        return refusals.not_json()
    if kind == "DryRun":
        return {"StatusCode": 204}
    environment = world.environment
    body = environment.bodies.number(text)
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, function.node)
    if kind == "Event":
        taken = function.deliver(Delivery(body, caller.parent, link, caller.request, caller.cause))
        return taken if isinstance(taken, Refusal) else {"StatusCode": 202}
    reason = function.throttled()
    if reason:
        return refusals.too_many_requests(reason)
    pending = world.promise()
    invocation = environment.subjects.new(int(SubjectKind.INVOCATION), caller.parent, 0, body)
    function.start(invocation, link, caller.cause, None, body, Invoker(world, pending).ended, partial=False)
    return pending


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
