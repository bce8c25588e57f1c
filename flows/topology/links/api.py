"""An API's links: which routes end where.

An integration says it in one of three ways: a function's ARN inside an invocation URI, an OpenAPI integration with a
`integrationSubtype` and request parameters, or a service URI (`…:sqs:path/account/name`, `…:events:action/PutEvents`)
whose resource may only be named in the middle of a request template. So all texts of the integration are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flows.topology.catalogue import Catalogue, End, Resource
from flows.topology.links.draft import Draft, get, own

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"}
FUNCTION_URI = re.compile(r"functions/(arn:[^/]+)/invocations")
SERVICE_URI = re.compile(r"arn:aws:apigateway:[^:]*:([a-z0-9.-]+):(action|path)/(.*)", re.DOTALL)
QUOTED_BUS = re.compile(r"EventBusName\"?\s*[:=]\s*\"([^\"]+)\"")
SERVICE_KINDS: dict[str, tuple[str, ...]] = {
    "sqs": ("queue",),
    "sns": ("topic",),
    "events": ("bus",),
    "eventbridge": ("bus",),
    "states": ("machine",),
    "stepfunctions": ("machine",),
    "kinesis": ("stream",),
    "firehose": ("delivery-stream",),
    "dynamodb": ("table",),
    "s3": ("bucket",),
    "lambda": ("function",),
}
NAMED = ("QueueUrl", "TopicArn", "EventBusName", "StateMachineArn", "StreamName", "TableName", "Bucket")


def from_api(api: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    paths = get(api.properties, "Body", "paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            integration = get(operation, "x-amazon-apigateway-integration")
            if method.lower() in METHODS and isinstance(integration, dict):
                word = "ANY" if method.lower().startswith("x-") else method.upper()
                yield from _integration(
                    f"{api.id}.{word} {path}", own(api), "", f"{word} {path}", integration, catalogue
                )
    quick = api.properties.get("Target")
    if isinstance(quick, str):
        properties = {"routes": ["$default"], "service": "lambda"}
        yield Draft(
            f"{api.id}.Target", "api-integration", own(api), catalogue.end(quick, "function"), properties=properties
        )
    authorizers = get(api.properties, "Auth", "Authorizers")
    for name, authorizer in authorizers.items() if isinstance(authorizers, dict) else ():
        if get(authorizer, "FunctionArn"):
            target = catalogue.end(get(authorizer, "FunctionArn"), "function")
            yield Draft(f"{api.id}.Authorizers.{name}", "api-authorizer", own(api), target, label="authorizer")


def from_method(method: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    given = method.properties
    integration = given.get("Integration")
    if isinstance(integration, dict):
        api = catalogue.end(given.get("RestApiId"), "api")
        yield from _integration(method.id, api, method.id, str(given.get("HttpMethod", "ANY")), integration, catalogue)


def from_v2_integration(integration: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    api = catalogue.end(integration.properties.get("ApiId"), "api")
    yield from _integration(integration.id, api, integration.id, "", dict(integration.properties), catalogue)


def from_authorizer(authorizer: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    api = catalogue.end(authorizer.properties.get("RestApiId") or authorizer.properties.get("ApiId"), "api")
    found = FUNCTION_URI.search(str(authorizer.properties.get("AuthorizerUri", "")))
    if found:
        yield Draft(
            authorizer.id,
            "api-authorizer",
            api,
            catalogue.end(found[1], "function"),
            via=authorizer.id,
            label="authorizer",
        )


def _integration(
    id_: str, api: End, via: str, route: str, given: dict[str, Any], catalogue: Catalogue
) -> Iterator[Draft]:
    found = integration_target(given, catalogue)
    if found is not None:
        service, target = found
        yield Draft(
            id_,
            "api-integration",
            api,
            target,
            via=via,
            label=route,
            properties={"routes": [route] if route else [], "service": service},
        )


def part_of_api(_companion: Resource, _catalogue: Catalogue) -> Iterator[Draft]:
    """A path's part, a route, a stage: part of its API, and no link."""
    return iter(())


def integration_target(given: dict[str, Any], catalogue: Catalogue) -> tuple[str, End] | None:
    """(service, where it ends) of an integration, in whichever words it is written."""
    uri = next((given[name] for name in ("uri", "Uri", "IntegrationUri") if isinstance(given.get(name), str)), "")
    function = FUNCTION_URI.search(uri)
    if function is not None:
        return "lambda", catalogue.end(function[1], "function")
    subtype = given.get("integrationSubtype") or given.get("IntegrationSubtype")
    if isinstance(subtype, str):
        service = subtype.split("-")[0].lower()
        parameters = given.get("requestParameters") or given.get("RequestParameters")
        named = next((value for name in NAMED if isinstance(value := get(parameters, name), str)), None)
        if named is None and service == "eventbridge":
            named = "default"
        return (subtype, catalogue.end(named, *SERVICE_KINDS.get(service, ()))) if named is not None else None
    called = SERVICE_URI.match(uri)
    if called is not None:
        return _called(called[1], called[3], given, catalogue)
    if uri.startswith("arn:") and catalogue.find(uri) is not None:
        return "lambda", catalogue.end(uri)
    return None


def _called(service: str, rest: str, given: dict[str, Any], catalogue: Catalogue) -> tuple[str, End] | None:
    kinds = SERVICE_KINDS.get(service, ())
    for part in reversed(rest.split("/")):
        if catalogue.find(part, *kinds) is not None:
            return service, catalogue.end(part, *kinds)
    texts = list(_texts(given))
    mentioned = max(
        (resource for kind in kinds for resource in catalogue.mentioned(texts, kind)),
        key=lambda found: len(found.name),
        default=None,
    )
    if mentioned is not None:
        return service, own(mentioned)
    if service == "events":
        bus = next((found[1] for text in texts if (found := QUOTED_BUS.search(text))), "default")
        return service, catalogue.end(bus, "bus")
    return None


def _texts(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, (dict, list)):
            waiting.extend(found.values() if isinstance(found, dict) else found)
