"""Invoke, synchronously: the answer comes when the function has ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.effects import Outcome
from flows.services.lambda_ import refusals
from flows.services.lambda_.function import Function
from flows.services.lambda_.quotas import QUOTAS
from flows.services.ports import Answer, Caller, Json, Pending, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

LATEST = "$LATEST"


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
    if kind == "DryRun":
        return {"StatusCode": 204}
    if kind != "RequestResponse":
        return refusals.not_simulated("Asynchronous invocation is not simulated yet; use RequestResponse.")
    payload = params.get("Payload", "{}")
    text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    if len(text.encode()) > QUOTAS.payload_bytes:
        return Refusal(
            "RequestTooLargeException",
            f"{len(text.encode())} byte payload is too large for the RequestResponse invocation type (limit {QUOTAS.payload_bytes} bytes)",
            413,
        )
    reason = function.throttled()
    if reason:
        return refusals.too_many_requests(reason)
    environment = world.environment
    pending = world.promise()
    invocation = environment.subjects.new(int(SubjectKind.INVOCATION))
    body = environment.bodies.number(text)
    function.start(invocation, caller.link, caller.cause, None, body, Invoker(world, pending).ended, partial=False)
    return pending
