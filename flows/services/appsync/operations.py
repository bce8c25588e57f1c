"""Requests to GraphQL APIs, which are no operations of AWS's but the playground's own, and what AWS answers about APIs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.services.appsync import records, refusals
from flows.services.appsync.api import GraphqlApi
from flows.services.appsync.config import StepConfig
from flows.services.appsync.evaluating import REQUEST, RESPONSE, evaluate
from flows.services.appsync.util import Clock, ResolverError
from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal, operations
from flows.services.texts import is_writable
from flows.topology.graphql_schema import usual_request, usual_subscription

if TYPE_CHECKING:
    from flows.services.world import World

ROOM = "appsync"


def api_of(world: World, value: object) -> GraphqlApi | Refusal:
    """The API that an ARN, an id or a name stands for."""
    node = world.addressed(value, "graphql-api")
    noun = None if node is None else world.nouns[node.index]
    return noun if isinstance(noun, GraphqlApi) else refusals.no_such_api(value)


def invoke(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """{TargetArn, Query, Variables?, OperationName?, Headers?} → {StatusCode, Body}, whatever the status is."""
    return _handled(world, caller, params, as_sdk=False)


def request(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """The same as a program's client sees it: a status from 400 on is a refusal. Errors in the body are an answer."""
    return _handled(world, caller, params, as_sdk=True)


def _handled(world: World, caller: Caller, params: Json, *, as_sdk: bool) -> Answer | Pending:
    api = api_of(world, params.get("TargetArn"))
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    given = _given(params)
    return Answer(refusal=given) if isinstance(given, Refusal) else api.handle(caller, given, as_sdk=as_sdk)


def _given(params: Json) -> Json | Refusal:
    query, headers = params.get("Query"), params.get("Headers") or {}
    if not isinstance(query, str) or not is_writable(query):
        return refusals.bad_request("Query must be a text.")
    if not isinstance(headers, dict) or not all(isinstance(each, str) for each in headers.values()):
        return refusals.bad_request("Headers must be an object of texts.")
    found = {"query": query, "variables": params.get("Variables"), "headers": headers}
    return {**found, "operationName": params.get("OperationName")}


def subscribe(world: World, caller: Caller, params: Json) -> Answer:
    """{TargetArn, Query, Variables?} → {SubscriptionId}: somebody listens, as over a WebSocket."""
    api = api_of(world, params.get("TargetArn"))
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    given, variables = _given(params), params.get("Variables") or {}
    if isinstance(given, Refusal) or not isinstance(variables, dict):
        return Answer(
            refusal=given if isinstance(given, Refusal) else refusals.bad_request("Variables must be an object.")
        )
    made = api.subscribe(caller, given["query"], variables)
    return Answer(refusal=made) if isinstance(made, Refusal) else Answer({"SubscriptionId": made.id})


def unsubscribe(world: World, caller: Caller, params: Json) -> Answer:
    """{TargetArn, SubscriptionId}"""
    api = api_of(world, params.get("TargetArn"))
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    id_ = str(params.get("SubscriptionId"))
    if api.subscriptions.pop(id_, None) is None:
        return Answer(refusal=refusals.no_such_subscription(id_))
    write = world.environment.recorder.write
    write(records.UNSUBSCRIBED, api.node, 0, caller.request, caller.cause, 0, (id_,))
    return Answer({})


def list_subscriptions(world: World, _caller: Caller, params: Json) -> Answer:
    api = api_of(world, params.get("TargetArn"))
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    rows = [
        {"SubscriptionId": each.id, "Field": each.field, "Mutations": list(each.mutations), "Told": each.told}
        for each in api.subscriptions.values()
    ]
    return Answer({"Subscriptions": rows})


def get_sample_request(world: World, _caller: Caller, params: Json) -> Answer:
    """A request that the API takes, and one to listen: {Query, Variables, Subscription}."""
    api = api_of(world, params.get("TargetArn"))
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    query, variables = usual_request(api.config.schema, tuple(api.resolvers))
    found = {"Query": query, "Variables": json.loads(variables), "Subscription": usual_subscription(api.config.schema)}
    return Answer(found)


# ── about APIs ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _apis(world: World) -> list[GraphqlApi]:
    return [api for api in world.nouns_of(ROOM) if isinstance(api, GraphqlApi)]


def _api(api: GraphqlApi) -> Json:
    config = api.config
    return {"name": config.name, "apiId": api.name, "authenticationType": config.authentication, "arn": api.arn}


def list_graphql_apis(world: World, _caller: Caller, _params: Json) -> Answer:
    return Answer({"graphqlApis": [_api(api) for api in _apis(world)]})


def get_graphql_api(world: World, _caller: Caller, params: Json) -> Answer:
    api = api_of(world, params.get("apiId"))
    return Answer(refusal=api) if isinstance(api, Refusal) else Answer({"graphqlApi": _api(api)})


def list_data_sources(world: World, _caller: Caller, params: Json) -> Answer:
    api = api_of(world, params.get("apiId"))
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    return Answer({"dataSources": [{"name": each.name, "type": each.kind} for each in api.config.sources]})


def list_resolvers(world: World, _caller: Caller, params: Json) -> Answer:
    api = api_of(world, params.get("apiId"))
    if isinstance(api, Refusal):
        return Answer(refusal=api)
    rows = [
        {"typeName": each.type, "fieldName": each.field, "kind": each.kind, "maxBatchSize": each.batch}
        for each in api.config.resolvers
        if params.get("typeName") in (None, each.type)
    ]
    return Answer({"resolvers": rows})


def evaluate_mapping_template(world: World, _caller: Caller, params: Json) -> Answer:
    return _evaluated(world, StepConfig(request=str(params.get("template") or "")), REQUEST, params)


def evaluate_code(world: World, _caller: Caller, params: Json) -> Answer:
    phase = params.get("function") or REQUEST
    if phase not in (REQUEST, RESPONSE):
        return Answer(refusal=refusals.bad_request("function must be request or response."))
    return _evaluated(world, StepConfig(code=str(params.get("code") or "")), str(phase), params)


def _evaluated(world: World, step: StepConfig, phase: str, params: Json) -> Answer:
    try:
        context: Any = json.loads(str(params.get("context") or "{}"))
    except (ValueError, RecursionError):
        context = None
    if not isinstance(context, dict) or not is_writable([context, step.request, step.code]):
        return Answer(refusal=refusals.bad_request("context must be a JSON object."))
    context.setdefault("args", context.get("arguments"))
    context.setdefault("stash", {})
    environment = world.environment
    try:
        said = evaluate(step, phase, context, Clock(environment.wall_us(environment.now_at), "evaluate"))
    except ResolverError as wrong:
        return Answer({"error": {"message": wrong.message}, "logs": []})
    return Answer({"evaluationResult": json.dumps(None if said is None else said.value, default=str), "logs": []})


OPERATIONS = operations(
    Operation("Invoke", invoke, may_wait=True, aws=False),
    Operation("Request", request, may_wait=True, aws=False),
    Operation("Subscribe", subscribe, aws=False),
    Operation("Unsubscribe", unsubscribe, aws=False),
    Operation("ListSubscriptions", list_subscriptions, mutates=False, aws=False),
    Operation("GetSampleRequest", get_sample_request, mutates=False, aws=False),
    Operation("ListGraphqlApis", list_graphql_apis, mutates=False),
    Operation("GetGraphqlApi", get_graphql_api, mutates=False),
    Operation("ListDataSources", list_data_sources, mutates=False),
    Operation("ListResolvers", list_resolvers, mutates=False),
    Operation("EvaluateMappingTemplate", evaluate_mapping_template, mutates=False),
    Operation("EvaluateCode", evaluate_code, mutates=False),
)
