"""One field on its way through its resolver: a unit resolver's step, or a pipeline's one after another.

What waits is data: the field's path, the number of its step, its context. A step says a request, its data source answers, the step
makes a result of the answer, which is `prev.result` for the next one. Errors of a data source stand in `ctx.error` for the response
template or code, and fail the field where neither says otherwise (a direct resolver has nobody to ask).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.services.appsync import records
from flows.services.appsync.config import PIPELINE, StepConfig
from flows.services.appsync.evaluating import CODE_ERROR, REQUEST, RESPONSE, Said, evaluate
from flows.services.appsync.execution import Unknown
from flows.services.appsync.javascript import INTERRUPTED
from flows.services.appsync.sources import Call, call_of, direct, function_result, next_call, result_of
from flows.services.appsync.util import Clock, ResolverError
from flows.services.ports import NO_LINK, Answer, Json

if TYPE_CHECKING:
    from flows.services.appsync.exchange import Exchange

WAITS = object()


class FieldRun:
    def __init__(self, exchange: Exchange, unknown: Unknown) -> None:
        self.exchange = exchange
        self.path = unknown.path
        self.resolver = exchange.api.resolvers[unknown.type, unknown.field]
        self.name = f"{unknown.type}.{unknown.field}"
        self.began_at = exchange.now_at
        self.cause = exchange.cause
        self.step = 0
        self.link = NO_LINK
        self.call: Call | None = None
        self.appended: list[Json] = []
        copied: list[Any] = json.loads(json.dumps([unknown.arguments, unknown.source], default=str))
        self.context: Json = {
            "arguments": copied[0],
            "args": copied[0],
            "source": copied[1],
            "identity": None,
            "request": {"headers": dict(exchange.headers), "domainName": None},
            "info": unknown.info,
            "stash": {},
            "prev": None,
            "result": None,
            "error": None,
        }

    # ── the way ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """A pipeline's own request first; then the first step."""
        try:
            if self.resolver.kind == PIPELINE:
                before = self._evaluate(self.resolver.around, REQUEST)
                self.context["prev"] = {"result": None if before is None else before.value}
                if before is not None and before.left:
                    self._left_before(before.value)
                    return
            self._next()
        except ResolverError as wrong:
            self._failed(wrong)

    def _left_before(self, value: Any) -> None:
        """The pipeline's own request leaves: code goes on with its response, a template's #return is the resolver's answer."""
        if self.resolver.around.code is None:
            self._resolved(value)
        else:
            self._end()

    def _next(self) -> None:
        """The next step's request."""
        if self.step >= len(self.resolver.steps):
            self._end()
            return
        step = self.resolver.steps[self.step]
        self.context["result"] = self.context["error"] = None
        said = self._evaluate(step, REQUEST)
        if said is not None and said.left:
            self._went(said.value, ends=said.ends)
            return
        source = self.exchange.api.sources.get(step.source)
        if said is None and source is not None and source.kind == "AWS_LAMBDA" and step.request is None:
            self.call = direct(source, self.context, batch=self.resolver.batch > 0)
        else:
            value = None if said is None else said.value
            self.call = call_of(self.exchange.api.world, source, value)
        self.exchange.ask(self, self.call, step.source)

    def answered(self, answer: Answer) -> None:
        """The data source has answered."""
        try:
            assert self.call is not None
            more = next_call(self.call, answer)
            if more is not None:
                self.call = more
                self.exchange.ask(self, more, self.resolver.steps[self.step].source)
                return
            try:
                result = result_of(self.call, answer) if self.call.service else self.call.result
                self.taken(result)
            except ResolverError as wrong:
                self.refused(wrong)
        except ResolverError as wrong:
            self._failed(wrong)

    def answered_in_batch(self, row: Any, wrong: ResolverError | None) -> None:
        """Its row of a batch's answer."""
        try:
            if wrong is not None:
                self.refused(wrong)
            else:
                self.taken(row)
        except ResolverError as refused:
            self._failed(refused)

    def taken(self, result: Any) -> None:
        self.context["result"] = result
        self._respond(result)

    def refused(self, wrong: ResolverError) -> None:
        """The data source said no: the step's response may make something of it."""
        step = self.resolver.steps[self.step]
        if step.code is None and step.response is None:
            raise wrong
        self.context["error"] = {"message": wrong.message, "type": wrong.type}
        self.context["result"] = wrong.data
        self._respond(wrong.data, wrong)

    def _respond(self, result: Any, wrong: ResolverError | None = None) -> None:
        step = self.resolver.steps[self.step]
        said = self._evaluate(step, RESPONSE)
        if wrong is not None and (said is None or step.code is None) and (said is None or said.value is None):
            raise wrong
        self._went(result if said is None else said.value, ends=said is not None and said.ends)

    def _went(self, result: Any, *, ends: bool) -> None:
        """The step has its result."""
        self.step = len(self.resolver.steps) if ends else self.step + 1
        self.context["prev"] = {"result": result}
        self._next()

    def _end(self) -> None:
        result = (self.context["prev"] or {}).get("result")
        if self.resolver.kind == PIPELINE:
            self.context["result"] = result
            after = self._evaluate(self.resolver.around, RESPONSE)
            result = result if after is None else after.value
        self._resolved(result)

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _resolved(self, value: Any) -> None:
        took = self.exchange.now_at - self.began_at
        self.cause = self.exchange.write(records.RESOLVED, (self.link, self.name, took), self.cause)
        self.exchange.resolved(self, ("value", value))

    def _failed(self, wrong: ResolverError) -> None:
        said = (self.link, self.name, wrong.type or "error", wrong.message[:500])
        self.cause = self.exchange.write(records.FIELD_FAILED, said, self.cause)
        row = {"message": wrong.message, "errorType": wrong.type or None, "data": wrong.data, "errorInfo": wrong.info}
        self.exchange.resolved(self, ("error", row))

    def _evaluate(self, step: StepConfig, phase: str) -> Said | None:
        exchange = self.exchange
        clock = Clock(exchange.environment.wall_us(exchange.now_at), f"{exchange.id}{self.path}{self.step}{phase}")
        if step.code in exchange.endless:
            raise ResolverError(INTERRUPTED, CODE_ERROR)
        try:
            said = evaluate(step, phase, self.context, clock)
        except ResolverError as wrong:
            if step.code is not None and wrong.message == INTERRUPTED:
                exchange.endless.add(step.code)
            raise
        if said is not None:
            self.appended.extend(said.appended)
        return said


def rows_of(answer: Answer, count: int) -> list[tuple[Any, ResolverError | None]]:
    """What a function answered to a batch: a row for each request; an error for all, if it is no such list."""
    try:
        said = function_result(answer, direct_call=True)
    except ResolverError as wrong:
        return [(None, wrong)] * count
    if not isinstance(said, list) or len(said) != count:
        message = "The length of the returned list does not match the request's."
        return [(None, ResolverError(message, "Lambda:IllegalArgument"))] * count
    return [_row(each) for each in said]


def _row(given: Any) -> tuple[Any, ResolverError | None]:
    """A direct batch answers objects with data, or with an error."""
    if isinstance(given, dict) and given.get("errorMessage"):
        return None, ResolverError(str(given["errorMessage"]), str(given.get("errorType") or ""), given.get("data"))
    return (given["data"] if isinstance(given, dict) and set(given) == {"data"} else given), None
