"""Authorizers: whether a request may pass, before anything else is done for it.

Theory of operation. A request is known by its identity sources; one that lacks any is 401 and nobody is asked (a TOKEN authorizer also wants the
token to fit its expression). A function is asked once for an identity and the answer kept for its TTL; a kept policy is held against each route
anew. What it answers is an IAM policy, or for an HTTP API that wants it `isAuthorized`: no is 403. `Unauthorized` thrown by the function is 401,
any other failure 500. What it says of the caller stands in the integration's event as `requestContext.authorizer`. A JWT is judged by what
it says of itself; scopes that it lacks are a 403.

Sources: "Use API Gateway Lambda authorizers", "Control access to HTTP APIs with Lambda authorizers". A behaviour without an output lets pass.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from flows.services.apigateway.config import HTTP, JWT, REQUEST, TOKEN
from flows.services.apigateway.event import context_of, event_1, event_2
from flows.services.apigateway.plain_patterns import fits, is_plain
from flows.services.apigateway.request import AUTHORIZER_FAILED, UNAUTHORIZED, Response, forbidden, own
from flows.services.apigateway.tokens import claims_of, scopes_of, wrong_with
from flows.services.ports import Answer, Json

if TYPE_CHECKING:
    from flows.services.apigateway.config import AuthorizerConfig, RouteConfig
    from flows.services.apigateway.event import Setting
    from flows.services.apigateway.request import Request

ALLOW, DENY = "Allow", "Deny"
EXPLICITLY = " with an explicit deny in an identity-based policy"
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Pass:
    """It may pass; `said` is what stands in the event, `how` what the trace says."""

    said: Json
    how: str


@dataclass(frozen=True, slots=True)
class Asking:
    """The function is asked with this event."""

    event: str
    identity: tuple[str, ...]


class Guards:
    """An API's authorizers, and the answers they keep."""

    def __init__(self, kind: str, authorizers: tuple[AuthorizerConfig, ...]) -> None:
        self.kind = kind
        self._named = {each.name: each for each in authorizers}
        self._kept: dict[tuple[str, tuple[str, ...]], tuple[int, Json]] = {}
        """(authorizer, identity) → until when, and what it answered."""

    def of(self, route: RouteConfig) -> AuthorizerConfig | None:
        return self._named.get(route.authorizer)

    def ask(
        self,
        guard: AuthorizerConfig,
        setting: Setting,
        request: Request,
        route: RouteConfig,
        parameters: dict[str, str],
        now_at: int,
    ) -> Pass | Response | Asking:
        """What is known at once, or what the function is to be asked."""
        identity = _identity(guard, setting, request, route)
        if identity is None:
            return own(self.kind, UNAUTHORIZED, "nothing says who it is")
        if guard.kind == JWT:
            return self._judged(guard, identity[0] if identity else "", setting, route)
        if guard.kind == TOKEN and guard.pattern and not _fits(guard.pattern, identity[0]):
            return own(self.kind, UNAUTHORIZED, "its token does not fit the authorizer's expression")
        until_at, answer = self._kept.get((guard.name, identity), (0, {}))
        if until_at > now_at:
            return self.verdict(guard, setting, request, answer, "as it said before")
        return Asking(_event(guard, setting, request, route, parameters, identity), identity)

    def _judged(self, guard: AuthorizerConfig, text: str, setting: Setting, route: RouteConfig) -> Pass | Response:
        claims = claims_of(text)
        why = (
            "its token is none"
            if claims is None
            else wrong_with(claims, guard.issuer, guard.audience, setting.epoch_ms // 1000)
        )
        if claims is None or why:
            return own(self.kind, UNAUTHORIZED, why)
        scopes = scopes_of(claims)
        if route.scopes and not set(route.scopes) & set(scopes):
            return forbidden(self.kind, "its token has none of the route's scopes" if self.kind == HTTP else "")
        told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in claims.items()}
        said: Json = {"jwt": {"claims": told, "scopes": scopes or None}} if self.kind == HTTP else {"claims": told}
        return Pass(said, "its token is valid")

    def answered(
        self, guard: AuthorizerConfig, asking: Asking, setting: Setting, request: Request, answer: Answer, now_at: int
    ) -> Pass | Response:
        """What the function says."""
        output = answer.output or {}
        if answer.refusal is not None:
            return own(self.kind, AUTHORIZER_FAILED, answer.refusal.message)
        said = _parsed(output.get("Payload"))
        if output.get("FunctionError"):
            message = said.get("errorMessage") if isinstance(said, dict) else None
            if message == "Unauthorized" and self.kind != HTTP:
                return own(self.kind, UNAUTHORIZED, "the authorizer said so")
            return own(self.kind, AUTHORIZER_FAILED, f"the authorizer failed: {message}")
        if said is None:
            said = {"isAuthorized": True, "principalId": "user", "context": {}, "policyDocument": _everything()}
        if not isinstance(said, dict):
            return own(self.kind, AUTHORIZER_FAILED, "the authorizer's answer is no object")
        if guard.ttl_us:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[guard.name, asking.identity] = now_at + guard.ttl_us, said
        return self.verdict(guard, setting, request, said, "asked just now")

    def verdict(
        self, guard: AuthorizerConfig, setting: Setting, request: Request, said: Json, how: str
    ) -> Pass | Response:
        context = said.get("context") if isinstance(said.get("context"), dict) else {}
        if guard.simple and self.kind == HTTP:
            if "isAuthorized" not in said:
                return own(self.kind, AUTHORIZER_FAILED, "the authorizer's answer has no isAuthorized")
            allowed: bool | None = said["isAuthorized"] is True
        else:
            if not isinstance(said.get("policyDocument"), dict) or "principalId" not in said:
                return own(self.kind, AUTHORIZER_FAILED, "the authorizer's answer has no policy")
            allowed = may(said["policyDocument"], method_arn(setting, request))
        if not allowed:
            reason = EXPLICITLY if allowed is False and not guard.simple else ""
            return forbidden(self.kind, "the authorizer says no" if self.kind == HTTP else reason)
        if self.kind == HTTP and guard.payload == "2.0":
            return Pass({"lambda": context}, how)
        return Pass(
            {"principalId": str(said.get("principalId") or ""), "integrationLatency": 0, **(context or {})}, how
        )


# ── policies ────────────────────────────────────────────────────────────────────────────────────────────────────────


def may(policy: Json, arn: str) -> bool | None:
    """True where a statement allows it and none denies it, False where one denies it, None where none is about it."""
    statements: Any = policy.get("Statement")
    effects = {
        str(each.get("Effect"))
        for each in (statements if isinstance(statements, list) else [statements])
        if isinstance(each, dict) and _about(each, arn)
    }
    return False if DENY in effects else True if ALLOW in effects else None


def _about(statement: Json, arn: str) -> bool:
    actions, resources = (_list(statement.get(name)) for name in ("Action", "Resource"))
    invokes = any(fnmatchcase("execute-api:invoke", action.lower()) for action in actions)
    return invokes and any(fnmatchcase(arn, each.replace("[", "[[]")) for each in resources)


def _list(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _everything() -> Json:
    return {"Statement": [{"Effect": ALLOW, "Action": "execute-api:Invoke", "Resource": "*"}]}


# ── what it is asked ────────────────────────────────────────────────────────────────────────────────────────────────


def method_arn(setting: Setting, request: Request) -> str:
    stage = setting.config.stage
    scope = f"arn:aws:execute-api:{setting.region}:{setting.account}:{setting.api_id}"
    return f"{scope}/{stage}/{request.method}/{request.path.lstrip('/')}"


def _identity(
    guard: AuthorizerConfig, setting: Setting, request: Request, route: RouteConfig
) -> tuple[str, ...] | None:
    """The request's identity; None where a part of it is missing."""
    query, variables = dict(request.query_pairs()), dict(setting.config.variables)
    context = context_of(setting, request, route)
    found = []
    for place, name in guard.identity:
        if place == "header":
            value = request.header(name)
        elif place == "query":
            value = query.get(name)
        else:
            value = variables.get(name) if place == "stage" else str(context.get(name) or "")
        if not value:
            return None
        found.append(value)
    return tuple(found)


def _event(
    guard: AuthorizerConfig,
    setting: Setting,
    request: Request,
    route: RouteConfig,
    parameters: dict[str, str],
    identity: tuple[str, ...],
) -> str:
    arn = method_arn(setting, request)
    event: Json
    if guard.kind == TOKEN:
        event = {"type": TOKEN, "methodArn": arn, "authorizationToken": identity[0]}
    elif guard.payload == "2.0" and setting.config.kind == HTTP:
        told = event_2(setting, request, route, parameters)
        event = {"version": "2.0", "type": REQUEST, "routeArn": arn, "identitySource": list(identity), **told}
        for name in ("body", "isBase64Encoded"):
            event.pop(name, None)
    else:
        told = event_1(setting, request, route, parameters)
        event = {"type": REQUEST, "methodArn": arn, **told}
        if setting.config.kind == HTTP:
            event |= {"identitySource": ",".join(identity), "authorizationToken": ",".join(identity)}
        for name in ("body", "isBase64Encoded"):
            event.pop(name, None)
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def _fits(pattern: str, text: str) -> bool:
    """An expression that is not plain is not looked at."""
    bare = pattern.removeprefix("^").removesuffix("$")
    return not is_plain(bare) or fits(bare, text)


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) and text else None
    except (ValueError, RecursionError):
        return text
