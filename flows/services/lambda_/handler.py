"""What runs when a function is invoked: the handler port, and the declarative handler that stands in for code.

A handler answers one question, `run(invocation) -> Outcome`. Declarative behaviours are *pure*: computed anew in every replay
from the behaviour, the batch and the function's own random streams, never logged. Real code (a later handler of this port)
is not, and goes through the effect log.

Rules are tried in order for each record, and a rule's conditions cheapest first; chance is drawn last, and only if
everything else holds. A record whose rule says `item` is reported if the mapping takes partial answers; if not, the handler
lets the exception go up, as a handler must: otherwise the failed message would be deleted. In a batch of a FIFO queue it stops
at the first failure and reports what it has not handled as well, as AWS advises: so a group stays in order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from flows.engine.bodies import Bodies
from flows.engine.random_streams import Stream
from flows.services.behaving import failing
from flows.services.effects import Effects, Outcome
from flows.services.lambda_.config import Behaviour, FailureRule
from flows.services.ports import Batch, Json

NOT_HANDLED = ("NotHandled", "A message before it failed: the function stopped there, so that the order is kept.")


@dataclass(slots=True)
class Invocation:
    """One call of a handler: a batch from a mapping, or a payload."""

    ordinal: int
    """The invocation's subject: no other invocation of the execution has it."""
    batch: Batch | None
    payload: int
    """The number of the payload's body, when there is no batch."""
    partial: bool
    """Whether failed records may be reported one by one."""
    attempt: int = 1
    """Which attempt it is, of an event that is tried again."""
    ordered: bool = False
    """The batch is from a FIFO queue."""
    buffered: bool = False
    """The mapping gathers its batches; AWS then says of a message without attributes that their digest is null."""

    def event(self) -> Json | None:
        """The event of a batch, as AWS writes it; None where there is none (then the payload is the event)."""
        if self.batch is None:
            return None
        event = self.batch.event()
        for record in event["Records"] if self.buffered else ():
            record.setdefault("md5OfMessageAttributes", None)
        return event


class Handler(Protocol):
    @property
    def pure(self) -> bool: ...

    @property
    def code_hash(self) -> str: ...

    def run(self, invocation: Invocation) -> Outcome: ...


class DeclarativeHandler:
    pure = True

    def __init__(self, behaviour: Behaviour, bodies: Bodies, durations: Stream, chances: Stream) -> None:
        self.behaviour = behaviour
        self._bodies = bodies
        self._durations = durations
        self._chances = chances
        self._by_body = any(rule.body is not None for rule in behaviour.failures)
        self._chance_of_item = len(behaviour.failures) == 1 and _is_chance_of_item(behaviour.failures[0])

    @property
    def code_hash(self) -> str:
        return sha256(repr(self.behaviour).encode()).hexdigest()

    def run(self, invocation: Invocation) -> Outcome:
        behaviour = self.behaviour
        duration_us = self._durations.sample(behaviour.duration.quantiles)
        if not behaviour.failures:
            return Outcome(behaviour.output, duration_us=duration_us)
        batch = invocation.batch
        if self._chance_of_item and batch is not None and invocation.partial and not invocation.ordered:
            return self._some_fail_by_chance(len(batch), duration_us)
        attempts = [invocation.attempt] if batch is None else batch.attempts()
        bodies = [invocation.payload] if batch is None else batch.bodies() if self._by_body else attempts
        items: list[int] = []
        errors: list[tuple[str, str]] = []
        for index, attempt in enumerate(attempts):
            rule = self._rule_for(attempt, bodies[index])
            if rule is None:
                continue
            if rule.how == "item" and invocation.partial:
                items.append(index)
                errors.append((rule.error_type, rule.error_message))
                if invocation.ordered:
                    rest = range(index + 1, len(attempts))
                    items.extend(rest)
                    errors.extend([NOT_HANDLED] * len(rest))
                    break
                continue
            timed_out = rule.how == "timeout"
            return Outcome("", rule.error_type, rule.error_message, duration_us, timed_out=timed_out)
        return Outcome(behaviour.output, "", "", duration_us, failed_items=tuple(items), item_errors=tuple(errors))

    def _some_fail_by_chance(self, size: int, duration_us: int) -> Outcome:
        """The one rule is a rate, and each record fails for itself: nothing but chance needs to be asked."""
        (rule,) = self.behaviour.failures
        chance, rate_ppm = self._chances.chance_ppm, rule.rate_ppm or 0
        items = tuple([index for index in range(size) if chance(rate_ppm)])
        errors = ((rule.error_type, rule.error_message),) * len(items)
        return Outcome(self.behaviour.output, "", "", duration_us, failed_items=items, item_errors=errors)

    def _rule_for(self, attempt: int, body: int) -> FailureRule | None:
        """The first rule that says this record fails."""
        return failing(self.behaviour.failures, attempt, body, self._bodies, self._chances)


def outcome_of(handler: Handler, invocation: Invocation, effects: Effects, bodies: Bodies) -> Outcome:
    """What the handler gives; for one that is not pure, what it gave when it first ran."""
    if handler.pure:
        return handler.run(invocation)
    event = invocation.event()
    text = bodies.text(invocation.payload) if event is None else json.dumps(event, sort_keys=True)
    input_hash = sha256(text.encode()).hexdigest()
    known = effects.recorded(invocation.ordinal, handler.code_hash, input_hash)
    if known is not None:
        return known
    outcome = handler.run(invocation)
    effects.log(invocation.ordinal, handler.code_hash, input_hash, outcome)
    return outcome


def _is_chance_of_item(rule: FailureRule) -> bool:
    return rule.rate_ppm is not None and rule.attempts_up_to is None and rule.body is None and rule.how == "item"
