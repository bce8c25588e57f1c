"""What the topology says about APIs: routes, integrations, the stage and its limits."""

from __future__ import annotations

from flows.topology.resources.api import (
    ANY,
    DEFAULT_ROUTE,
    HTTP,
    JWT,
    REQUEST,
    REST,
    TOKEN,
    ApiConfig,
    AuthorizerConfig,
    RouteConfig,
    Throttle,
)

__all__ = [
    "ANY",
    "DEFAULT_ROUTE",
    "HTTP",
    "JWT",
    "REQUEST",
    "REST",
    "TOKEN",
    "ApiConfig",
    "AuthorizerConfig",
    "RouteConfig",
    "Throttle",
]
