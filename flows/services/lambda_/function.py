"""A function: runs invocations, knows how many are running, refuses one too many.

The handler's outcome is known when the invocation starts, and shown when its virtual duration is over. Whoever invoked is
called back then: with the invocation's handle, the outcome, and the record that says how it ended.

What runs is the function as it is now (`$LATEST`: the function itself) or one of its versions; whoever invokes has asked
`versions.route` for it. Concurrency: a function with reserved concurrency may run so many at a time; the others share what is
left of the account's thousand, and each may grow only so fast (`concurrency.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.engine.environment import Environment
from flows.services.effects import Outcome
from flows.services.lambda_ import records
from flows.services.lambda_.asynchronous import EventQueue
from flows.services.lambda_.calls import CallRun
from flows.services.lambda_.concurrency import Growth, account_of
from flows.services.lambda_.config import Behaviour, BehaviourCall, FunctionConfig
from flows.services.lambda_.configuration import tags_of
from flows.services.lambda_.environments import Environments
from flows.services.lambda_.handler import DeclarativeHandler, Handler, Invocation, outcome_of
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.lambda_.versions import LATEST, Runnable, Versions
from flows.services.ports import Batch, Caller, Delivery, Json, Refusal
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

Done: TypeAlias = "Callable[[int, Outcome, int, int], object]"
"""(invocation, outcome, the record's sequence, the error's body number): how the invocation ended."""
TIMED_OUT = "Sandbox.Timedout"


class Function:
    number = LATEST

    def __init__(self, environment: Environment, node: CompiledNode, config: FunctionConfig, world: World) -> None:
        self.environment = environment
        self.world = world
        self._faults = world.faults
        self.id, self.node = node.id, node.index
        self.name, self.arn = node.name, node.arn
        self.properties: Json = dict(node.properties)
        self.tags: Json = tags_of(self.properties.get("Tags"))
        self.is_new = False
        """Made by an operation: for a moment it is Pending."""
        self.timeout_us = config.timeout_us
        self.memory_mb = config.memory_mb
        self.created_at = self.modified_at = environment.now_at
        self.revision = 0
        self.recursion_terminates = config.recursion_terminates
        self.reserved: int | None = config.reserved_concurrency
        self.executing = 0
        self.account = account_of(world)
        self.growth = Growth()
        self._claimed = 0
        self._effects = world.effects
        self._calendar = environment.calendar
        self.write = environment.recorder.write
        self._error_bodies: dict[tuple[str, str], int] = {}
        self._running: dict[int, tuple[Outcome, int, int, Done, Environments | None]] = {}
        self.calls: tuple[BehaviourCall, ...] = ()
        self._calling: dict[int, CallRun] = {}
        self._streams = (
            environment.streams.stream(f"{node.id}/duration"),
            environment.streams.stream(f"{node.id}/failure"),
        )
        self.handler: Handler
        self.environments: Environments | None = None
        self.versions = Versions(self)
        self._init: tuple[int, ...] | None = None
        self.set_behaviour(config.behaviour)
        self.event_queue = EventQueue(self, config)
        self.policy: dict[str, dict[str, Json]] = {}
        """Permissions by qualifier and statement id."""
        self.urls: dict[str, Json] = {config.url: {"AuthType": "NONE"}} if config.url else {}
        """The function's URLs by qualifier."""
        self.versions.begin(config)
        self.claim()

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """An asynchronous invocation (`Recipient`)."""
        return self.event_queue.deliver(delivery)

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """From the next invocation on; what runs, runs as it began."""
        self.handler = DeclarativeHandler(behaviour, self.environment.bodies, *self._streams)
        self.calls = behaviour.calls
        self._init = None if behaviour.init is None else behaviour.init.quantiles
        self.environments = self.new_environments(LATEST)
        self.changed()

    def new_environments(self, version: str) -> Environments | None:
        """Where new code runs; None if its environments cost nothing."""
        return None if self._init is None else self.counted_environments(version)

    def counted_environments(self, version: str) -> Environments:
        stream = self.environment.streams.stream(f"{self.id}/init")
        return Environments(self.environment, self.node, version, stream, self._init)

    def changed(self) -> None:
        """Its code or settings are others now."""
        self.revision += 1
        self.modified_at = self.environment.now_at

    # ── concurrency ─────────────────────────────────────────────────────────────────────────────────────────────────

    def reserve(self, executions: int | None) -> None:
        """So many executions for this function alone; None: it shares the account's."""
        self.reserved = executions
        self.claim()

    def claim(self) -> None:
        """What it takes away from the account: its reservation, or else what is provisioned for it."""
        claimed = self.versions.all_provisioned if self.reserved is None else self.reserved
        self.account.reserved += claimed - self._claimed
        self._claimed = claimed

    def throttled(self, code: Runnable | None = None) -> str:
        """Why one more invocation is one too many; "" if it is not."""
        executing = self.executing
        if self.reserved is not None:
            if executing >= self.reserved:
                return f"all {self.reserved} reserved executions are running"
        elif code is not None and code.environments is not None and code.environments.has_provisioned:
            return ""
        elif reason := self.account.throttled():
            return reason
        if executing >= self.growth.reached and not self.growth.more(self._calendar.now_at):
            return f"the function grows by {QUOTAS.growth} executions in 10 s at most"
        return ""

    def unavailable(self, code: Runnable | None = None) -> tuple[str, int]:
        """Why it cannot be invoked now, by capacity or by a fault, and the record of the fault's beginning."""
        struck = self._faults.strike(self.node) if self._faults.live else None
        return (self.throttled(code), 0) if struck is None else (struck.refusal.message, struck.cause)

    # ── running ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(
        self,
        invocation: int,
        link: int,
        cause: int,
        batch: Batch | None,
        payload: int,
        done: Done,
        *,
        partial: bool = False,
        ordered: bool = False,
        buffered: bool = False,
        attempt: int = 1,
        code: Runnable | None = None,
    ) -> Outcome:
        """Run the handler. It is known now how it will end; `done` is called when it does."""
        code = code or self
        size = 1 if batch is None else len(batch)
        started = self.write(records.STARTED, self.node, invocation, invocation, cause, 0, (link, size))
        call = Invocation(invocation, batch, payload, partial, attempt, ordered, buffered)
        outcome = outcome_of(code.handler, call, self._effects, self.environment.bodies)
        duration_us = max(outcome.duration_us, QUOTAS.shortest_us)
        if self._faults.live:
            duration_us += self._faults.latency_us(self.node)
        if outcome.timed_out or duration_us > code.timeout_us:
            duration_us = code.timeout_us
            outcome = self.timeout_outcome(duration_us)
        elif duration_us != outcome.duration_us:
            outcome = replace(outcome, duration_us=duration_us)
        shared, environments = self.reserved is None, code.environments
        if environments is not None:
            shared = shared and not environments.has_provisioned
            duration_us += environments.take(invocation, started)
        if code.calls and not outcome.error_type:
            begins_at = self._calendar.now_at + duration_us - outcome.duration_us
            self._calling[invocation] = CallRun(self, call, code, outcome, begins_at)
        self.executing += 1
        if shared:
            self.account.executing += 1
        self._running[invocation] = (outcome, started, int(shared), done, environments)
        self._calendar.schedule(self._calendar.now_at + duration_us, self.finish, invocation)
        return outcome

    def timeout_outcome(self, timeout_us: int) -> Outcome:
        message = f"Task timed out after {_seconds(timeout_us)} seconds"
        return Outcome("", TIMED_OUT, message, timeout_us, timed_out=True)

    def finish(self, invocation: int) -> None:
        """The handler's own time is over; if it calls others, that comes now."""
        outcome, started, _, _, _ = self._running[invocation]
        run = self._calling.pop(invocation, None) if self._calling else None
        if run is None:
            self.complete(invocation, outcome, started)
        else:
            run.begin(started)

    def complete(self, invocation: int, outcome: Outcome, started: int) -> None:
        """The invocation is over, because of the record `started`."""
        _, _, shared, done, environments = self._running.pop(invocation)
        self.executing -= 1
        self.account.executing -= shared
        if environments is not None:
            environments.give_back(invocation)
        error, node = 0, self.node
        if outcome.error_type:
            given = outcome.reply
            bodies = self.environment.bodies
            error = bodies.number(given) if given else self.error_body(outcome.error_type, outcome.error_message)
        if outcome.timed_out:
            ended = self.write(records.TIMED_OUT, node, invocation, invocation, started, 0, (outcome.duration_us,))
        elif error:
            detail: tuple[Any, ...] = (outcome.error_type, error, outcome.duration_us)
            ended = self.write(records.FAILED, node, invocation, invocation, started, 0, detail)
        else:
            detail = (outcome.duration_us, len(outcome.failed_items))
            ended = self.write(records.SUCCEEDED, node, invocation, invocation, started, 0, detail)
        done(invocation, outcome, ended, error)

    def error_body(self, error_type: str, message: str) -> int:
        """The number of an error's payload, as Lambda answers it."""
        number = self._error_bodies.get((error_type, message))
        if number is None:
            text = json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":"))
            number = self._error_bodies[error_type, message] = self.environment.bodies.number(text)
        return number

    # ── going ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def removed(self, caller: Caller | None) -> None:
        """The function is deleted: what runs, ends; what waits to be tried is discarded."""
        self.reserved = 0
        self.versions.provisioned.clear()
        self.claim()
        self.event_queue.removed(caller)


def _seconds(length_us: int) -> str:
    return f"{length_us // SECOND_US}.{length_us % SECOND_US // 10_000:02d}"
