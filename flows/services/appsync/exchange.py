"""An exchange: one request, from when it is received until it is answered.

It runs a pass (`execution.py`), asks for what the pass does not know, and runs the next when answers are there; at the latest after
30 s it is over. Fields of one resolver whose requests are to go in batches are gathered until everything a pass asked for has said its
request, and go together.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import request_id
from flows.services.appsync import records
from flows.services.appsync.execution import look
from flows.services.appsync.field import FieldRun, rows_of
from flows.services.appsync.preparing import Prepared, prepare
from flows.services.appsync.quotas import QUOTAS
from flows.services.appsync.sources import Call, function_params
from flows.services.ports import NO_LINK, Answer, Caller, Json, Pending, Refusal
from flows.services.texts import is_writable, written

if TYPE_CHECKING:
    from flows.services.appsync.api import GraphqlApi

PRINCIPAL = "appsync.amazonaws.com"
TOO_MANY = "Resolver count limit of {} exceeded."
TIMED_OUT = {"errorType": "ExecutionTimeout", "message": "Execution timed out."}


def _no_schema(problem: str) -> Json:
    return {"errorType": "BadRequest", "message": problem}


class Exchange:
    def __init__(
        self, api: GraphqlApi, subject: int, caller: Caller, link: int, request: Json, *, as_sdk: bool
    ) -> None:
        self.api, self.environment = api, api.environment
        self.subject, self.link, self.caller_request, self.as_sdk = subject, link, caller.request, as_sdk
        self.query, self.variables = str(request.get("query")), request.get("variables") or {}
        self.name = str(request.get("operationName") or "")
        self.headers: dict[str, str] = request.get("headers") or {}
        self.id = request_id(self.environment.seed, subject)
        self.began_at = self.environment.now_at
        self.cause = caller.cause
        self.known: dict[str, tuple[str, Any]] = {}
        self.running: dict[str, FieldRun] = {}
        self.appended: list[Json] = []
        self.asked = 0
        self.endless: set[str] = set()
        """Code that was stopped because it took too long: it is not run again for this request."""
        self.batches: dict[tuple[str, int], list[FieldRun]] = {}
        self.pending: Pending | None = None
        self.timer = 0
        self.over = False
        self._looking = self._starting = False
        self._at_once: Answer | None = None

    @property
    def now_at(self) -> int:
        return self.environment.now_at

    @property
    def prepared(self) -> Prepared:
        """Read again wherever it is needed: it never enters a box."""
        return prepare(self.api.config.schema, self.query, self.api.config.depth)

    def begin(self) -> Answer | Pending:
        """Answered at once, or later."""
        prepared = self.prepared if not self.api.problem else Prepared(errors=(_no_schema(self.api.problem),))
        kind = prepared.kind(self.name)
        fields = written(self.name or kind or "a request")[:200]
        self.cause = self.write(records.RECEIVED, (self.link, fields), self.cause)
        wrong = list(prepared.errors) or self._unfit(kind)
        if wrong:
            return self._refused(wrong, prepared.status)
        self._starting = True
        self.look()
        self._starting = False
        if self._at_once is not None:
            return self._at_once
        calendar = self.environment.calendar
        self.timer = calendar.schedule(calendar.now_at + QUOTAS.timeout_us, self.timed_out)
        self.pending = self.api.world.promise()
        return self.pending

    def _unfit(self, kind: str) -> list[Json]:
        if not kind:
            return [{"errorType": "BadRequest", "message": "Must provide an operation."}]
        if kind == "subscription":
            return [{"errorType": "UnsupportedOperation", "message": "Subscriptions are not supported over HTTP."}]
        if not isinstance(self.variables, dict) or not is_writable(self.variables):
            return [{"errorType": "MalformedHttpRequestException", "message": "Variables must be an object."}]
        return []

    # ── passes ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def look(self) -> None:
        """A pass: what is not known yet is asked for, or the answer is there."""
        self._looking = False
        if self.over:
            return
        document = self.prepared.document
        assert document is not None
        while True:
            found = look(self.api.config.schema, document, self.variables, self.name, self.known, self.api.is_resolved)
            if isinstance(found, dict):
                self._answer(found)
                return
            new = [unknown for unknown in found if unknown.path not in self.running]
            self.asked += len(new)
            most = self.api.config.most_resolvers or QUOTAS.resolvers
            if self.asked > most:
                self._answer(
                    {"data": None, "errors": [{"errorType": "ResolverCountLimit", "message": TOO_MANY.format(most)}]}
                )
                return
            runs = [FieldRun(self, unknown) for unknown in new]
            for run in runs:
                self.running[run.path] = run
            for run in runs:
                run.begin()
            self._send_batches()
            if any(unknown.path not in self.known for unknown in found):
                return

    def resolved(self, run: FieldRun, known: tuple[str, Any]) -> None:
        """A field is known now: the next pass may know more. Of very many they go round by round."""
        self.running.pop(run.path, None)
        self.appended.extend({"path": json.loads(run.path), "locations": [], **row} for row in run.appended)
        self.known[run.path] = known
        if self.over or self._looking or self._starting or (self.asked > QUOTAS.quick and self.running):
            return
        self._looking = True
        calendar = self.environment.calendar
        calendar.schedule(calendar.now_at, self.look)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, run: FieldRun, call: Call, source: str) -> None:
        """A field's data source is asked; in a batch with others, where the call says so."""
        run.link = self.api.link_to(source)
        if not call.service:
            run.answered(Answer({}))
            return
        if call.batch:
            self.batches.setdefault((run.name, run.step), []).append(run)
            return
        params = function_params(call.asked, call.params) if self._is_function(call) else call.params
        run.cause = self.write(records.INVOKED, (run.link, run.name, f"{call.service}:{call.operation}"), run.cause)
        answer = self._call(run.link, run.cause, call, params)
        if isinstance(answer, Answer):
            run.answered(answer)
        else:
            self.api.world.when(answer, self.answered, run)

    def answered(self, run: FieldRun, answer: Answer) -> None:
        if self.over:
            self.write(records.ANSWERED_LATE, (run.link, run.name), run.cause)
            return
        run.answered(answer)
        self._send_batches()

    def _send_batches(self) -> None:
        """What was gathered goes, so many in one request as the resolver says."""
        gathered, self.batches = self.batches, {}
        for (name, _), runs in gathered.items():
            most = runs[0].resolver.batch or QUOTAS.usual_batch
            for first in range(0, len(runs), most):
                self._send(name, runs[first : first + most])

    def _send(self, name: str, runs: list[FieldRun]) -> None:
        call, link = runs[0].call, runs[0].link
        assert call is not None
        detail = (link, name, len(runs))
        cause = self.write(records.BATCHED, detail, runs[0].cause)
        cause = self.write(records.INVOKED, (link, name, "lambda:Invoke"), cause)
        for run in runs:
            run.cause = cause
        payloads = [run.call.params for run in runs if run.call is not None]
        answer = self._call(link, cause, call, function_params(call.asked, payloads))
        if isinstance(answer, Answer):
            self._share(runs, answer)
        else:
            self.api.world.when(answer, self.batch_answered, runs)

    def batch_answered(self, runs: list[FieldRun], answer: Answer) -> None:
        if self.over:
            self.write(records.ANSWERED_LATE, (runs[0].link, runs[0].name), runs[0].cause)
            return
        self._share(runs, answer)
        self._send_batches()

    def _share(self, runs: list[FieldRun], answer: Answer) -> None:
        for run, (row, wrong) in zip(runs, rows_of(answer, len(runs)), strict=True):
            run.answered_in_batch(row, wrong)

    @staticmethod
    def _is_function(call: Call) -> bool:
        return call.service == "lambda" and call.asked.startswith("arn:")

    def _call(self, link: int, cause: int, call: Call, params: Json) -> Answer | Pending:
        world, topology = self.api.world, self.api.world.topology
        caller = Caller(
            PRINCIPAL,
            self.api.node,
            topology.account,
            topology.region,
            self.caller_request or self.subject,
            link,
            cause=cause,
            parent=self.subject,
        )
        target = topology.links[link].target if link != NO_LINK else -1
        if target in world.stubs:
            node = topology.nodes[target]
            said = {
                "TargetArn": node.arn or node.name,
                "Operation": f"{call.service}:{call.operation}",
                "Body": json.dumps(params, default=str),
            }
            return world.door.call(world, caller, "external", "Call", said)
        return world.door.call(world, caller, call.service, call.operation, params)

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def timed_out(self) -> None:
        self.over = True
        took = self.now_at - self.began_at
        self.cause = self.write(records.TIMED_OUT, (self.link, took), self.cause)
        self._give(self._response({"data": None, "errors": [TIMED_OUT]}, 200))

    def _refused(self, errors: list[Json], status: int) -> Answer:
        self.over = True
        message = str(errors[0].get("message"))[:500]
        self.cause = self.write(records.REFUSED, (self.link, written(message)), self.cause)
        return self._response({"data": None, "errors": errors} if status == 200 else {"errors": errors}, status)

    def _answer(self, said: Json) -> None:
        """The one answer: with errors it is one that something is missing from."""
        self.over = True
        self.environment.calendar.cancel(self.timer)
        errors = [*(said.get("errors") or ()), *self.appended]
        took = self.now_at - self.began_at
        if errors:
            said = {**said, "errors": errors}
            message = written(str(errors[0].get("message")))[:500]
            detail: tuple[int | str, ...] = (self.link, len(errors), message, took)
            self.cause = self.write(records.RETURNED_ERRORS, detail, self.cause)
        else:
            self.cause = self.write(records.RETURNED, (self.link, took), self.cause)
        if self.prepared.kind(self.name) == "mutation" and isinstance(said.get("data"), dict):
            self.api.tell(self, said["data"])
        answer = self._response(said, 200)
        if self._starting:
            self._at_once = answer
        else:
            self._give(answer)

    def _response(self, said: Json, status: int) -> Answer:
        if status >= 400 and self.as_sdk:
            return Answer(refusal=Refusal(f"HTTP{status}", json.dumps(said, default=str), status), cause=self.cause)
        return Answer({"StatusCode": status, "Body": written(json.dumps(said, ensure_ascii=False, default=str))})

    def _give(self, answer: Answer) -> None:
        assert self.pending is not None
        self.api.world.answer(self.pending, answer)

    def write(self, kind: int, detail: tuple[Any, ...], cause: int) -> int:
        return self.environment.recorder.write(
            kind,
            self.api.node,
            self.subject,
            self.caller_request,
            cause,
            0,
            tuple(written(each) if isinstance(each, str) else each for each in detail),
        )
