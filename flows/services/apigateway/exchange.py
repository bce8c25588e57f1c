"""An exchange: one request, from when it is received until it has its status, and what comes after.

It ends exactly once. The integration's answer and the timer race: whichever comes first says the status, and an answer that comes later
is nobody's. What was called is not told, and goes on (a function is billed to its end).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.apigateway import records
from flows.services.apigateway.authorizers import Asking, Pass
from flows.services.apigateway.integrations import Call, prepare, scope_of
from flows.services.apigateway.request import (
    AUTHORIZER_FAILED,
    MALFORMED,
    NOT_FOUND,
    THROTTLED,
    TIMED_OUT,
    TOO_LARGE,
    Request,
    Response,
    own,
)
from flows.services.apigateway.responses import respond
from flows.services.ports import NO_LINK, Answer, Caller, Json, Pending, Refusal
from flows.services.texts import written

if TYPE_CHECKING:
    from flows.services.apigateway.api import Api
    from flows.services.apigateway.config import AuthorizerConfig, RouteConfig
    from flows.topology.request_templates import Scope

ERRORS = {429: "TooManyRequestsException", 504: "GatewayTimeout"}
TOO_DEEP = "what it says nests too deep"
AUTHORIZER_LINK = "api-authorizer"
PRINCIPAL = "apigateway.amazonaws.com"
NOT_SIMULATED = "{}, which is not simulated: here it goes well"


class Exchange:
    def __init__(self, api: Api, subject: int, caller: Caller, link: int, request: Request, *, as_sdk: bool) -> None:
        self.api, self.subject, self.request = api, subject, request
        self.link, self.caller_request = link, caller.request
        self.began_at = api.environment.now_at
        self.as_sdk = as_sdk
        self.route: RouteConfig | None = None
        self.parameters: dict[str, str] = {}
        self.given: Json = {}
        self.call: Call | None = None
        self.call_link = NO_LINK
        self.authorizer: Json | None = None
        self.pending: Pending | None = None
        self.timer = self.cause = 0
        self.over = False

    def begin(self, cause: int) -> Answer | Pending:
        """Answered at once, or later."""
        self.cause = self._write(
            records.RECEIVED, (self.link, self.request.method, written(self.request.path)[:500]), cause
        )
        api, kind = self.api, self.api.config.kind
        found = api.routes.match(self.request.method, self.request.path)
        if found is None:
            response = own(kind, NOT_FOUND, "no route")
            said = (self.link, self.request.method, written(self.request.path)[:500], response.status)
            return self._ended(records.NO_ROUTE, said, response)
        self.route, self.parameters = found
        self.cause = self._write(records.ROUTED, (self.route.key,), self.cause)
        guard = api.guards.of(self.route)
        if guard is None:
            return self._admitted()
        found_out = api.guards.ask(
            guard, api.setting(self), self.request, self.route, self.parameters, api.environment.now_at
        )
        return self._asked(guard, found_out) if isinstance(found_out, Asking) else self._judged(guard, found_out)

    # ── the authorizer ──────────────────────────────────────────────────────────────────────────────────────────────

    def _asked(self, guard: AuthorizerConfig, asking: Asking) -> Answer | Pending:
        """The authorizer's function is invoked, and its answer waited for."""
        api, world = self.api, self.api.world
        link = NO_LINK if guard.function < 0 else world.link_between(api.node, guard.function, AUTHORIZER_LINK)
        self.cause = self._write(records.AUTHORIZER_CALLED, (link, guard.name), self.cause)
        call, said = api.reachable(
            Call("lambda", "Invoke", {"FunctionName": guard.arn, "Payload": asking.event}), guard.function
        )
        if not call.service:
            return self._answer(own(api.config.kind, AUTHORIZER_FAILED, said))
        answer = world.door.call(world, self._caller(link), call.service, call.operation, call.params)
        if isinstance(answer, Answer):
            return self._heard(guard, asking, answer)
        world.when(answer, self.authorized, guard.name, asking)
        self.pending = world.promise()
        return self.pending

    def authorized(self, name: str, asking: Asking, answer: Answer) -> None:
        """The authorizer's answer came later."""
        assert self.route is not None
        guard = self.api.guards.of(self.route)
        if guard is None or guard.name != name:
            return
        found = self._heard(guard, asking, answer)
        if isinstance(found, Answer):
            self._give(found)

    def _heard(self, guard: AuthorizerConfig, asking: Asking, answer: Answer) -> Answer | Pending:
        api = self.api
        now_at = api.environment.now_at
        return self._judged(guard, api.guards.answered(guard, asking, api.setting(self), self.request, answer, now_at))

    def _judged(self, guard: AuthorizerConfig, found: Pass | Response) -> Answer | Pending:
        if isinstance(found, Response):
            return self._answer(found)
        self.authorizer = found.said
        self.cause = self._write(records.AUTHORIZED, (guard.name, found.how), self.cause)
        return self._admitted()

    def _admitted(self) -> Answer | Pending:
        """It may pass, if it is not one too many."""
        api, kind = self.api, self.api.config.kind
        assert self.route is not None
        reason = api.limits.refuses(self.route, api.environment.now_at)
        if reason:
            response = own(kind, THROTTLED, reason)
            return self._ended(records.THROTTLED, (self.link, response.status, reason), response)
        if api.too_large(self.request):
            return self._answer(own(kind, TOO_LARGE))
        self.given = api.integration(self.route)
        setting = api.setting(self)
        try:
            call = prepare(setting, self.request, self.route, self.parameters, self.given)
        except RecursionError:
            call = own(kind, MALFORMED, TOO_DEEP)
        return self._answered_by_itself(call) if isinstance(call, Response) else self._called(call)

    # ── the integration ─────────────────────────────────────────────────────────────────────────────────────────────

    def _answered_by_itself(self, response: Response) -> Answer:
        """A mock, an HTTP backend, a template that cannot be filled in."""
        if response.reason not in ("mock", "http"):
            return self._answer(response)
        said = "a mock" if response.reason == "mock" else NOT_SIMULATED.format("an HTTP backend")
        self.cause = self._write(records.INTEGRATED, (NO_LINK, said), self.cause)
        if response.reason == "http":
            return self._answer(Response(response.status))
        responses = self.given.get("responses")
        known = responses if isinstance(responses, dict) else {}
        fake = Call("mock", "", {})
        answer = Answer({}) if response.status < 400 else Answer(refusal=Refusal("Mock", "mock", response.status))
        return self._answer(
            respond(self.api.config.kind, fake, answer, self.given, self._scope())
            if known
            else Response(response.status)
        )

    def _called(self, call: Call) -> Answer | Pending:
        api, world = self.api, self.api.world
        assert self.route is not None
        target = self.route.target
        self.call_link = NO_LINK if target < 0 else world.link_between(api.node, target)
        call, said = api.reachable(call, target)
        self.call = call
        self.cause = self._write(records.INTEGRATED, (self.call_link, said), self.cause)
        if not call.service:
            return self._answer(Response(200))
        answer = world.door.call(world, self._caller(self.call_link), call.service, call.operation, call.params)
        if isinstance(answer, Answer):
            return self._answer(self._response(answer))
        calendar = api.environment.calendar
        self.timer = calendar.schedule(calendar.now_at + api.timeout_us(self.given), self.timed_out)
        world.when(answer, self.answered)
        if self.pending is None:
            self.pending = world.promise()
        return self.pending

    def _caller(self, link: int) -> Caller:
        api, topology = self.api, self.api.world.topology
        return Caller(
            PRINCIPAL,
            api.node,
            topology.account,
            topology.region,
            self.caller_request or self.subject,
            link,
            cause=self.cause,
            parent=self.subject,
        )

    def answered(self, answer: Answer) -> None:
        """The integration's answer: the status, or nobody's."""
        if self.over:
            self._write(records.ENDED_LATE, (self.call_link, self._duration()), self.cause)
            return
        self.api.environment.calendar.cancel(self.timer)
        self._give(self._answer(self._response(answer)))

    def timed_out(self) -> None:
        response = own(self.api.config.kind, TIMED_OUT, "no answer in time")
        detail = (self.link, response.status, self._duration())
        self._give(self._ended(records.TIMED_OUT, detail, response))

    def _response(self, answer: Answer) -> Response:
        assert self.call is not None
        try:
            return respond(self.api.config.kind, self.call, answer, self.given, self._scope())
        except RecursionError:
            return own(self.api.config.kind, MALFORMED, TOO_DEEP)

    def _scope(self) -> Scope:
        assert self.route is not None
        return scope_of(self.api.setting(self), self.request, self.route, self.parameters)

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, response: Response) -> Answer:
        if response.status < 400:
            return self._ended(records.ANSWERED, (self.link, response.status, self._duration()), response)
        detail = (self.link, response.status, self._duration(), written(response.reason) or "an error")
        return self._ended(records.REFUSED, detail, response)

    def _ended(self, kind: int, detail: tuple[int | str, ...], response: Response) -> Answer:
        """The one status. An SDK sees an error where a person sees a response."""
        self.over = True
        self.cause = self._write(kind, detail, self.cause)
        if self.as_sdk and response.status >= 400:
            code = ERRORS.get(response.status, f"HTTP{response.status}")
            return Answer(refusal=Refusal(code, response.body or response.reason, response.status), cause=self.cause)
        return Answer(response.as_json())

    def _give(self, answer: Answer) -> None:
        assert self.pending is not None
        self.api.world.answer(self.pending, answer)

    def _duration(self) -> int:
        return self.api.environment.now_at - self.began_at

    def _write(self, kind: int, detail: tuple[int | str, ...], cause: int) -> int:
        return self.api.environment.recorder.write(
            kind, self.api.node, self.subject, self.caller_request, cause, 0, detail
        )
