"""Asynchronous invocation: Lambda's internal queue, its retries, and what becomes of an event at the end.

Theory of operation. An event is taken in (202) and waits here; its sender is gone. Each attempt is an invocation, a child of
the event, with the event's request id. Two sorts of failure are kept apart:

* an *invocation error*: the function could not be invoked (throttled, or Lambda itself fails). Lambda backs off one second,
  doubling up to five minutes, for as long as the event is young enough. The function never saw the event: no attempt counts.
* a *function error*: the function ran and failed. It is tried again after one minute, then after two, at most `MaximumRetryAttempts`
  times.

An event whose next attempt would come after `MaximumEventAge` is given up at once (AWS was recorded to do so: EventAgeExceeded).
Given up, its invocation record goes to the on-failure destination, and the event itself to the dead-letter queue; without
either it is gone. With a reservation of zero nothing is tried at all. An event that came of sixteen others of the same function
is a loop: Lambda stops it, and it ends in a queue if one is configured (unless the function's settings allow loops).

How long and how often an event is tried, and where its outcome goes, is said per version and alias: by the qualifier it was
sent to. The dead-letter queue is the function's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.effects import Outcome
from flows.services.lambda_ import async_records as records
from flows.services.lambda_.config import AsyncConfig, FunctionConfig
from flows.services.lambda_.destinations import SUCCESS, Verdict, send_dead_letter, send_record
from flows.services.lambda_.quotas import QUOTAS
from flows.services.lambda_.versions import LATEST, Runnable
from flows.services.ports import Caller, Delivery, Json, Refusal, Return

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function

MESSAGE, INVOCATION = int(SubjectKind.MESSAGE), int(SubjectKind.INVOCATION)
RETRIES_EXHAUSTED, EVENT_AGE_EXCEEDED, ZERO_RESERVED = "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"
ON_FAILURE = "async-on-failure"
NO_RETRY = -1
RECURSION, FUNCTION_GONE, VERSION_GONE = "RecursiveInvocation", "FunctionDeleted", "VersionDeleted"
FUNCTION_RAN, THROTTLED, FAILED, STOPPED, GONE = 200, 429, 500, 400, 404
DEFAULTS = AsyncConfig()
ANYWHERE = ("queue", "topic", "function", "bus", "bucket", "stream", "stub")


@dataclass(slots=True)
class Event:
    """An event in the internal queue: `last` is its last record, `attempts` the invocations, `refusals` those in a row that
    could not begin.
    """

    body: int
    link: int
    queued_at: int
    last: int
    qualifier: str = ""
    version: str = LATEST
    """Which version ran last."""
    timer: int = 0
    attempts: int = 0
    refusals: int = 0
    outcome: Outcome | None = None


class EventQueue:
    """The events of one function."""

    def __init__(self, function: Function, config: FunctionConfig) -> None:
        self.function = function
        self.node = function.node
        self.dead_letter_target = config.asynchronous.dead_letter_target
        self.configs: dict[str, AsyncConfig] = dict(config.qualified)
        """By qualifier; what is not here is treated as AWS does by default."""
        if config.configured:
            self.configs[LATEST] = config.asynchronous
        self.events: dict[int, Event] = {}
        self.gone = False
        self._running: dict[int, int] = {}
        self._calendar = function.environment.calendar
        self._write = function.environment.recorder.write
        self._subjects = function.environment.subjects

    def config_of(self, qualifier: str) -> AsyncConfig:
        return self.configs.get(qualifier or LATEST, DEFAULTS)

    def deliver(self, delivery: Delivery, qualifier: str = "") -> int | Refusal:
        """Take an event in; answers its subject."""
        size = len(self.function.environment.bodies.text(delivery.body).encode())
        if size > QUOTAS.event_bytes:
            return Refusal(
                "RequestTooLargeException", f"{size} byte payload is too large for the Event invocation type.", 413
            )
        subject = self._subjects.new(MESSAGE, delivery.parent, 0, delivery.body)
        detail = (delivery.link,)
        last = self._write(records.QUEUED, self.node, subject, delivery.request, delivery.cause, 0, detail)
        now = self._calendar.now_at
        event = self.events[subject] = Event(delivery.body, delivery.link, now, last, qualifier)
        recursive = self.function.world.event_taken(subject, self.node) >= QUOTAS.recursion
        stopped = recursive and self.function.recursion_terminates
        event.timer = self._calendar.schedule(now, self.stop if stopped else self.attempt, subject)
        return subject

    # ── trying ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def attempt(self, subject: int) -> None:
        """The event's turn."""
        event, function = self.events[subject], self.function
        if function.reserved == 0:
            self._give_up(subject, ZERO_RESERVED, THROTTLED, "Rate Exceeded.")
            return
        code: Runnable | None = function
        if event.qualifier:
            code = function.versions.route(event.qualifier, subject, event.last)
            if code is None:
                self._give_up(subject, VERSION_GONE, GONE, f"Function not found: {function.arn}:{event.qualifier}")
                return
        reason, fault = function.unavailable(code)
        if reason:
            self._refused(subject, event, reason, fault)
            return
        event.attempts += 1
        event.refusals = 0
        if code is not None:
            event.version = code.number
        invocation = self._subjects.new(INVOCATION, subject, subject, event.body)
        self._running[invocation] = subject
        done, attempt = self.ended, event.attempts
        function.start(invocation, event.link, event.last, None, event.body, done, attempt=attempt, code=code)

    def stop(self, subject: int) -> None:
        """The event came of sixteen others of this same function: Lambda stops the loop."""
        self._give_up(subject, RECURSION, STOPPED, "Lambda detected a recursive loop.", into=("queue",))

    def _refused(self, subject: int, event: Event, reason: str, fault: int) -> None:
        """An invocation error: back off."""
        event.refusals += 1
        wait = min(QUOTAS.backoff_us << (event.refusals - 1), QUOTAS.longest_backoff_us)
        in_time = self._in_time(event, wait)
        detail = (reason, wait if in_time else NO_RETRY)
        cause = fault or event.last
        event.last = self._write(records.REFUSED, self.node, subject, 0, cause, event.attempts, detail)
        if in_time:
            event.timer = self._calendar.schedule(self._calendar.now_at + wait, self.attempt, subject)
        else:
            self._give_up(subject, EVENT_AGE_EXCEEDED, FAILED if fault else THROTTLED, reason)

    def ended(self, invocation: int, outcome: Outcome, ended: int, error: int) -> None:
        """An invocation is over."""
        subject = self._running.pop(invocation)
        event = self.events[subject]
        event.outcome = outcome
        if not outcome.error_type:
            self._succeeded(subject, event, ended)
            return
        retries_left = event.attempts <= self.config_of(event.qualifier).maximum_retry_attempts
        wait = QUOTAS.retry_waits_us[min(event.attempts, len(QUOTAS.retry_waits_us)) - 1]
        again = retries_left and self._in_time(event, wait)
        detail = (outcome.error_type, error, wait if again else NO_RETRY)
        event.last = self._write(records.FAILED, self.node, subject, invocation, ended, event.attempts, detail)
        if self.gone:
            self._give_up(subject, FUNCTION_GONE, GONE, f"Function not found: {self.function.arn}")
        elif again:
            event.timer = self._calendar.schedule(self._calendar.now_at + wait, self.attempt, subject)
        else:
            condition = EVENT_AGE_EXCEEDED if retries_left else RETRIES_EXHAUSTED
            self._give_up(subject, condition, FUNCTION_RAN, outcome.error_message)

    def _in_time(self, event: Event, wait: int) -> bool:
        return self._calendar.now_at + wait - event.queued_at <= self.config_of(event.qualifier).maximum_event_age_us

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _succeeded(self, subject: int, event: Event, cause: int) -> None:
        del self.events[subject]
        last = self._write(records.DELIVERED, self.node, subject, 0, cause, event.attempts)
        target = self.config_of(event.qualifier).on_success
        if target is not None:
            send_record(self.function, target, "async-on-success", _verdict(subject, event, SUCCESS, last))

    def _give_up(self, subject: int, condition: str, code: int, message: str, into: tuple[str, ...] = ANYWHERE) -> None:
        event, nodes = self.events.pop(subject), self.function.world.topology.nodes
        verdict = _verdict(subject, event, condition, event.last, code, message)
        on_failure, dead_letters = self.config_of(event.qualifier).on_failure, self.dead_letter_target
        arrived = False
        if on_failure is not None and nodes[on_failure].kind in into:
            arrived |= send_record(self.function, on_failure, ON_FAILURE, verdict)
        if dead_letters is not None and nodes[dead_letters].kind in into:
            arrived |= send_dead_letter(self.function, dead_letters, verdict)
        kind = records.MOVED if arrived else records.DISCARDED
        self._write(kind, self.node, subject, 0, event.last, event.attempts, (condition,))

    def removed(self, caller: Caller | None) -> None:
        """The function is deleted: what waits is discarded, what runs will be when it fails."""
        self.gone = True
        running = set(self._running.values())
        for subject in [each for each in self.events if each not in running]:
            event = self.events.pop(subject)
            self._calendar.cancel(event.timer)
            cause = caller.cause if caller is not None else event.last
            self._write(records.DISCARDED, self.node, subject, 0, cause, event.attempts, (FUNCTION_GONE,))

    # ── coming back ─────────────────────────────────────────────────────────────────────────────────────────────────

    def way_back(self, link: int, text: str, _attributes: Json) -> Return | Refusal:
        """A dead letter is the event; out of a destination's record it is the request payload (`Origin`)."""
        if self.function.world.topology.links[link].kind != ON_FAILURE:
            return Return(self.node, text)
        try:
            return Return(self.node, json.dumps(json.loads(text)["requestPayload"], separators=(",", ":")))
        except (ValueError, KeyError, TypeError):
            return Refusal("InvalidMessageContents", "This is no invocation record: it has no requestPayload.")


def _verdict(
    subject: int, event: Event, condition: str, cause: int, code: int = FUNCTION_RAN, message: str = ""
) -> Verdict:
    qualifier, version = event.qualifier or LATEST, event.version
    return Verdict(
        subject, event.body, condition, event.attempts, cause, event.outcome, code, message, qualifier, version
    )
