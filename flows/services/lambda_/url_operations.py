"""Function URLs: an HTTPS address that invokes a function, or an alias of it, and answers as HTTP.

Theory of operation. A request becomes an event of payload format 2.0 and a synchronous invocation. What the function returns
becomes the response: an object with a `statusCode` is one already; anything else is the body of a 200, as JSON. A function error
is a 502, a throttled function a 429, a payload that is too large a 413. `InvokeFunctionUrl` is the playground's door to it: the
address is no AWS operation.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.dates import iso
from flows.services.lambda_ import refusals
from flows.services.lambda_.function import Function
from flows.services.lambda_.invoke import run
from flows.services.lambda_.lookups import answer, on_function, target_of
from flows.services.lambda_.paging import page
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.lambda_.version_records import URL_CHANGED
from flows.services.lambda_.versions import LATEST
from flows.services.ports import NO_LINK, Answer, Caller, Json, Operation, Pending, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

BUFFERED = "BUFFERED"
URL_LABEL = 32


def create_url(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    qualifier = params.get("Qualifier") or LATEST
    if not function.versions.known(qualifier):
        return refusals.no_such_function(f"{function.arn}:{qualifier}")
    if qualifier in function.urls:
        return refusals.conflict(
            f"Failed to create function url config for [functionArn = {_arn(function, qualifier)}]. Error message:  "
            "FunctionUrlConfig exists for this Lambda function"
        )
    function.urls[qualifier] = {**_given(params), "created": _now(function), "modified": _now(function)}
    _record(function, caller, f"created for {qualifier}")
    said = url_json(function, qualifier)
    return {name: value for name, value in said.items() if name != "LastModifiedTime"}


def update_url(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    qualifier = params.get("Qualifier") or LATEST
    if qualifier not in function.urls:
        return refusals.no_such_mapping()
    function.urls[qualifier] = {**function.urls[qualifier], **_given(params), "modified": _now(function)}
    _record(function, caller, f"changed for {qualifier}")
    return url_json(function, qualifier)


def get_url(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    qualifier = params.get("Qualifier") or LATEST
    return url_json(function, qualifier) if qualifier in function.urls else refusals.no_such_mapping()


def delete_url(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    qualifier = params.get("Qualifier") or LATEST
    if function.urls.pop(qualifier, None) is None:
        return refusals.no_such_mapping()
    _record(function, caller, f"deleted for {qualifier}")
    return {}


def list_urls(_world: World, _caller: Caller, function: Function, params: Json) -> Json:
    return page("FunctionUrlConfigs", [url_json(function, qualifier) for qualifier in function.urls], params)


def url_json(function: Function, qualifier: str) -> Json:
    config = function.urls[qualifier]
    said: Json = {
        "FunctionUrl": url_of(function, qualifier),
        "FunctionArn": _arn(function, qualifier),
        "AuthType": config["AuthType"],
        "CreationTime": config.get("created", iso(function.environment, function.created_at)),
        "LastModifiedTime": config.get("modified", iso(function.environment, function.created_at)),
        "InvokeMode": config.get("InvokeMode", BUFFERED),
    }
    if config.get("Cors"):
        said["Cors"] = config["Cors"]
    return said


def url_of(function: Function, qualifier: str) -> str:
    """Its address: made of the function's and the alias's names, the same in every run."""
    seed, region = function.environment.seed, function.world.topology.region
    number = function.node * 4096 + sum(place * ord(letter) for place, letter in enumerate(qualifier, 1)) % 4096
    label = request_id(seed, 2**30 + number).replace("-", "")[:URL_LABEL]
    return f"https://{label}.lambda-url.{region}.on.aws/"


def _arn(function: Function, qualifier: str) -> str:
    return function.arn if qualifier == LATEST else f"{function.arn}:{qualifier}"


def _given(params: Json) -> Json:
    return {name: params[name] for name in ("AuthType", "Cors", "InvokeMode") if params.get(name) is not None}


def _now(function: Function) -> str:
    return iso(function.environment)


def _record(function: Function, caller: Caller, said: str) -> None:
    function.write(URL_CHANGED, function.node, 0, caller.request, caller.cause, 0, (said,))


# ── a request to the address ────────────────────────────────────────────────────────────────────────────────────────


class Responder:
    """Who waits for the function's answer, to make it a response."""

    def __init__(self, world: World, pending: Pending) -> None:
        self._world, self._pending = world, pending

    def answered(self, given: Answer) -> None:
        self._world.answer(self._pending, Answer(response_of(given)))


def invoke_url(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """{FunctionUrl or FunctionName [Qualifier], Method?, Path?, QueryString?, Headers?, Body?} → {StatusCode, Headers, Body}."""
    found = _addressed(world, params)
    if isinstance(found, Refusal):
        return answer(found)
    function, qualifier = found
    body = params.get("Body")
    if body is not None and not isinstance(body, str):
        return answer(Refusal("SerializationException", "Body must be a text."))
    event = _text(_event(function, qualifier, params))
    if len(event.encode(errors="replace")) > QUOTAS.payload_bytes:
        return Answer(_plain(413, "Request Entity Too Large"))
    number = world.environment.bodies.number(event)
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, function.node)
    result = run(world, caller, function, "" if qualifier == LATEST else qualifier, number, link)
    if isinstance(result, Refusal):
        return Answer(_plain(result.status, "Too Many Requests" if result.status == 429 else result.message))
    promised = world.promise()
    world.when(result, Responder(world, promised).answered)
    return promised


def _addressed(world: World, params: Json) -> tuple[Function, str] | Refusal:
    address = params.get("FunctionUrl")
    if isinstance(address, str):
        for function in world.nouns_of("lambda"):
            for qualifier in function.urls:
                if address.startswith(url_of(function, qualifier)):
                    return function, qualifier
        return Refusal("Forbidden", "There is no function behind this address.", 403)
    target = target_of(world, params.get("FunctionName"), params.get("Qualifier"))
    if isinstance(target, Refusal):
        return target
    qualifier = target.qualifier or LATEST
    if qualifier not in target.function.urls:
        return refusals.no_such_mapping()
    return target.function, qualifier


def _event(function: Function, qualifier: str, params: Json) -> Json:
    """Payload format 2.0."""
    environment = function.environment
    host = url_of(function, qualifier).removeprefix("https://").rstrip("/")
    method, path = str(params.get("Method") or "GET").upper(), str(params.get("Path") or "/")
    headers = {str(name).lower(): str(value) for name, value in dict(params.get("Headers") or {}).items()}
    event: Json = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": str(params.get("QueryString") or ""),
        "headers": {"host": host, **headers},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": host.split(".")[0],
            "domainName": host,
            "domainPrefix": host.split(".")[0],
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id(environment.seed, environment.recorder.sequence),
            "routeKey": "$default",
            "stage": "$default",
            "time": iso(environment),
            "timeEpoch": environment.wall_us(environment.now_at) // (SECOND_US // 1000),
        },
        "isBase64Encoded": False,
    }
    if params.get("Body") is not None:
        event["body"] = params["Body"]
    return event


def response_of(given: Answer) -> Json:
    """What the caller of the address sees."""
    if given.refusal is not None:
        return _plain(given.refusal.status, given.refusal.message)
    output: Json = given.output or {}
    if "FunctionError" in output:
        return _plain(502, "Internal Server Error")
    try:
        reply = json.loads(output.get("Payload") or "null")
    except ValueError:
        return _plain(502, "Internal Server Error")
    if isinstance(reply, dict) and isinstance(reply.get("statusCode"), int):
        body = reply.get("body", "")
        headers = reply.get("headers")
        return {
            "StatusCode": reply["statusCode"],
            "Headers": headers if isinstance(headers, dict) else {},
            "Body": body if isinstance(body, str) else _text(body),
        }
    body = reply if isinstance(reply, str) else _text(reply)
    return {"StatusCode": 200, "Headers": {"content-type": "application/json"}, "Body": body}


def _plain(status: int, said: str) -> Json:
    return {"StatusCode": status, "Headers": {"content-type": "application/json"}, "Body": _text({"Message": said})}


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


ROWS = (
    Operation("CreateFunctionUrlConfig", on_function(create_url)),
    Operation("UpdateFunctionUrlConfig", on_function(update_url)),
    Operation("GetFunctionUrlConfig", on_function(get_url), mutates=False),
    Operation("DeleteFunctionUrlConfig", on_function(delete_url)),
    Operation("ListFunctionUrlConfigs", on_function(list_urls), mutates=False),
    Operation("InvokeFunctionUrl", invoke_url, may_wait=True, aws=False),
)
