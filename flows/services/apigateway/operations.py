"""Requests to APIs, which are no operations of AWS's but the playground's own, and what AWS answers about APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.apigateway.api import KEY, Api
from flows.services.apigateway.config import HTTP, REST
from flows.services.apigateway.request import read_request
from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal, operations

if TYPE_CHECKING:
    from flows.services.world import World


def invoke(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """{TargetArn, Method?, Path?, QueryString?, Headers?, Body?} → {StatusCode, Headers, Body}, whatever the status is."""
    return _handled(world, caller, params, as_sdk=False)


def request(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """The same as a program's client sees it: a status from 400 on is a refusal, and may be tried again."""
    return _handled(world, caller, params, as_sdk=True)


def _handled(world: World, caller: Caller, params: Json, *, as_sdk: bool) -> Answer | Pending:
    node = world.addressed(params.get("TargetArn"), "api")
    api = None if node is None else world.nouns[node.index]
    if not isinstance(api, Api):
        return Answer(refusal=Refusal("NotFoundException", f"{params.get('TargetArn')} is no API here.", 404))
    found = read_request(params)
    return Answer(refusal=found) if isinstance(found, Refusal) else api.handle(caller, found, as_sdk=as_sdk)


# ── about APIs ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _apis(world: World, kind: str) -> list[Api]:
    return [api for api in world.nouns_of(KEY) if isinstance(api, Api) and api.config.kind == kind]


def get_rest_apis(world: World, _caller: Caller, _params: Json) -> Answer:
    return Answer({"items": [{"id": api.id, "name": api.config.name} for api in _apis(world, REST)]})


def _rest_api(world: World, params: Json) -> Api | Refusal:
    found = next((api for api in _apis(world, REST) if api.id == params.get("restApiId")), None)
    return found or Refusal("NotFoundException", "Invalid API identifier specified", 404)


def get_rest_api(world: World, _caller: Caller, params: Json) -> Answer:
    api = _rest_api(world, params)
    return Answer(refusal=api) if isinstance(api, Refusal) else Answer({"id": api.id, "name": api.config.name})


def get_resources(world: World, _caller: Caller, params: Json) -> Answer:
    """One item per path, with its methods."""
    api = _rest_api(world, params)
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    paths: dict[str, Json] = {}
    for route in api.config.routes:
        paths.setdefault(route.path, {})[route.method] = {}
    items = [
        {"id": f"r{index}", "path": path, "resourceMethods": methods}
        for index, (path, methods) in enumerate(paths.items())
    ]
    return Answer({"items": items})


def get_stages(world: World, _caller: Caller, params: Json) -> Answer:
    api = _rest_api(world, params)
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    return Answer({"item": [{"stageName": api.config.stage, "variables": dict(api.config.variables)}]})


def get_apis(world: World, _caller: Caller, _params: Json) -> Answer:
    return Answer({"Items": [_http(api) for api in _apis(world, HTTP)]})


def _http(api: Api) -> Json:
    return {
        "ApiId": api.id,
        "Name": api.config.name,
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "${request.method} ${request.path}",
    }


def get_routes(world: World, _caller: Caller, params: Json) -> Answer:
    found = next((api for api in _apis(world, HTTP) if api.id == params.get("ApiId")), None)
    if found is None:
        return Answer(
            refusal=Refusal("NotFoundException", f"Invalid API identifier specified {params.get('ApiId')}", 404)
        )
    return Answer(
        {"Items": [{"RouteId": f"r{i}", "RouteKey": route.key} for i, route in enumerate(found.config.routes)]}
    )


OPERATIONS = operations(
    Operation("Invoke", invoke, may_wait=True, aws=False),
    Operation("Request", request, may_wait=True, aws=False),
    Operation("GetRestApis", get_rest_apis, mutates=False),
    Operation("GetRestApi", get_rest_api, mutates=False),
    Operation("GetResources", get_resources, mutates=False),
    Operation("GetStages", get_stages, mutates=False),
    Operation("GetHttpApis", get_apis, mutates=False, aws=False),
    Operation("GetHttpRoutes", get_routes, mutates=False, aws=False),
)
"""What the newer API (apigatewayv2) calls GetApis and GetRoutes is here under names of our own, for the service has one key."""
