"""REST and HTTP APIs as their CloudFormation properties say: routes with their integrations, the stage, the limits.

An integration is kept as JSON text in OpenAPI's words (`x-amazon-apigateway-integration`), whichever resource declared it, because a
route out of a template and one out of an OpenAPI body are read by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass

REST, HTTP = "REST", "HTTP"
ANY, DEFAULT_ROUTE = "ANY", "$default"


@dataclass(frozen=True, slots=True)
class Throttle:
    """Requests a second, in thousandths, and how many may come at once; of one method of one path, or of all ("")."""

    rate_milli: int
    burst: int
    method: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class RouteConfig:
    """`target` is the node at the end of the integration, -1 where it is none of this topology."""

    method: str
    path: str
    integration: str = "{}"
    target: int = -1

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


@dataclass(frozen=True, slots=True)
class IntegrationConfig:
    """A link from an API to what its routes end at."""

    api: int


def usual_request(config: ApiConfig) -> tuple[str, str]:
    """(method, path) of a request that the API takes: of its first route that may have a body, else of its first."""
    with_body = [route for route in config.routes if route.method in ("POST", "PUT", "PATCH", ANY)]
    for route in (*with_body, *config.routes):
        path = "/" if route.path == DEFAULT_ROUTE else route.path
        parts = ("{{index}}" if part.startswith("{") else part for part in path.split("/"))
        return "POST" if route.method == ANY else route.method, "/".join(parts)
    return "POST", "/"
