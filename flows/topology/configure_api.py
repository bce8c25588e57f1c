"""The configuration of APIs: routes out of OpenAPI bodies, methods and resources (REST), routes and integrations (HTTP), and stages.

Three ways of writing the same thing become one: a route is a method, a path and an integration in OpenAPI's words. What CloudFormation
writes with capitals (`RequestTemplates`, `IntegrationResponses`) is written small here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flows.topology.configure_authorizers import authorizers_of, guard_in, guard_of
from flows.topology.links.api import METHODS, integration_target
from flows.topology.links.draft import get, members
from flows.topology.resources.api import (
    ANY,
    DEFAULT_ROUTE,
    HTTP,
    REST,
    ApiConfig,
    IntegrationConfig,
    RouteConfig,
    Throttle,
)

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.compiled import CompiledNode
    from flows.topology.configure import Numbering
    from flows.topology.links.draft import Draft

V2 = "AWS::ApiGatewayV2::Api"
WEBSOCKET = "WEBSOCKET"
REST_TIMEOUT_MS, HTTP_TIMEOUT_MS, SHORTEST_TIMEOUT_MS = 29_000, 30_000, 50
NO_WEBSOCKETS = "WebSocket APIs are drawn, and not simulated."
WORDS = {
    "Type": "type",
    "IntegrationType": "type",
    "IntegrationHttpMethod": "httpMethod",
    "IntegrationMethod": "httpMethod",
    "Uri": "uri",
    "IntegrationUri": "uri",
    "IntegrationSubtype": "integrationSubtype",
    "PayloadFormatVersion": "payloadFormatVersion",
    "PassthroughBehavior": "passthroughBehavior",
    "RequestTemplates": "requestTemplates",
    "RequestParameters": "requestParameters",
    "TimeoutInMillis": "timeoutInMillis",
}
"""CloudFormation's word → OpenAPI's."""


def why_api_stands(api: Resource) -> str:
    return NO_WEBSOCKETS if api.properties.get("ProtocolType") == WEBSOCKET else ""


def configure_api(api: Resource, numbering: Numbering) -> ApiConfig:
    stage, throttles, variables = _stage(api, numbering.catalogue)
    found: dict[tuple[str, str], RouteConfig] = {}
    for method, path, integration, guard in declared(api, numbering.catalogue):
        target = numbering.end_of(integration_target(integration, numbering.catalogue))
        found.setdefault((method, path), RouteConfig(method, path, json.dumps(integration), target, *guard))
    name = api.properties.get("Name")
    kind = HTTP if api.type == V2 else REST
    return ApiConfig(
        name if isinstance(name, str) else api.name,
        kind,
        stage,
        tuple(found.values()),
        throttles,
        variables,
        authorizers_of(api, numbering),
    )


Guard = tuple[str, tuple[str, ...]]
Declared = tuple[str, str, dict[str, Any], Guard]


def declared(api: Resource, catalogue: Catalogue) -> Iterator[Declared]:
    """(method, path, integration, (authorizer, scopes)) of every route."""
    paths = get(api.properties, "Body", "paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            integration = get(operation, "x-amazon-apigateway-integration")
            if method.lower() in METHODS and isinstance(integration, dict):
                verb = ANY if method.lower().startswith("x-") else method.upper()
                named = DEFAULT_ROUTE if path == f"/{DEFAULT_ROUTE}" else path
                yield verb, named, integration, guard_of(api, operation)
    if api.type == V2:
        yield from _routes(api, catalogue)
    else:
        yield from _methods(api, catalogue)


def _methods(api: Resource, catalogue: Catalogue) -> Iterator[Declared]:
    parts = {part.id: part.properties for part in _of(catalogue, api, "AWS::ApiGateway::Resource", "RestApiId")}
    for method in _of(catalogue, api, "AWS::ApiGateway::Method", "RestApiId"):
        integration = method.properties.get("Integration")
        if isinstance(integration, dict):
            verb = str(method.properties.get("HttpMethod", ANY)).upper()
            path = _path(method.properties.get("ResourceId"), parts)
            yield verb, path, in_openapi(integration), guard_in(dict(method.properties))


def _path(resource: object, parts: dict[str, Any]) -> str:
    """The path of a resource: its own part after those it lies under."""
    path: list[str] = []
    while isinstance(resource, str) and resource in parts and len(path) < 100:
        path.append(str(parts[resource].get("PathPart")))
        resource = parts[resource].get("ParentId")
    return "/" + "/".join(reversed(path))


def _routes(api: Resource, catalogue: Catalogue) -> Iterator[Declared]:
    integrations = {each.id: each for each in _of(catalogue, api, "AWS::ApiGatewayV2::Integration", "ApiId")}
    for route in _of(catalogue, api, "AWS::ApiGatewayV2::Route", "ApiId"):
        integration = integrations.get(str(route.properties.get("Target")).removeprefix("integrations/"))
        if integration is not None:
            method, _, path = str(route.properties.get("RouteKey")).rpartition(" ")
            guard = guard_in(dict(route.properties))
            yield method or ANY, path, in_openapi(dict(integration.properties)), guard
    quick = api.properties.get("Target")
    if isinstance(quick, str):
        method, _, path = str(api.properties.get("RouteKey") or DEFAULT_ROUTE).rpartition(" ")
        given = {"type": "aws_proxy" if quick.startswith("arn:") else "http_proxy", "uri": quick}
        yield method or ANY, path, given, ("", ())


def in_openapi(given: dict[str, Any]) -> dict[str, Any]:
    """An integration of a template's, as an OpenAPI body has it."""
    said = {WORDS[name]: value for name, value in given.items() if name in WORDS}
    responses = {}
    for response in members(given.get("IntegrationResponses")):
        pattern = get(response, "SelectionPattern") or "default"
        templates, parameters = get(response, "ResponseTemplates"), get(response, "ResponseParameters")
        responses[str(pattern)] = {
            "statusCode": str(get(response, "StatusCode")),
            **({"responseTemplates": templates} if templates else {}),
            **({"responseParameters": parameters} if parameters else {}),
        }
    return {**said, "responses": responses} if responses else said


def _of(catalogue: Catalogue, api: Resource, type_: str, name: str) -> Iterator[Resource]:
    """The resources of a type that say, by that property, that they belong to the API."""
    return (each for each in catalogue.of_type(type_) if catalogue.end(each.properties.get(name), "api").id == api.id)


def timeout_ms(integration: dict[str, Any], *, http: bool) -> int:
    """How long the client is kept waiting for an integration: as it says, at most 29 s, an HTTP API's 30 s."""
    longest = HTTP_TIMEOUT_MS if http else REST_TIMEOUT_MS
    said = integration.get("timeoutInMillis")
    if isinstance(said, str) and said.isdecimal() and len(said) < 9:
        said = int(said)
    if not isinstance(said, int) or isinstance(said, bool):
        return longest
    return max(SHORTEST_TIMEOUT_MS, min(said, longest))


# ── stages and limits ───────────────────────────────────────────────────────────────────────────────────────────────


def _stage(api: Resource, catalogue: Catalogue) -> tuple[str, tuple[Throttle, ...], tuple[tuple[str, str], ...]]:
    """The stage's name, limits and variables: of a SAM API's own, of the first stage that says it is this API's."""
    http = api.type == V2
    sam = get(api.playground.origin, "Properties") or {}
    kind, owner = ("AWS::ApiGatewayV2::Stage", "ApiId") if http else ("AWS::ApiGateway::Stage", "RestApiId")
    stage = next((dict(each.properties) for each in _of(catalogue, api, kind, owner)), {})
    given = {**api.properties, **sam, **stage}
    deployed = iter(()) if http else _of(catalogue, api, "AWS::ApiGateway::Deployment", "RestApiId")
    name = given.get("StageName") or next(
        (found for each in deployed if isinstance(found := each.properties.get("StageName"), str)), None
    )
    variables = given.get("StageVariables") or given.get("Variables")
    limits = _http_limits(given) if http else _rest_limits(given)
    return (
        name if isinstance(name, str) else "$default" if http else "prod",
        tuple(limits),
        tuple((str(key), str(value)) for key, value in variables.items()) if isinstance(variables, dict) else (),
    )


def _rest_limits(given: dict[str, Any]) -> Iterator[Throttle]:
    for setting in members(given.get("MethodSettings")):
        path, method = str(get(setting, "ResourcePath") or "/*"), str(get(setting, "HttpMethod") or "*")
        limit = _throttle(setting, "" if method == "*" else method.upper(), "" if path == "/*" else path)
        if limit is not None:
            yield limit


def _http_limits(given: dict[str, Any]) -> Iterator[Throttle]:
    routes = given.get("RouteSettings")
    for key, setting in routes.items() if isinstance(routes, dict) else ():
        method, _, path = str(key).rpartition(" ")
        limit = _throttle(setting, method, path)
        if limit is not None:
            yield limit
    limit = _throttle(given.get("DefaultRouteSettings"), "", "")
    if limit is not None:
        yield limit


def _throttle(given: object, method: str, path: str) -> Throttle | None:
    rate, burst = _number(get(given, "ThrottlingRateLimit")), _number(get(given, "ThrottlingBurstLimit"))
    if rate is None and burst is None:
        return None
    return Throttle(
        round(10_000_000 if rate is None else rate * 1000), int(5_000 if burst is None else burst), method, path
    )


def _number(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number <= 1_000_000 else None


def integration(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return IntegrationConfig(source.index)
