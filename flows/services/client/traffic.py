"""Traffic: messages that a person or a program keeps sending to one target.

However many messages there are, a traffic is one notice in the calendar: the n-th message is due n/rate seconds after the
first, computed from n alone, so that no rounding adds up. A burst sends all at one instant, a few at a time so that a run can
stop in between. `{{index}}` in a body is the message's number, from 1; a variant with `Every: n` replaces every n-th body (the
first variant that fits). A queue takes messages directly while nothing is wrong anywhere; while a fault is on, and always where
the target is no queue or messages belong to groups, each is a request through the client's SDK.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.engine.environment import Environment
from flows.services.client import records
from flows.services.client.templates import fill
from flows.services.faults import Faults
from flows.services.ports import Sink

BURST_AT_A_TIME = 100
ENDLESS = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A body to send; `number` is its body number where every copy is the same, otherwise 0. No copy is longer than `size`."""

    text: str
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Variant:
    every: int
    text: Text


class Traffic:
    def __init__(
        self,
        environment: Environment,
        target: Sink,
        through_sdk: Sink,
        faults: Faults,
        link: int,
        text: Text,
        variants: tuple[Variant, ...],
    ) -> None:
        self.environment = environment
        self.target = target
        self.through_sdk = through_sdk
        self._faults = faults
        self.link = link
        self.text = text
        self.variants = variants
        self.subject = 0
        self.cause = 0
        self.sent = 0
        self.count = ENDLESS
        self.rate_milli = 0
        self.started_at = 0
        self.running = True
        self._timer = 0

    def start(self, subject: int, cause: int, count: int, rate_milli: int) -> None:
        """The first message goes at once. Without a rate all of them do; with a rate and no count it goes on until stopped."""
        self.subject, self.cause, self.count, self.rate_milli = subject, cause, count, rate_milli
        calendar = self.environment.calendar
        self.started_at = calendar.now_at
        self._timer = calendar.schedule(self.started_at, self.tick)

    def stop(self, cause: int) -> None:
        self.environment.calendar.cancel(self._timer)
        self._end(cause)

    def tick(self) -> None:
        """The calendar's notice: send what is due."""
        for _ in range(1 if self.rate_milli else BURST_AT_A_TIME):
            self._send()
            if self.sent == self.count:
                self._end(self.cause)
                return
        calendar = self.environment.calendar
        due_at = self.started_at + self.sent * 1_000_000_000 // self.rate_milli if self.rate_milli else calendar.now_at
        self._timer = calendar.schedule(due_at, self.tick)

    def _send(self) -> None:
        self.sent = index = self.sent + 1
        text = self.text
        for variant in self.variants:
            if index % variant.every == 0:
                text = variant.text
                break
        number = text.number
        body = text.text if number else fill(text.text, index)
        if text.size > self.target.maximum_bytes:
            refusal = self.target.refuses(body)
            if refusal is not None:
                detail = (refusal.code, refusal.message)
                self.environment.recorder.write(records.REFUSED, 0, 0, self.subject, self.cause, 0, detail)
                return
        target = self.through_sdk if self._faults.live else self.target
        target.accept(number or self.environment.bodies.number(body), self.link, self.subject, self.cause)

    def _end(self, cause: int) -> None:
        self.running = False
        detail = (self.sent,)
        self.environment.recorder.write(records.TRAFFIC_ENDED, 0, self.subject, self.subject, cause, 0, detail)
