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

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.behaving import failing
from flows.services.ports import NO_LINK, Answer, Caller, Json, Pending, Refusal
from flows.services.rds import records, refusals
from flows.services.rds.config import DatabaseBehaviour, DatabaseConfig
from flows.services.rds.quotas import QUOTAS
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


@dataclass(slots=True, eq=False)
class Transaction:
    id: str
    subject: int
    request: int
    began_at: int
    last: int
    busy: int = 0
    timer: int = 0


class Database:
    def __init__(self, world: World, node: CompiledNode, config: DatabaseConfig) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.name, self.arn = node.index, node.name, node.arn
        self.config = config
        self.behaviour: DatabaseBehaviour = config.behaviour
        self.minimum_milli, self.maximum_milli = config.minimum_milli, config.maximum_milli
        self.pause_after_us = config.pause_after_us
        self.connections = config.connections
        self.capacity_milli = max(config.minimum_milli, QUOTAS.step_milli)
        self.status = AVAILABLE
        self.in_use = 0
        self.most_in_use = self.refused = 0
        self.running: dict[int, Statement] = {}
        self.waiting: list[Statement] = []
        self.transactions: dict[str, Transaction] = {}
        self.busy_at = self.idle_since = 0
        self.resumes_at = 0
        self._ticking = False
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
        link = caller.link if caller.link != NO_LINK else self.world.link_between(caller.node, self.node)
        body = self.environment.bodies.number(json.dumps({"sql": sql, "parameters": parameters}, default=str))
        subject = self.environment.subjects.new(REQUEST, caller.parent, 0, body)
        statement = Statement(
            subject, link, caller.request, written(sql), parameters, data_api, caller.cause, transaction
        )
        if self.status in (STOPPED, STARTING):
            refusal = refusals.stopped(self.name)
            statement.last = self._write(records.REFUSED, statement, (link, refusal.code, refusal.message))
            return Answer(refusal=refusal, cause=statement.last)
        if self.status == IS_PAUSED:
            self.resume(caller.cause)
        if self.status == IS_RESUMING:
            return self._met_resuming(statement)
        none_left = self.start(statement)
        if none_left is not None:
            return Answer(refusal=none_left, cause=statement.last)
        statement.pending = self.world.promise()
        return statement.pending

    def _met_resuming(self, statement: Statement) -> Answer | Pending:
        wait = self.resumes_at - self.environment.now_at
        if statement.data_api:
            statement.last = self._write(records.MET_RESUMING, statement, (statement.link, wait))
            return Answer(refusal=refusals.resuming(self.name), cause=statement.last)
        statement.last = self._write(records.WAITING, statement, (statement.link, wait))
        self.waiting.append(statement)
        statement.pending = self.world.promise()
        return statement.pending

    def start(self, statement: Statement) -> Refusal | None:
        """It gets a connection, or none is left."""
        held = self.transactions.get(statement.transaction)
        if held is None and not self._take(statement):
            return refusals.no_connection(self.config.engine)
        if held is not None:
            held.busy += 1
            self.environment.calendar.cancel(held.timer)
        work, calendar, bodies = self.behaviour.work, self.environment.calendar, self.environment.bodies
        statement.began_at = calendar.now_at
        self.running[statement.subject] = statement
        need = max(len(self.running) * self.behaviour.load_milli, 1)
        length = self._durations.sample(work.duration.quantiles) * max(need, self.capacity_milli) // self.capacity_milli
        self._strained()
        shown = statement.sql[:SHOWN]
        statement.last = self._write(records.STARTED, statement, (statement.link, self.in_use, shown))
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
        held = self.transactions.get(statement.transaction)
        if held is not None:
            held.busy -= 1
            self._wait_for_next(held)
        elif self.behaviour.hold_us and not statement.data_api:
            calendar = self.environment.calendar
            calendar.schedule(calendar.now_at + self.behaviour.hold_us, self.release)
        else:
            self.release()
        if refusal is None:
            statement.last = self._write(records.SUCCEEDED, statement, (statement.link, took))
            answer = Answer({"statement": statement.sql, "output": self.behaviour.work.output})
        else:
            answer = self._failed(statement, refusal)
        if statement.pending is not None:
            self.world.answer(statement.pending, answer)

    def _failed(self, statement: Statement, refusal: Refusal) -> Answer:
        took = self.environment.now_at - (statement.began_at or self.environment.now_at)
        detail = (statement.link, refusal.code, refusal.message, took)
        statement.last = self._write(records.FAILED, statement, detail)
        return Answer(refusal=refusal, cause=statement.last)

    # ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, statement: Statement) -> bool:
        if self.in_use >= self.connections:
            self.refused += 1
            running, held = len(self.running), len(self.transactions)
            idle = self.in_use - running - held
            reason = f"{running} by statements, {held} by transactions, {idle} by clients that keep them"
            statement.last = self._write(records.NO_CONNECTION, statement, (statement.link, self.connections, reason))
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

    # ── transactions ────────────────────────────────────────────────────────────────────────────────────────────────

    def begin_transaction(self, caller: Caller) -> Transaction | Refusal:
        link = caller.link if caller.link != NO_LINK else self.world.link_between(caller.node, self.node)
        subject = self.environment.subjects.new(REQUEST, caller.parent)
        asked = Statement(subject, link, caller.request, "BEGIN", {}, data_api=True, last=caller.cause)
        if self.status in (STOPPED, STARTING):
            return refusals.stopped(self.name)
        if self.status == IS_PAUSED:
            self.resume(caller.cause)
        if self.status == IS_RESUMING:
            self._met_resuming(asked)
            return refusals.resuming(self.name)
        if not self._take(asked):
            return refusals.no_connection(self.config.engine)
        id_ = message_id(self.environment.seed, subject).replace("-", "")
        made = Transaction(id_, subject, caller.request, self.environment.now_at, 0)
        made.last = self._write(records.BEGAN, asked, (link, id_, self.in_use))
        self.transactions[id_] = made
        self._wait_for_next(made)
        return made

    def _wait_for_next(self, transaction: Transaction) -> None:
        if not transaction.busy:
            calendar = self.environment.calendar
            ends_at = transaction.began_at + QUOTAS.transaction_us
            at = min(calendar.now_at + QUOTAS.idle_transaction_us, max(ends_at, calendar.now_at))
            transaction.timer = calendar.schedule(at, self.expire, transaction.id)

    def expire(self, id_: str) -> None:
        """Nothing has happened in it for too long."""
        transaction = self.transactions[id_]
        self._over(transaction, records.EXPIRED, (id_, QUOTAS.idle_transaction_us), transaction.last)

    def end_transaction(self, id_: str, caller: Caller, *, commits: bool) -> Refusal | None:
        transaction = self.transactions.get(id_)
        if transaction is None:
            return refusals.no_transaction(id_)
        if transaction.busy:
            return refusals.bad_request(f"Transaction {id_} is busy: a statement runs in it.")
        self.environment.calendar.cancel(transaction.timer)
        kind = records.COMMITTED if commits else records.ROLLED_BACK
        detail = (id_,) if commits else (id_, "RollbackTransaction")
        self._over(transaction, kind, detail, caller.cause or transaction.last)
        return None

    def _over(self, transaction: Transaction, kind: int, detail: tuple[Any, ...], cause: int) -> None:
        del self.transactions[transaction.id]
        write = self.environment.recorder.write
        write(kind, self.node, transaction.subject, transaction.request, cause, 0, detail)
        self.release()

    # ── capacity ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def needed_milli(self) -> int:
        return len(self.running) * self.behaviour.load_milli

    def _strained(self) -> None:
        """Something began: it may have to grow, and to shrink again later."""
        if self.needed_milli > self.capacity_milli - QUOTAS.step_milli:
            self.busy_at = self.environment.now_at
        if self.config.serverless and not self._ticking and self.needed_milli > self.capacity_milli:
            self._tick_in(QUOTAS.step_us)

    def _tick_in(self, wait_us: int) -> None:
        self._ticking = True
        calendar = self.environment.calendar
        calendar.schedule(calendar.now_at + wait_us, self.scale)

    def scale(self) -> None:
        """A second of strain, or half a minute of calm, is over."""
        self._ticking = False
        now, needed, before = self.environment.now_at, self.needed_milli, self.capacity_milli
        if self.status != AVAILABLE:
            return
        if needed > before:
            self.busy_at = now
            after = min(before + max(QUOTAS.step_milli, before // QUOTAS.grown_share), self.maximum_milli)
            self._resize(after, f"{len(self.running)} statements need {needed} thousandths of an ACU")
            if after < self.maximum_milli:
                self._tick_in(QUOTAS.step_us)
                return
        elif now - self.busy_at >= QUOTAS.calm_us and needed <= before - QUOTAS.step_milli:
            self._resize(max(before - QUOTAS.step_milli, self._floor), "there is less to do")
        if self.capacity_milli > self._floor:
            self._tick_in(QUOTAS.calm_us)

    @property
    def _floor(self) -> int:
        return max(self.minimum_milli, QUOTAS.step_milli)

    def _resize(self, after: int, reason: str) -> None:
        if after != self.capacity_milli:
            detail = (self.capacity_milli, after, reason)
            self.environment.recorder.write(records.CAPACITY, self.node, 0, 0, 0, 0, detail)
            self.capacity_milli = after

    def limits(self, minimum_milli: int, maximum_milli: int, pause_after_us: int) -> None:
        """ModifyDBCluster: other bounds, at once."""
        self.minimum_milli, self.maximum_milli, self.pause_after_us = minimum_milli, maximum_milli, pause_after_us
        if self.status == AVAILABLE:
            self._resize(min(max(self.capacity_milli, self._floor), maximum_milli), "its limits were changed")
            self.environment.calendar.cancel(self._pause_timer)
            if not self.in_use:
                self._idle()

    # ── sleep ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _idle(self) -> None:
        calendar = self.environment.calendar
        self.idle_since = calendar.now_at
        if self.pause_after_us and self.status == AVAILABLE:
            self._pause_timer = calendar.schedule(calendar.now_at + self.pause_after_us, self.pause)

    def pause(self) -> None:
        self.status, self.capacity_milli = IS_PAUSED, 0
        detail = (self.environment.now_at - self.idle_since,)
        self.environment.recorder.write(records.PAUSED, self.node, 0, 0, 0, 0, detail)

    def resume(self, cause: int) -> None:
        calendar, wait = self.environment.calendar, self.behaviour.resume_us
        self.status, self.resumes_at = IS_RESUMING, calendar.now_at + wait
        cause = self.environment.recorder.write(records.RESUMING, self.node, 0, 0, cause, 0, (wait,))
        calendar.schedule(self.resumes_at, self.resumed, wait, cause)

    def resumed(self, wait: int, cause: int) -> None:
        self.status, self.capacity_milli = AVAILABLE, self._floor
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
        self.capacity_milli = self._floor
        self._idle()

    def _say(self, status: str, request: int, cause: int) -> None:
        self.status = status
        self.environment.recorder.write(records.STATUS, self.node, 0, request, cause, 0, (status,))

    def _write(self, kind: int, statement: Statement, detail: tuple[Any, ...]) -> int:
        write = self.environment.recorder.write
        return write(kind, self.node, statement.subject, statement.request, statement.last, 0, detail)
