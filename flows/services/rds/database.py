"""A database: connections that run out, capacity that follows the load, and sleep.

Theory of operation. A statement needs a connection. Through the Data API it has one for as long as it runs, and a transaction from its
beginning to its end; who connects directly keeps it `hold_us` longer (a pool, a warm function). When all are taken the next one is refused
in the engine's words. Running statements need capacity, each the same; where they need more than there is, those that begin take
longer in proportion, and a serverless database grows once a second, by a quarter and by half an ACU at least, up to its maximum; after
half a minute with less to do it gives half an ACU back. One that may pause does so when nobody has had a connection for as long as it says,
and resumes at the next wish: the Data API refuses it meanwhile, who connects directly waits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.engine.subjects import SubjectKind
from flows.services.behaving import failing
from flows.services.ports import NO_LINK, Answer, Caller, Json, Pending, Refusal
from flows.services.rds import records, refusals
from flows.services.rds.capacity import Capacity
from flows.services.rds.config import DatabaseBehaviour, DatabaseConfig
from flows.services.rds.quotas import QUOTAS
from flows.services.rds.transactions import Transactions
from flows.services.texts import written

if TYPE_CHECKING:
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

REQUEST = int(SubjectKind.REQUEST)
AVAILABLE, IS_PAUSED, IS_RESUMING, STOPPED, STARTING = "available", "paused", "resuming", "stopped", "starting"
SHOWN = 120


@dataclass(slots=True, eq=False)
class Statement:
    """What runs, or waits for the database to resume."""

    subject: int
    link: int
    request: int
    sql: str
    parameters: Json
    data_api: bool
    last: int
    transaction: str = ""
    began_at: int = 0
    pending: Pending | None = None


class Database:
    def __init__(self, world: World, node: CompiledNode, config: DatabaseConfig) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.name, self.arn = node.index, node.name, node.arn
        self.config = config
        self.behaviour: DatabaseBehaviour = config.behaviour
        self.pause_after_us = config.pause_after_us
        self.connections = config.connections
        self.status = AVAILABLE
        self.in_use = 0
        self.most_in_use = self.refused = 0
        self.running: dict[int, Statement] = {}
        self.waiting: list[Statement] = []
        self.transactions = Transactions(self)
        self.capacity = Capacity(self)
        self.idle_since = 0
        self.resumes_at = 0
        self._pause_timer = 0
        streams = self.environment.streams
        self._durations, self._chances = streams.stream(f"{node.id}/duration"), streams.stream(f"{node.id}/failure")

    def begin(self) -> None:
        """Nobody uses it yet."""
        self._idle()

    # ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

    def execute(
        self, caller: Caller, sql: str, parameters: Json, *, data_api: bool, transaction: str = ""
    ) -> Answer | Pending:
        """One statement: its answer comes when it is over, a refusal at once."""
        statement = self.asked(caller, sql, parameters, data_api=data_api, transaction=transaction)
        refusal = self.kept_waiting(statement)
        if refusal is None and statement.pending is None:
            refusal = self.start(statement)
        if refusal is not None:
            return Answer(refusal=refusal, cause=statement.last)
        statement.pending = statement.pending or self.world.promise()
        return statement.pending

    def asked(self, caller: Caller, sql: str, parameters: Json, *, data_api: bool, transaction: str = "") -> Statement:
        """A statement that nobody has looked at yet."""
        link = caller.link if caller.link != NO_LINK else self.world.link_between(caller.node, self.node)
        body = self.environment.bodies.number(json.dumps({"sql": sql, "parameters": parameters}, default=str))
        subject = self.environment.subjects.new(REQUEST, caller.parent, 0, body)
        return Statement(subject, link, caller.request, written(sql), parameters, data_api, caller.cause, transaction)

    def kept_waiting(self, statement: Statement) -> Refusal | None:
        """A database that is stopped refuses; one that sleeps wakes up, refuses the Data API, and lets others wait."""
        if self.status in (STOPPED, STARTING):
            refusal = refusals.stopped(self.name)
            detail = (statement.link, refusal.code, refusal.message)
            statement.last = self.write(records.REFUSED, statement, detail)
            return refusal
        if self.status == IS_PAUSED:
            self.resume(statement.last)
        if self.status != IS_RESUMING:
            return None
        wait = self.resumes_at - self.environment.now_at
        if statement.data_api:
            statement.last = self.write(records.MET_RESUMING, statement, (statement.link, wait))
            return refusals.resuming(self.name)
        statement.last = self.write(records.WAITING, statement, (statement.link, wait))
        self.waiting.append(statement)
        statement.pending = self.world.promise()
        return None

    def start(self, statement: Statement) -> Refusal | None:
        """It gets a connection, or none is left."""
        held = self.transactions.open.get(statement.transaction)
        if held is None and not self.take(statement):
            return refusals.no_connection(self.config.engine)
        if held is not None:
            self.transactions.statement_began(held)
        work, calendar, bodies = self.behaviour.work, self.environment.calendar, self.environment.bodies
        statement.began_at = calendar.now_at
        self.running[statement.subject] = statement
        length = self.capacity.stretched(self._durations.sample(work.duration.quantiles))
        self.capacity.strained()
        shown = statement.sql[:SHOWN]
        statement.last = self.write(records.STARTED, statement, (statement.link, self.in_use, shown))
        number = bodies.number(json.dumps({"sql": statement.sql, "parameters": statement.parameters}, default=str))
        rule = failing(work.failures, 1, number, bodies, self._chances)
        never = rule is not None and rule.how == "timeout"
        if statement.data_api and (never or length >= QUOTAS.statement_us):
            refusal: Refusal | None = refusals.statement_timeout()
            length = QUOTAS.statement_us
        elif never:
            return None
        else:
            refusal = None if rule is None else refusals.failed(rule.error_type, rule.error_message)
        calendar.schedule(calendar.now_at + length, self.ended, statement.subject, refusal)
        return None

    def ended(self, subject: int, refusal: Refusal | None) -> None:
        """The statement is over; its connection is free, now or later."""
        statement = self.running.pop(subject)
        took = self.environment.now_at - statement.began_at
        held = self.transactions.open.get(statement.transaction)
        if held is not None:
            self.transactions.statement_ended(held)
        elif self.behaviour.hold_us and not statement.data_api:
            calendar = self.environment.calendar
            calendar.schedule(calendar.now_at + self.behaviour.hold_us, self.release)
        else:
            self.release()
        if refusal is None:
            statement.last = self.write(records.SUCCEEDED, statement, (statement.link, took))
            answer = Answer({"statement": statement.sql, "output": self.behaviour.work.output})
        else:
            answer = self._failed(statement, refusal)
        if statement.pending is not None:
            self.world.answer(statement.pending, answer)

    def _failed(self, statement: Statement, refusal: Refusal) -> Answer:
        took = self.environment.now_at - (statement.began_at or self.environment.now_at)
        detail = (statement.link, refusal.code, refusal.message, took)
        statement.last = self.write(records.FAILED, statement, detail)
        return Answer(refusal=refusal, cause=statement.last)

    # ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, statement: Statement) -> bool:
        if self.in_use >= self.connections:
            self.refused += 1
            running, held = len(self.running), len(self.transactions.open)
            idle = self.in_use - running - held
            reason = f"{running} by statements, {held} by transactions, {idle} by clients that keep them"
            statement.last = self.write(records.NO_CONNECTION, statement, (statement.link, self.connections, reason))
            return False
        self._used()
        return True

    def _used(self) -> None:
        self.in_use += 1
        self.most_in_use = max(self.most_in_use, self.in_use)
        self.environment.calendar.cancel(self._pause_timer)

    def release(self) -> None:
        self.in_use -= 1
        if not self.in_use:
            self._idle()

    def limits(self, minimum_milli: int, maximum_milli: int, pause_after_us: int) -> None:
        """ModifyDBCluster: other bounds, at once."""
        self.pause_after_us = pause_after_us
        self.capacity.limit(minimum_milli, maximum_milli)
        if self.is_available:
            self.environment.calendar.cancel(self._pause_timer)
            if not self.in_use:
                self._idle()

    @property
    def is_available(self) -> bool:
        return self.status == AVAILABLE

    # ── sleep ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _idle(self) -> None:
        calendar = self.environment.calendar
        self.idle_since = calendar.now_at
        if self.pause_after_us and self.status == AVAILABLE:
            self._pause_timer = calendar.schedule(calendar.now_at + self.pause_after_us, self.pause)

    def pause(self) -> None:
        self.status = IS_PAUSED
        self.capacity.sleep()
        detail = (self.environment.now_at - self.idle_since,)
        self.environment.recorder.write(records.PAUSED, self.node, 0, 0, 0, 0, detail)

    def resume(self, cause: int) -> None:
        calendar, wait = self.environment.calendar, self.behaviour.resume_us
        self.status, self.resumes_at = IS_RESUMING, calendar.now_at + wait
        cause = self.environment.recorder.write(records.RESUMING, self.node, 0, 0, cause, 0, (wait,))
        calendar.schedule(self.resumes_at, self.resumed, wait, cause)

    def resumed(self, wait: int, cause: int) -> None:
        self.status = AVAILABLE
        self.capacity.wake()
        self.environment.recorder.write(records.RESUMED, self.node, 0, 0, cause, 0, (wait,))
        waiting, self.waiting = self.waiting, []
        self._idle()
        for statement in waiting:
            refusal = self.start(statement)
            if refusal is not None and statement.pending is not None:
                self.world.answer(statement.pending, self._failed(statement, refusal))

    def turn(self, status: str, caller: Caller) -> None:
        """Stopped, or started again: what runs, ends."""
        calendar = self.environment.calendar
        calendar.cancel(self._pause_timer)
        self._say(status, caller.request, caller.cause)
        if status == STARTING:
            calendar.schedule(calendar.now_at + self.behaviour.resume_us, self.started)

    def started(self) -> None:
        self._say(AVAILABLE, 0, 0)
        self.capacity.wake()
        if not self.in_use:
            self._idle()

    def _say(self, status: str, request: int, cause: int) -> None:
        self.status = status
        self.environment.recorder.write(records.STATUS, self.node, 0, request, cause, 0, (status,))

    def write(self, kind: int, statement: Statement, detail: tuple[Any, ...]) -> int:
        write = self.environment.recorder.write
        return write(kind, self.node, statement.subject, statement.request, statement.last, 0, detail)
