"""A program's calls through an AWS SDK: attempts, waits between them, and what is left behind by an answer that got lost.

Theory of operation. A call is an operation with its parameters, made through the one door. A refusal that may pass (5xx, a
throttle) and an answer that does not come within the timeout are tried again as `sdk_retries.py` says; any other refusal is
the answer. An attempt that timed out may have done its work: the retry then does it twice, and both results have the request
as their parent. Its late answer is nobody's.

A request is a subject of its own only when there is something to tell: when a fault is on as it begins (so that duplicates
find a common parent), when it goes to an API (whose integrations fail without any fault), or at its first failure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.engine.subjects import SubjectKind
from flows.services import sdk_records as records
from flows.services.ports import Answer, Caller, Json, Refusal
from flows.services.sdk_retries import (
    NO_RETRY_INCREMENT,
    RETRY_COST,
    THROTTLES,
    TIMEOUT_COST,
    AdaptiveRate,
    RetryQuota,
    wait_us,
)
from flows.topology.resources.sdk import SdkConfig

if TYPE_CHECKING:
    from flows.services.world import World

Done: TypeAlias = "Callable[..., object]"
NO_RETRY = -1
MAY_FAIL_BY_THEMSELVES = ("apigateway:Request",)
"""Whose first attempt has the request as its parent even while nothing is wrong anywhere."""
TIMED_OUT = Refusal("RequestTimeout", "No answer within the SDK's read timeout.", 504)


def may_pass(refusal: Refusal) -> bool:
    """Whether another attempt may fare better."""
    return refusal.status >= 500 or refusal.status == 429 or refusal.code in THROTTLES


class Sdk:
    """The SDK of one node's programs: its settings, its retry tokens, its rate."""

    def __init__(self, world: World, node: int) -> None:
        self.world = world
        self.node = node
        self.config = SdkConfig()
        self.quota = RetryQuota()
        self.rate = AdaptiveRate()

    def call(
        self,
        operation: str,
        params: Json,
        link: int,
        request: int,
        cause: int,
        done: Done,
        *args: Any,
        config: SdkConfig | None = None,
        parent: int = 0,
    ) -> None:
        """Make the call ("sqs:SendMessage"). `done` is called with `args`, the answer and the record that led to it."""
        SdkCall(self, config or self.config, operation, params, link, request, cause, parent, done, args).begin()


class SdkCall:
    """One request, until it is answered or given up."""

    def __init__(
        self,
        sdk: Sdk,
        config: SdkConfig,
        operation: str,
        params: Json,
        link: int,
        request: int,
        cause: int,
        parent: int,
        done: Done,
        args: tuple[Any, ...],
    ) -> None:
        self.sdk, self.config = sdk, config
        self.operation, self.params = operation, params
        self.link, self.request, self.cause = link, request, cause
        self.parent = parent
        self.done, self.args = done, args
        self.subject = 0
        self.attempt = self.failures = 0
        self.timer = 0
        self.cost = NO_RETRY_INCREMENT

    def begin(self) -> None:
        if self.sdk.world.faults.live or self.operation in MAY_FAIL_BY_THEMSELVES:
            self._known()
        self._held()

    def _held(self) -> None:
        """Adaptive mode may hold a request back before it goes."""
        calendar = self.sdk.world.environment.calendar
        wait = self.sdk.rate.sent(calendar.now_at) if self.config.mode == "adaptive" else 0
        if wait:
            calendar.schedule(calendar.now_at + wait, self.go)
        else:
            self.go()

    def go(self) -> None:
        """One attempt."""
        self.attempt += 1
        world = self.sdk.world
        service, _, operation = self.operation.partition(":")
        topology = world.topology
        principal = topology.nodes[self.sdk.node].name
        caller = Caller(
            principal,
            self.sdk.node,
            topology.account,
            topology.region,
            self.request or self.subject,
            self.link,
            cause=self.cause,
            parent=self.subject or self.parent,
        )
        answer = world.door.call(world, caller, service, operation, self.params)
        if isinstance(answer, Answer):
            self._settle(answer)
            return
        calendar = world.environment.calendar
        self.timer = calendar.schedule(calendar.now_at + self.config.timeout_us, self.timed_out)
        world.when(answer, self.answered, self.attempt)

    def answered(self, attempt: int, answer: Answer) -> None:
        """The answer that came later; one to an attempt that was not waited for any more is nobody's."""
        if attempt == self.attempt and self.timer:
            self.sdk.world.environment.calendar.cancel(self.timer)
            self.timer = 0
            self._settle(answer)

    def timed_out(self) -> None:
        self.timer = 0
        detail = (self.link, self.operation, self.config.timeout_us)
        self.cause = self._write(records.ANSWER_LOST, detail, self.cause)
        self._failed(TIMED_OUT, TIMEOUT_COST)

    def _settle(self, answer: Answer) -> None:
        now = self.sdk.world.environment.now_at
        if answer.refusal is None:
            self.sdk.quota.give_back(self.cost)
            self.sdk.rate.succeeded(now)
            if self.failures:
                self.cause = self._write(records.ANSWERED, (self.link, self.operation), self.cause)
            self.done(*self.args, answer, self.cause)
            return
        if answer.refusal.code in THROTTLES and self.config.mode == "adaptive":
            self.sdk.rate.throttled(now)
        self.cause = answer.cause or self.cause
        if may_pass(answer.refusal):
            self._failed(answer.refusal, RETRY_COST)
        else:
            self._give_up(answer.refusal)

    def _failed(self, refusal: Refusal, cost: int) -> None:
        sdk, retry = self.sdk, self.attempt
        if retry >= self.config.attempts or not (self.config.mode == "legacy" or sdk.quota.take(cost)):
            self._give_up(refusal)
            return
        self.failures += 1
        self.cost = cost
        environment = sdk.world.environment
        stream = environment.streams.stream(f"{sdk.world.topology.nodes[sdk.node].id}/sdk")
        wait = wait_us(self.config, retry, stream)
        detail = (self.link, self.operation, refusal.code, refusal.message, wait)
        self.cause = self._write(records.FAILED, detail, self.cause)
        environment.calendar.schedule(environment.now_at + wait, self._held)

    def _give_up(self, refusal: Refusal) -> None:
        detail = (self.link, self.operation, refusal.code, refusal.message)
        self.cause = self._write(records.FAILED, (*detail, NO_RETRY), self.cause)
        self.cause = self._write(records.GIVEN_UP, detail, self.cause)
        self.done(*self.args, Answer(refusal=refusal, cause=self.cause), self.cause)

    def _known(self) -> int:
        """The request as a subject."""
        if not self.subject:
            self.subject = self.sdk.world.environment.subjects.new(int(SubjectKind.REQUEST), self.parent)
        return self.subject

    def _write(self, kind: int, detail: tuple[Any, ...], cause: int) -> int:
        return self.sdk.world.environment.recorder.write(
            kind, self.sdk.node, self._known(), self.request, cause, self.attempt, detail
        )
