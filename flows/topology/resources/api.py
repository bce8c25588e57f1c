"""REST and HTTP APIs as their CloudFormation properties say: routes with their integrations, the stage, the limits.

An integration is kept as JSON text in OpenAPI's words (`x-amazon-apigateway-integration`), whichever resource declared it, because a
route out of a template and one out of an OpenAPI body are read by the same code.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

REST, HTTP = "REST", "HTTP"
ANY, DEFAULT_ROUTE = "ANY", "$default"
TOKEN, REQUEST, JWT = "TOKEN", "REQUEST", "JWT"


@dataclass(frozen=True, slots=True)
class Throttle:
    """Requests a second, in thousandths, and how many may come at once; of one method of one path, or of all ("")."""

    rate_milli: int
    burst: int
    method: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class AuthorizerConfig:
    """Who says whether a request may pass: a function, or (JWT) what a token says of itself.

    `identity` are the parts of a request that it is known by, each (header | query | stage | context, name). A `simple` answer is
    `isAuthorized`; other answers are IAM policies.
    """

    name: str
    kind: str
    function: int = -1
    arn: str = ""
    identity: tuple[tuple[str, str], ...] = ()
    ttl_us: int = 0
    payload: str = "1.0"
    simple: bool = False
    pattern: str = ""
    issuer: str = ""
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteConfig:
    """`target` is the node at the end of the integration, -1 where it is none of this topology."""

    method: str
    path: str
    integration: str = "{}"
    target: int = -1
    authorizer: str = ""
    scopes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return DEFAULT_ROUTE if self.path == DEFAULT_ROUTE else f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class ApiConfig:
    name: str
    kind: str = REST
    stage: str = "prod"
    routes: tuple[RouteConfig, ...] = ()
    throttles: tuple[Throttle, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    """The stage's."""
    authorizers: tuple[AuthorizerConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class IntegrationConfig:
    """A link from an API to what its routes end at."""

    api: int


def usual_headers(config: ApiConfig) -> dict[str, str]:
    """Headers that let a request pass where an authorizer wants some: what it is known by, and a token that is as it should be."""
    headers: dict[str, str] = {}
    guards: dict[str, list[str]] = {}
    for route in config.routes:
        guards.setdefault(route.authorizer, []).extend(route.scopes)
    for each in sorted(config.authorizers, key=lambda each: each.kind == JWT):
        if each.name in guards:
            text = "Bearer " + unsigned_token(each, guards[each.name]) if each.kind == JWT else "allow"
            headers |= {name: text for place, name in each.identity if place == "header"}
    return headers


def unsigned_token(authorizer: AuthorizerConfig, scopes: Sequence[str] = ()) -> str:
    """A token as the authorizer wants it; nobody looks at its signature here."""
    claims: dict[str, object] = {"sub": "alice", "iss": authorizer.issuer, "exp": 4_102_444_800}
    if authorizer.audience:
        claims["aud"] = authorizer.audience[0]
    if scopes:
        claims["scope"] = " ".join(dict.fromkeys(scopes))
    parts = ({"alg": "none"}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def usual_request(config: ApiConfig) -> tuple[str, str]:
    """(method, path) of a request that the API takes: of its first route that may have a body, else of its first."""
    with_body = [route for route in config.routes if route.method in ("POST", "PUT", "PATCH", ANY)]
    for route in (*with_body, *config.routes):
        path = "/" if route.path == DEFAULT_ROUTE else route.path
        parts = ("{{index}}" if part.startswith("{") else part for part in path.split("/"))
        return "POST" if route.method == ANY else route.method, "/".join(parts)
    return "POST", "/"
