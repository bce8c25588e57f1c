"""From a request to the call that its route's integration makes.

Three families. A *proxy* to a function hands it the whole request as an event. A *service* integration of a REST API writes a request of
another service, with a mapping template and request parameters; the words of old query protocols (`Action=SendMessage&…`) are read as
SQS and SNS read them. A first-class integration of an HTTP API (`SQS-SendMessage`) fills in named parameters. What no service here does
(HTTP backends, services that are not simulated) is answered as if it went well, and the trace says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flows.services.apigateway.config import HTTP, RouteConfig
from flows.services.apigateway.event import Setting, context_of, event_1, event_2, headers_of
from flows.services.apigateway.request import MALFORMED, UNSUPPORTED, Request, Response, own, parsed_object, text
from flows.services.ports import Json
from flows.topology.request_templates import Scope, TemplateError, at_path, parsed, render, text_of

FUNCTION_URI = re.compile(r"functions/(arn:[^/]+)/invocations")
SERVICE_URI = re.compile(r"arn:[^:]*:apigateway:[^:]*:([a-z0-9.-]+):(action|path)/(.*)", re.DOTALL)
MAPPED = re.compile(
    r"\$\{?(request\.(?:body|path|querystring|header)|context|stageVariables)((?:\.[\w$-]+|\[[^\]]*\])*)\}?"
)
NUMBERS = ("DelaySeconds", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds")
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
REQUEST_PART = "integration.request."
TEMPLATE_TYPE = "application/json"
SUBTYPE_KEYS = {"stepfunctions": "states", "eventbridge": "events"}
ENTRY = ("Detail", "DetailType", "EventBusName", "Resources", "Source", "Time", "TraceHeader")
PASSED_NEVER, PASSED_WITHOUT_TEMPLATES = "NEVER", "WHEN_NO_TEMPLATES"
S3_OPERATIONS = {"GET": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
EVENT_HEADER = "x-amz-invocation-type"


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of another service; `proxy` is the payload format of a function's answer, "" where it is no proxy."""

    service: str
    operation: str
    params: Json
    proxy: str = ""


def prepare(
    setting: Setting, request: Request, route: RouteConfig, parameters: dict[str, str], given: Json
) -> Call | Response:
    """What to call, or what to answer at once."""
    kind = str(given.get("type", "")).lower()
    if kind == "mock":
        return _mock(setting, request, route, parameters, given)
    if kind.startswith("http") and "functions/" not in str(given.get("uri")):
        return Response(200, "", {}, "http")
    if isinstance(given.get("integrationSubtype"), str):
        return _first_class(setting, request, route, parameters, given)
    uri = str(given.get("uri", ""))
    function = _function_of(uri)
    if function and kind != "aws":
        version = "1.0" if setting.config.kind != HTTP else str(given.get("payloadFormatVersion") or "2.0")
        event = (event_1 if version == "1.0" else event_2)(setting, request, route, parameters)
        return Call("lambda", "Invoke", {"FunctionName": function, "Payload": text(event)}, version)
    return _service(setting, request, route, parameters, given, function)


def _function_of(uri: str) -> str:
    found = FUNCTION_URI.search(uri)
    if found is not None:
        return found[1]
    return uri if uri.startswith("arn:") and ":lambda:" in uri and ":function:" in uri else ""


# ── REST: another service's request, by template ────────────────────────────────────────────────────────────────────


def scope_of(setting: Setting, request: Request, route: RouteConfig, parameters: dict[str, str]) -> Scope:
    return Scope(
        "{}" if request.body is None else request.body,
        parameters,
        dict(request.query_pairs()),
        headers_of(setting, request, setting.config.kind),
        context_of(setting, request, route),
        dict(setting.config.variables),
    )


def _service(
    setting: Setting, request: Request, route: RouteConfig, parameters: dict[str, str], given: Json, function: str
) -> Call | Response:
    scope = scope_of(setting, request, route, parameters)
    body = _mapped_body(setting, request, given, scope)
    if isinstance(body, Response):
        return body
    named = _request_parameters(given, scope)
    if function:
        asynchronous = named.get(("header", EVENT_HEADER)) == "Event"
        params = {"FunctionName": function, "Payload": body or "{}"}
        return Call("lambda", "Invoke", {**params, **({"InvocationType": "Event"} if asynchronous else {})})
    found = SERVICE_URI.match(str(given.get("uri", "")))
    if found is None:
        return own(setting.config.kind, MALFORMED, "the integration has no address that is known here")
    service, how, rest = found[1], found[2], found[3]
    query = {name: value for (place, name), value in named.items() if place == "querystring"}
    for (place, name), value in named.items():
        if place == "path":
            rest = rest.replace(f"{{{name}}}", value)
    if service == "s3":
        return _object(given, rest, body)
    action = rest if how == "action" else ""
    if service in ("sqs", "sns"):
        return _query_protocol(service, action, rest if how == "path" else "", body, query)
    wanted = parsed(body or "{}")
    if not isinstance(wanted, dict):
        return Response(
            400, text({"__type": "SerializationException"}), {}, "the request of the service is no JSON object"
        )
    return Call(service, action, wanted)


def _mapped_body(setting: Setting, request: Request, given: Json, scope: Scope) -> str | Response:
    """The body as the template of its content type makes it; as it is, where it passes through."""
    templates = given.get("requestTemplates")
    templates = templates if isinstance(templates, dict) else {}
    content_type = (request.header("content-type") or TEMPLATE_TYPE).partition(";")[0].strip()
    template = templates.get(content_type)
    passing = str(given.get("passthroughBehavior", "WHEN_NO_MATCH")).upper()
    if isinstance(template, str):
        try:
            return render(template, scope)
        except TemplateError as refused:
            return own(setting.config.kind, MALFORMED, f"its mapping template: {refused}")
    if passing == PASSED_NEVER or (passing == PASSED_WITHOUT_TEMPLATES and templates):
        return own(setting.config.kind, UNSUPPORTED)
    return request.body or ""


def _request_parameters(given: Json, scope: Scope) -> dict[tuple[str, str], str]:
    """(place, name) → value, for what `integration.request.…` sets."""
    found: dict[tuple[str, str], str] = {}
    parameters = given.get("requestParameters")
    for to, source in parameters.items() if isinstance(parameters, dict) else ():
        place, _, name = to.removeprefix(REQUEST_PART).partition(".")
        value = _source(str(source), scope) if to.startswith(REQUEST_PART) else None
        if value is not None:
            found[place, name.lower() if place == "header" else name] = value
    return found


def _source(source: str, scope: Scope) -> str | None:
    if len(source) > 1 and source[0] == source[-1] == "'":
        return source[1:-1]
    if source.startswith("context."):
        return text_of(at_path(scope.context, f"$.{source.removeprefix('context.')}"))
    place, _, name = source.removeprefix("method.request.").partition(".")
    if place == "body":
        return scope.body if not name else text_of(at_path(parsed(scope.body), f"$.{name}"))
    places = {"path": scope.path, "querystring": scope.query, "header": scope.header}
    return places.get(place, {}).get(name)


def _query_protocol(service: str, action: str, path: str, body: str, query: dict[str, str]) -> Call:
    """`Action=SendMessage&MessageBody=…` in the body and the query string; a body of JSON is the newer protocol's."""
    wanted = parsed(body)
    words: Json = dict(wanted) if isinstance(wanted, dict) else dict(parse_qsl(body, keep_blank_values=True))
    words = {**query, **words}
    named = words.pop("Action", None)
    action = str(named or action or {"sqs": "SendMessage", "sns": "Publish"}[service])
    words.pop("Version", None)
    for name in ("MessageAttribute", "MessageAttributes.entry"):
        attributes = _attributes(words, name)
        if attributes:
            words["MessageAttributes"] = attributes
    words = {name: value for name, value in words.items() if "." not in name}
    if path and "QueueUrl" not in words:
        words["QueueUrl"] = path.rpartition("/")[2]
    return Call(service, action, with_numbers(words))


def with_numbers(words: Json) -> Json:
    """What a query writes as a text, and the service has as a number."""
    return {
        name: int(value) if name in NUMBERS and isinstance(value, str) and NUMBER.fullmatch(value) else value
        for name, value in words.items()
    }


def _attributes(words: Json, prefix: str) -> Json:
    found: Json = {}
    for key, name in words.items():
        if key.startswith(f"{prefix}.") and key.endswith(".Name"):
            value = f"{key.removesuffix('Name')}Value."
            found[str(name)] = {
                part: words[value + part] for part in ("DataType", "StringValue") if value + part in words
            }
    return found


def _object(given: Json, path: str, body: str) -> Call:
    bucket, _, key = path.partition("/")
    operation = S3_OPERATIONS.get(str(given.get("httpMethod", "GET")).upper(), "GetObject")
    return Call("s3", operation, {"Bucket": bucket, "Key": key, **({"Body": body} if operation == "PutObject" else {})})


def _mock(setting: Setting, request: Request, route: RouteConfig, parameters: dict[str, str], given: Json) -> Response:
    """The template says the status; the response of that status says the rest."""
    body = _mapped_body(setting, request, given, scope_of(setting, request, route, parameters))
    if isinstance(body, Response):
        return body
    status = parsed_object(body).get("statusCode", 200)
    return Response(status if isinstance(status, int) and not isinstance(status, bool) else 500, "", {}, "mock")


# ── HTTP: named parameters ──────────────────────────────────────────────────────────────────────────────────────────


def _first_class(
    setting: Setting, request: Request, route: RouteConfig, parameters: dict[str, str], given: Json
) -> Call:
    service, _, operation = str(given["integrationSubtype"]).partition("-")
    service = SUBTYPE_KEYS.get(service.lower(), service.lower())
    scope = scope_of(setting, request, route, parameters)
    declared = given.get("requestParameters")
    words: Json = {}
    for name, source in declared.items() if isinstance(declared, dict) else ():
        value = _selected(str(source), scope, request)
        if value not in (None, ""):
            words[name] = value
    words.pop("Region", None)
    if service == "events":
        resources = parsed(str(words.get("Resources", "")))
        entry = {name: words[name] for name in ENTRY if name in words}
        return Call(service, operation, {"Entries": [entry | ({"Resources": resources} if resources else {})]})
    if service == "states":
        words = {
            "stateMachineArn" if name == "StateMachineArn" else name[:1].lower() + name[1:]: v
            for name, v in words.items()
        }
    if service == "sqs":
        words |= {name: parsed(words[name]) for name in ("MessageAttributes",) if isinstance(words.get(name), str)}
    return Call(service, operation, with_numbers(words))


def _selected(source: str, scope: Scope, request: Request) -> Any:
    """A parameter's value: a selection, or a text with selections in it."""
    whole = MAPPED.fullmatch(source)
    if whole is not None:
        found = _selection(whole, scope, request)
        return None if found is None else text_of(found)
    return MAPPED.sub(lambda found: text_of(_selection(found, scope, request)), source)


def _selection(found: re.Match[str], scope: Scope, request: Request) -> Any:
    place, path = found[1], found[2]
    if place == "request.body":
        return request.body if not path else at_path(parsed(scope.body), f"${path}")
    name = path.removeprefix(".")
    if place == "request.header":
        return request.header(name) or scope.header.get(name.lower())
    if place == "context":
        return at_path(scope.context, f"${path}")
    return {"request.path": scope.path, "request.querystring": scope.query, "stageVariables": scope.variables}[
        place
    ].get(name)
