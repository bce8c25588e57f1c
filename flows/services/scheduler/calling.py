"""A schedule's calls: every firing from its instant to the target, or to where it is given up.

Theory of operation. A call that the target does not take for a reason that may pass is made again: after a wait that doubles from one
second to ten minutes, of which chance takes up to a half (AWS says: exponential back-off; no numbers). Whichever limit comes first
ends it: MaximumRetryAttempts is the number of tries after the first, MaximumEventAgeInSeconds counts from the first try, and a try that
would come later than that is not made. What can never succeed (nothing is there, the request is refused) is not tried again. Given up,
the payload goes to the schedule's dead-letter queue, with the reason in message attributes.

A call through the door may answer at a later instant (a synchronous invocation): the call is pending until then.

Sources: "Configuring a schedule's dead-letter queue", "RetryPolicy" (AWS's user guide and API reference).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.dates import UNIX_EPOCH
from flows.services.deliveries import deliver, is_permanent, latency_us
from flows.services.faults import Struck
from flows.services.ports import Answer, Caller, Delivery, Json, Refusal
from flows.services.scheduler import records
from flows.services.scheduler.payload import Facts, fill, made_up
from flows.services.scheduler.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.scheduler.schedule import Schedule

REQUEST = int(SubjectKind.REQUEST)
NO_RETRY = -1
ATTEMPTS, AGE = "MaximumRetryAttempts", "MaximumEventAgeInSeconds"
NOTHING_THERE = Refusal("ResourceNotFoundException", "The target does not exist.", 404)


@dataclass(slots=True)
class Call:
    """One firing on its way: `due_us` is its date, `last` its last record, `timer` its entry in the calendar (0: none)."""

    due_us: int
    began_at: int
    last: int
    attempts: int = 0
    timer: int = 0


class Calling:
    """The calls of one schedule, by subject."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.world = schedule.world
        self.pending: dict[int, Call] = {}
        self._environment = schedule.environment
        self._calendar = schedule.environment.calendar
        self._write = schedule.environment.recorder.write

    def begin(self, due_us: int, next_wait: int, later_us: int, window_us: int) -> None:
        """A firing; the first attempt is made `later_us` from now."""
        target, now = self.schedule.target, self._calendar.now_at
        target.place()
        subject = self._environment.subjects.new(REQUEST)
        body = self._environment.bodies.number(self._payload(subject, due_us, 1))
        self._environment.subjects.body[subject] = body
        detail = (target.link, self.execution_id(subject), next_wait)
        last = self._write(records.FIRED, self.schedule.node, subject, subject, 0, 0, detail)
        call = self.pending[subject] = Call(due_us, now + later_us, last)
        if later_us:
            call.last = self._record(records.POSTPONED, subject, call, last, (target.link, window_us, later_us))
        call.timer = self._calendar.schedule(now + later_us, self.attempt, subject)

    def execution_id(self, subject: int) -> str:
        """`<aws.scheduler.execution-id>`: sixteen hexadecimal digits."""
        return message_id(self._environment.seed, subject).replace("-", "")[:16]

    def _payload(self, subject: int, due_us: int, attempt: int) -> str:
        scheduled = f"{UNIX_EPOCH + timedelta(microseconds=due_us):%Y-%m-%dT%H:%M:%SZ}"
        facts = Facts(self.schedule.arn, scheduled, self.execution_id(subject), attempt)
        given = self.schedule.target.member("Input")
        return made_up(facts, message_id(self._environment.seed, subject)) if given is None else fill(str(given), facts)

    # ── trying ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def attempt(self, subject: int) -> None:
        """One attempt; a slow way makes it arrive later."""
        call = self.pending[subject]
        call.attempts += 1
        call.timer = 0
        target = self.schedule.target
        place = target.place()
        through_door = target.is_universal or target.is_bus
        wait = 0 if place is None or through_door else latency_us(self.world, place, target.link)
        if wait:
            call.timer = self._calendar.schedule(self._calendar.now_at + wait, self.arrive, subject)
        else:
            self.arrive(subject)

    def arrive(self, subject: int) -> None:
        call = self.pending[subject]
        call.timer = 0
        target = self.schedule.target
        place = target.place()
        text = self._payload(subject, call.due_us, call.attempts)
        if target.is_universal or target.is_bus:
            self._request(subject, call, text)
            return
        got: int | Struck = Struck(NOTHING_THERE, 0)
        if place is not None:
            system = target.told(self.world.topology.nodes[place].kind, subject)
            body = self._environment.bodies.number(text)
            link, node = target.link, self.schedule.node
            delivery = Delivery(body, subject, link, subject, call.last, source=node, system=system)
            got = deliver(self.world, place, delivery)
        if isinstance(got, Struck):
            self._failed(subject, call, got)
        else:
            self._taken(subject, call)

    def _request(self, subject: int, call: Call, text: str) -> None:
        """An operation of a service, as AWS's API would be called."""
        schedule, target = self.schedule, self.schedule.target
        service, operation, params = target.request(text)
        _, _, _, region, account, *_ = schedule.arn.split(":")
        caller = Caller(
            schedule.name, schedule.node, account, region, subject, target.link, cause=call.last, parent=subject
        )
        place = target.place()
        if place is not None and place in self.world.stubs:
            node = self.world.topology.nodes[place]
            params = {"TargetArn": node.arn or node.name, "Operation": f"{service}:{operation}", "Body": text}
            service, operation = "external", "Call"
        answer = self.world.door.call(self.world, caller, service, operation, params)
        if isinstance(answer, Answer):
            self.answered(subject, call.attempts, answer)
        else:
            self.world.when(answer, self.answered, subject, call.attempts)

    def answered(self, subject: int, attempt: int, answer: Answer) -> None:
        """The operation's answer; an entry that PutEvents did not take is a failure too."""
        call = self.pending.get(subject)
        if call is None or call.attempts != attempt:
            return
        refusal = answer.refusal or _failed_entry(answer.output or {})
        if refusal is None:
            self._taken(subject, call)
        else:
            self._failed(subject, call, Struck(refusal, answer.cause))

    def _taken(self, subject: int, call: Call) -> None:
        del self.pending[subject]
        self.schedule.call_ended(
            self._record(records.DELIVERED, subject, call, call.last, (self.schedule.target.link,))
        )

    def _failed(self, subject: int, call: Call, struck: Struck) -> None:
        refusal, schedule = struck.refusal, self.schedule
        condition, wait = "", NO_RETRY
        if not is_permanent(refusal):
            wait = self._wait_us(call)
            if call.attempts > schedule.retries:
                condition, wait = ATTEMPTS, NO_RETRY
            elif self._calendar.now_at + wait - call.began_at > schedule.age_us:
                condition, wait = AGE, NO_RETRY
        detail = (schedule.target.link, refusal.code, refusal.message, wait)
        call.last = self._record(records.FAILED, subject, call, struck.cause or call.last, detail)
        if wait == NO_RETRY:
            self._give_up(subject, call, (refusal.code, refusal.message, condition))
        else:
            call.timer = self._calendar.schedule(self._calendar.now_at + wait, self.attempt, subject)

    def _wait_us(self, call: Call) -> int:
        """The wait before the next attempt: doubling, and up to a half of it taken away by chance."""
        whole = min(QUOTAS.first_wait_us << min(call.attempts - 1, 30), QUOTAS.longest_wait_us)
        return whole - self._environment.streams.stream(self.schedule.arn).below(whole // 2 + 1)

    # ── giving up ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _give_up(self, subject: int, call: Call, why: tuple[str, str, str]) -> None:
        """Into the dead-letter queue, if there is one that takes it."""
        del self.pending[subject]
        target = self.schedule.target
        letters = target.dead_letter_queue()
        if letters is not None:
            text = self._payload(subject, call.due_us, call.attempts)
            delivery = Delivery(
                self._environment.bodies.number(text),
                subject,
                target.dead_letter_link,
                subject,
                call.last,
                self._attributes(subject, call, why),
                source=self.schedule.node,
                attempts=call.attempts,
                dead_letter=True,
            )
            got = deliver(self.world, letters, delivery)
            if not isinstance(got, Struck):
                detail = (target.dead_letter_link, *why)
                self.schedule.call_ended(self._record(records.MOVED, subject, call, call.last, detail))
                return
            call.last = got.cause or call.last
        kind = records.EXPIRED if why[2] == AGE else records.DISCARDED
        self.schedule.call_ended(self._record(kind, subject, call, call.last, (target.link, *why)))

    def _attributes(self, subject: int, call: Call, why: tuple[str, str, str]) -> Json:
        """The dead letter's message attributes."""
        code, message, condition = why
        said = {
            "ERROR_CODE": code,
            "ERROR_MESSAGE": message.encode()[: QUOTAS.attribute_bytes].decode(errors="ignore"),
            "EXECUTION_ID": self.execution_id(subject),
            "EXHAUSTED_RETRY_CONDITION": condition,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(max(call.attempts - 1, 0)),
            "SCHEDULED_TIME": f"{UNIX_EPOCH + timedelta(microseconds=call.due_us):%Y-%m-%dT%H:%M:%SZ}",
            "SCHEDULE_ARN": self.schedule.arn,
            "TARGET_ARN": self.schedule.target.arn,
        }
        return {name: {"DataType": "String", "StringValue": value} for name, value in said.items() if value}

    def abandon(self, reason: str, cause: int) -> None:
        """No call that still waits is made."""
        for subject, call in list(self.pending.items()):
            self._calendar.cancel(call.timer)
            del self.pending[subject]
            self._record(records.ABANDONED, subject, call, cause or call.last, (self.schedule.target.link, reason))

    def _record(self, kind: int, subject: int, call: Call, cause: int, detail: tuple[object, ...]) -> int:
        return self._write(kind, self.schedule.node, subject, subject, cause, call.attempts, detail)


def _failed_entry(output: Json) -> Refusal | None:
    """Why PutEvents did not take the event, though it answered."""
    if not output.get("FailedEntryCount"):
        return None
    entry: Json = next((each for each in output.get("Entries") or () if each.get("ErrorCode")), {})
    return Refusal(str(entry.get("ErrorCode") or "InternalFailure"), str(entry.get("ErrorMessage") or ""), 400)
