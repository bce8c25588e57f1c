"""A function: runs invocations, knows how many are running, refuses one too many.

The handler's outcome is known when the invocation starts, and shown when its virtual duration is over. Whoever invoked is
called back then: with the invocation's handle, the outcome, and the record that says how it ended.

Concurrency: a function with reserved concurrency may run so many at a time; the others share what is left of the account's
thousand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.engine.environment import Environment
from flows.services.effects import Outcome
from flows.services.lambda_ import records
from flows.services.lambda_.asynchronous import EventQueue
from flows.services.lambda_.calls import CallRun, texts_of
from flows.services.lambda_.concurrency import AccountConcurrency
from flows.services.lambda_.config import Behaviour, BehaviourCall, FunctionConfig
from flows.services.lambda_.handler import DeclarativeHandler, Handler, Invocation
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.ports import Batch, Delivery, Refusal
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

Done: TypeAlias = "Callable[[int, Outcome, int, int], object]"
"""(invocation, outcome, the record's sequence, the error's body number): how the invocation ended."""
TIMED_OUT = "Sandbox.Timedout"


class Function:
    def __init__(
        self,
        environment: Environment,
        node: CompiledNode,
        config: FunctionConfig,
        account: AccountConcurrency,
        world: World,
    ) -> None:
        self.environment = environment
        self.world = world
        self._faults = world.faults
        self.node = node.index
        self.name, self.arn = node.name, node.arn
        self.timeout_us = config.timeout_us
        self.memory_mb = config.memory_mb
        self.reserved: int | None = config.reserved_concurrency
        self.executing = 0
        self.account = account
        account.reserved += self.reserved or 0
        self._effects = world.effects
        self._calendar = environment.calendar
        self._write = environment.recorder.write
        self._error_bodies: dict[tuple[str, str], int] = {}
        self._running: dict[int, tuple[Outcome, int, int, Done]] = {}
        self.calls: tuple[BehaviourCall, ...] = ()
        self._calling: dict[int, CallRun] = {}
        self._streams = (
            environment.streams.stream(f"{node.id}/duration"),
            environment.streams.stream(f"{node.id}/failure"),
        )
        self.handler: Handler
        self.set_behaviour(config.behaviour)
        self.event_queue = EventQueue(self, config.asynchronous)

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """An asynchronous invocation (`Recipient`)."""
        return self.event_queue.deliver(delivery)

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """From the next invocation on; what runs, runs as it began."""
        self.handler = DeclarativeHandler(behaviour, self.environment.bodies, *self._streams)
        self.calls = behaviour.calls

    def reserve(self, executions: int | None) -> None:
        """So many executions for this function alone; None: it shares the account's."""
        self.account.reserved += (executions or 0) - (self.reserved or 0)
        self.reserved = executions

    def throttled(self) -> str:
        """Why one more invocation is one too many; "" if it is not."""
        if self.reserved is not None:
            return f"all {self.reserved} reserved executions are running" if self.executing >= self.reserved else ""
        return self.account.throttled()

    def unavailable(self) -> tuple[str, int]:
        """Why it cannot be invoked now, by capacity or by a fault, and the record of the fault's beginning."""
        struck = self._faults.strike(self.node) if self._faults.live else None
        return (self.throttled(), 0) if struck is None else (struck.refusal.message, struck.cause)

    def start(
        self,
        invocation: int,
        link: int,
        cause: int,
        batch: Batch | None,
        payload: int,
        done: Done,
        *,
        partial: bool,
        attempt: int = 1,
    ) -> Outcome:
        """Run the handler. It is known now how it will end; `done` is called when it does."""
        size = 1 if batch is None else len(batch)
        started = self._write(records.STARTED, self.node, invocation, invocation, cause, 0, (link, size))
        outcome = self._outcome(Invocation(invocation, batch, payload, partial, attempt))
        duration_us = max(outcome.duration_us, QUOTAS.shortest_us)
        if self._faults.live:
            duration_us += self._faults.latency_us(self.node)
        if outcome.timed_out or duration_us > self.timeout_us:
            duration_us = self.timeout_us
            outcome = self.timeout_outcome(duration_us)
        elif duration_us != outcome.duration_us:
            outcome = replace(outcome, duration_us=duration_us)
        if self.calls and not outcome.error_type:
            self._calling[invocation] = self._call_run(invocation, outcome, batch, payload)
        self.executing += 1
        if self.reserved is None:
            self.account.executing += 1
        self._running[invocation] = (outcome, started, int(self.reserved is None), done)
        self._calendar.schedule(self._calendar.now_at + duration_us, self.finish, invocation)
        return outcome

    def timeout_outcome(self, timeout_us: int) -> Outcome:
        message = f"Task timed out after {_seconds(timeout_us)} seconds"
        return Outcome("", TIMED_OUT, message, timeout_us, timed_out=True)

    def _call_run(self, invocation: int, outcome: Outcome, batch: Batch | None, payload: int) -> CallRun:
        bodies = [payload] if batch is None else batch.bodies()
        texts = [self.environment.bodies.text(body) for body in bodies]
        return CallRun(self, invocation, outcome, texts_of(texts, outcome.failed_items, batch=batch is not None))

    def finish(self, invocation: int) -> None:
        """The handler's own time is over; if it calls others, that comes now."""
        outcome, started, _, _ = self._running[invocation]
        run = self._calling.pop(invocation, None) if self._calling else None
        if run is None:
            self.complete(invocation, outcome, started)
        else:
            run.begin(started)

    def complete(self, invocation: int, outcome: Outcome, started: int) -> None:
        """The invocation is over, because of the record `started`."""
        _, _, shared, done = self._running.pop(invocation)
        self.executing -= 1
        self.account.executing -= shared
        error, node = 0, self.node
        if outcome.error_type:
            error = self.error_body(outcome.error_type, outcome.error_message)
        if outcome.timed_out:
            ended = self._write(records.TIMED_OUT, node, invocation, invocation, started, 0, (outcome.duration_us,))
        elif error:
            detail: tuple[Any, ...] = (outcome.error_type, error, outcome.duration_us)
            ended = self._write(records.FAILED, node, invocation, invocation, started, 0, detail)
        else:
            detail = (outcome.duration_us, len(outcome.failed_items))
            ended = self._write(records.SUCCEEDED, node, invocation, invocation, started, 0, detail)
        done(invocation, outcome, ended, error)

    def error_body(self, error_type: str, message: str) -> int:
        """The number of an error's payload, as Lambda answers it."""
        number = self._error_bodies.get((error_type, message))
        if number is None:
            text = json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":"))
            number = self._error_bodies[error_type, message] = self.environment.bodies.number(text)
        return number

    def _outcome(self, invocation: Invocation) -> Outcome:
        """What the handler gives; for one that is not pure, what it gave when it first ran."""
        handler = self.handler
        if handler.pure:
            return handler.run(invocation)
        input_hash = self._input_hash(invocation)
        known = self._effects.recorded(invocation.ordinal, handler.code_hash, input_hash)
        if known is not None:
            return known
        outcome = handler.run(invocation)
        self._effects.log(invocation.ordinal, handler.code_hash, input_hash, outcome)
        return outcome

    def _input_hash(self, invocation: Invocation) -> str:
        bodies = self.environment.bodies
        event = (
            bodies.text(invocation.payload)
            if invocation.batch is None
            else json.dumps(invocation.batch.event(), sort_keys=True)
        )
        return sha256(event.encode()).hexdigest()


def _seconds(length_us: int) -> str:
    return f"{length_us // SECOND_US}.{length_us % SECOND_US // 10_000:02d}"
