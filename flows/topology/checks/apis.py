"""Checks of APIs: templates that are not filled in here, routes that nobody made, and functions that outlive their client."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Resource
from flows.topology.checks.view import View, path_of
from flows.topology.configure_api import V2, declared, timeout_ms, why_api_stands
from flows.topology.links.api import integration_target
from flows.topology.links.draft import get
from flows.topology.problems import Problem, problem
from flows.topology.properties import FunctionProperties
from flows.topology.request_templates import TemplateError, compile_template

REST_API = "AWS::ApiGateway::RestApi"


def apis_can_answer(view: View) -> Iterator[Problem]:
    for api in view.catalogue.of_type(REST_API, V2):
        if why_api_stands(api):
            yield problem("ApiStands", path_of(api), api=api.id)
            continue
        routes = list(declared(api, view.catalogue))
        if not routes:
            yield problem("ApiWithoutRoutes", path_of(api), api=api.id)
        for method, path, integration, _ in routes:
            key = f"{method} {path}".removeprefix("ANY $")
            yield from _templates(api, key, integration)
            yield from _patience(view, api, key, integration)


def _templates(api: Resource, route: str, integration: dict[str, object]) -> Iterator[Problem]:
    responses = integration.get("responses")
    given = [integration.get("requestTemplates")]
    if isinstance(responses, dict):
        given += [get(response, "responseTemplates") for response in responses.values()]
    for templates in given:
        for text in templates.values() if isinstance(templates, dict) else ():
            try:
                compile_template(str(text))
            except TemplateError as refused:
                yield problem("ApiTemplateUnknown", path_of(api), route=route, why=str(refused))


def _patience(view: View, api: Resource, route: str, integration: dict[str, object]) -> Iterator[Problem]:
    """A function that may take longer than anybody waits for it."""
    found = integration_target(integration, view.catalogue)
    values = None if found is None else view.values.get(found[1].id)
    waits_ms = timeout_ms(integration, http=api.type == V2)
    if isinstance(values, FunctionProperties) and values.Timeout * 1000 > waits_ms:
        yield problem(
            "ApiFunctionOutlivesClient",
            path_of(api),
            route=route,
            function="" if found is None else found[1].id,
            seconds=f"{waits_ms / 1000:g}",
            timeout=values.Timeout,
        )
