"""A rule's deliveries: every copy of an event from the match to its target, or to where it is given up.

Theory of operation. A copy that a target does not take for a reason that may pass is tried again: after a wait that doubles from one
second to ten minutes, of which chance takes up to a half (AWS says: exponential back-off with jitter, no numbers; with these, 185
attempts take about as long as the 24 hours that are the other limit). Whichever limit comes first ends it: MaximumRetryAttempts
is the number of tries after the first, MaximumEventAgeInSeconds counts from the match, and a try that would come later than that is not
made. What can never succeed (the target is gone, it may not be called, the transformed event is no JSON) is not tried again. Given up, the
*original* event goes to the target's dead-letter queue, with the reason in six message attributes.

Chance comes from a stream per target, and another one per target and replay: a replay shifts no instant of live events.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.dates import iso_seconds
from flows.services.deliveries import deliver, is_permanent, latency_us
from flows.services.eventbridge import records
from flows.services.eventbridge.api_destination import ApiDestination
from flows.services.eventbridge.letters import NOT_JSON, NOTHING_THERE, THIRD_BUS, attributes_of, error_code
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.eventbridge.transform import TransformError
from flows.services.faults import Struck
from flows.services.ports import Answer, Delivery, Json, Pending

if TYPE_CHECKING:
    from flows.services.eventbridge.event import Event
    from flows.services.eventbridge.rule import Rule
    from flows.services.eventbridge.target import Target

MESSAGE = int(SubjectKind.MESSAGE)
NO_RETRY = -1
ATTEMPTS, AGE = "MaximumRetryAttempts", "MaximumEventAgeInSeconds"
BUS = "bus"
API = "api"
TOLD = frozenset({API, "stream"})
"""Kinds of targets of which a parameter may be a path into the event."""


@dataclass(slots=True)
class Dispatch:
    """One copy on its way: `last` is its last record, `timer` its entry in the calendar (0: none); body 0 cannot be sent."""

    event: int
    target: str
    body: int
    began_at: int
    request: int
    last: int
    replay: str
    hopped: bool
    attempts: int = 0
    timer: int = 0


class Dispatching:
    """The copies of one rule, by subject."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.world = rule.world
        self.pending: dict[int, Dispatch] = {}
        self._environment = rule.environment
        self._calendar = rule.environment.calendar
        self._write = rule.environment.recorder.write

    def dispatch(self, target: Target, event: Event, cause: int) -> None:
        """A copy for this target; the first attempt is made at once. To a bus in a notice of its own: buses may lead to each other."""
        body = self._body(target, event)
        place = target.place()
        subject = self._environment.subjects.new(MESSAGE, event.subject, 0, body or event.body)
        detail = (target.link, target.id, event.replay)
        last = self._write(records.PENDING, self.rule.node, subject, event.request, cause, 0, detail)
        copy = Dispatch(
            event.subject, target.id, body, self._calendar.now_at, event.request, last, event.replay, event.hopped
        )
        self.pending[subject] = copy
        if place is not None and self.world.topology.nodes[place].kind == BUS:
            copy.timer = self._calendar.schedule(self._calendar.now_at, self.attempt, subject)
        else:
            self.attempt(subject)

    def _body(self, target: Target, event: Event) -> int:
        try:
            text = target.text(event.value, iso_seconds(self._environment))
        except TransformError:
            return 0
        return event.body if text is None else self._environment.bodies.number(text)

    def form(self, target: Target, text: str) -> str:
        """The event in the form that the target gets."""
        try:
            found = target.text(json.loads(text), iso_seconds(self._environment))
        except (TransformError, ValueError, AttributeError):
            return text
        return text if found is None else found

    # ── trying ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def attempt(self, subject: int) -> None:
        """One attempt, as soon as the endpoint's rate lets it; a slow way makes it arrive later."""
        copy = self.pending[subject]
        copy.timer = 0
        target = self.rule.targets[copy.target]
        place = target.place()
        noun = None if place is None else self.world.nouns[place]
        if isinstance(noun, ApiDestination):
            turn_at = noun.turn()
            if turn_at > self._calendar.now_at:
                wait = turn_at - self._calendar.now_at
                copy.last = self._record(records.HELD, subject, copy, copy.last, (target.link, wait, noun.per_second))
                copy.timer = self._calendar.schedule(turn_at, self.go, subject)
                return
        self.go(subject)

    def go(self, subject: int) -> None:
        copy = self.pending[subject]
        copy.attempts += 1
        copy.timer = 0
        target = self.rule.targets[copy.target]
        place = target.place()
        wait = 0 if place is None else latency_us(self.world, place, target.link)
        if wait:
            copy.timer = self._calendar.schedule(self._calendar.now_at + wait, self.arrive, subject)
        else:
            self.arrive(subject)

    def arrive(self, subject: int) -> None:
        copy = self.pending[subject]
        copy.timer = 0
        target = self.rule.targets[copy.target]
        got = self._hand_over(subject, copy, target)
        if isinstance(got, Pending):
            self.world.when(got, self.answered, subject, copy.attempts)
        elif isinstance(got, Struck):
            self._failed(subject, copy, target, got)
        else:
            self._taken(subject, copy, target)

    def answered(self, subject: int, attempt: int, answer: Answer) -> None:
        """An API's answer: a status from 400 on is a failure."""
        copy = self.pending.get(subject)
        if copy is None or copy.attempts != attempt:
            return
        target = self.rule.targets[copy.target]
        if answer.refusal is None:
            self._taken(subject, copy, target)
        else:
            self._failed(subject, copy, target, Struck(answer.refusal, answer.cause))

    def _taken(self, subject: int, copy: Dispatch, target: Target) -> None:
        del self.pending[subject]
        self._record(records.DELIVERED, subject, copy, copy.last, (target.link,))

    def _hand_over(self, subject: int, copy: Dispatch, target: Target) -> int | Struck | Pending:
        place = target.place()
        if place is None:
            return Struck(NOTHING_THERE, 0)
        if not copy.body:
            return Struck(NOT_JSON, 0)
        kind = self.world.topology.nodes[place].kind
        if copy.hopped and kind == BUS:
            return Struck(THIRD_BUS, 0)
        event = (
            json.loads(self._environment.bodies.text(self._environment.subjects.body[copy.event]))
            if kind in TOLD
            else {}
        )
        if kind == API and self.world.nouns[place] is not None:
            return self._request(subject, copy, target, event)
        delivery = Delivery(
            copy.body,
            subject,
            target.link,
            copy.request,
            copy.last,
            source=self.rule.node,
            system=target.told(kind, event),
        )
        return deliver(self.world, place, delivery)

    def _request(self, subject: int, copy: Dispatch, target: Target, event: Json) -> int | Struck | Pending:
        """A request to an API, as its callers make it."""
        world, rule = self.world, self.rule
        api = world.topology.nodes[world.topology.links[target.link].target]
        text = self._environment.bodies.text(copy.body)
        caller = world.caller(rule.name, copy.request, copy.last, rule.node)
        caller = replace(caller, link=target.link, parent=subject)
        answer = world.door.call(world, caller, "apigateway", "Request", target.request(api.arn, text, event))
        if isinstance(answer, Pending):
            return answer
        return subject if answer.refusal is None else Struck(answer.refusal, answer.cause)

    def _failed(self, subject: int, copy: Dispatch, target: Target, struck: Struck) -> None:
        refusal, code = struck.refusal, error_code(struck.refusal)
        condition, wait = "", NO_RETRY
        if not is_permanent(refusal):
            wait = self._wait_us(copy)
            if copy.attempts > target.retries:
                condition, wait = ATTEMPTS, NO_RETRY
            elif self._calendar.now_at + wait - copy.began_at > target.age_us:
                condition, wait = AGE, NO_RETRY
        detail = (target.link, code, refusal.message, wait)
        copy.last = self._record(records.FAILED, subject, copy, struck.cause or copy.last, detail)
        if wait == NO_RETRY:
            self._give_up(subject, copy, target, (code, refusal.message, condition))
        else:
            copy.timer = self._calendar.schedule(self._calendar.now_at + wait, self.attempt, subject)

    def _wait_us(self, copy: Dispatch) -> int:
        """The wait before the next attempt: doubling, and up to a half of it taken away by chance."""
        doublings = min(copy.attempts - 1, 30)
        whole = min(QUOTAS.first_wait_us << doublings, QUOTAS.longest_wait_us)
        named = f"{self.rule.arn}/{copy.target}" + (f"/{copy.replay}" if copy.replay else "")
        return whole - self._environment.streams.stream(named).below(whole // 2 + 1)

    # ── giving up ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _give_up(self, subject: int, copy: Dispatch, target: Target, why: tuple[str, str, str]) -> None:
        """Into the dead-letter queue, if there is one that takes it."""
        del self.pending[subject]
        letters = target.dead_letter_queue()
        if letters is not None:
            delivery = Delivery(
                self._environment.subjects.body[copy.event],
                subject,
                target.dead_letter_link,
                copy.request,
                copy.last,
                attributes_of(self.rule.arn, target.arn, copy.attempts, why),
                source=self.rule.node,
                attempts=copy.attempts,
                dead_letter=True,
            )
            got = deliver(self.world, letters, delivery)
            if not isinstance(got, Struck):
                self._record(records.MOVED, subject, copy, copy.last, (target.dead_letter_link, *why))
                return
            copy.last = got.cause or copy.last
        kind = records.EXPIRED if why[2] == AGE else records.DISCARDED
        self._record(kind, subject, copy, copy.last, (target.link, *why))

    def abandon(self, reason: str, cause: int, target: str = "") -> None:
        """Nobody gets what is still waiting here, for that target or for all."""
        for subject, copy in list(self.pending.items()):
            if target in ("", copy.target):
                self._calendar.cancel(copy.timer)
                del self.pending[subject]
                link = self.rule.targets[copy.target].link if copy.target in self.rule.targets else NO_RETRY
                self._record(records.ABANDONED, subject, copy, cause or copy.last, (link, reason))

    def _record(self, kind: int, subject: int, copy: Dispatch, cause: int, detail: tuple[object, ...]) -> int:
        return self._write(kind, self.rule.node, subject, copy.request, cause, copy.attempts, detail)
