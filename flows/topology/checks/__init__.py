"""The checks: what is wrong, or unwise, about a drawing. All problems at once, each with the JSON pointer of its place.

A check is a function from a `View` (catalogue, values) to problems; `CHECKS_OF_A_TOPOLOGY` is the list of them. Values
that pydantic refused are reported once, and their resource is left out of the later checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from flows.topology.behaviours import wrong_with
from flows.topology.catalogue import Catalogue, Resource
from flows.topology.checks import (
    apis,
    asynchronous,
    containers,
    databases,
    document,
    events,
    functions,
    graphql,
    machines,
    queues,
    schedules,
    topics,
)
from flows.topology.checks.view import View
from flows.topology.document import read_document
from flows.topology.links import derive_links
from flows.topology.problems import Problem, pointer, problem
from flows.topology.properties import PROPERTY_MODELS
from flows.topology.property_base import Properties

CHECKS_OF_A_TOPOLOGY = (
    document.has_resources,
    document.types_are_known,
    document.names_are_unique,
    document.everything_drawn_runs,
    document.links_have_two_ends,
    document.faults_have_a_place,
    queues.dead_letters_have_a_place,
    queues.dead_letters_come_to_rest,
    queues.fifo_names_end_in_fifo,
    queues.fifo_settings_fit,
    queues.fifo_queues_take_only_from_whom_they_may,
    topics.fifo_topics_end_in_fifo,
    topics.subscriptions_suit_their_topics,
    functions.function_dead_letters_have_a_place,
    functions.called_nodes_exist,
    functions.mappings_have_two_ends,
    functions.mappings_suit_their_queues,
    asynchronous.failures_leave_a_trace,
    asynchronous.dead_letter_queues_are_used,
    asynchronous.writing_does_not_call_itself,
    machines.definitions_are_accepted,
    machines.mocks_have_a_place,
    events.rules_are_accepted,
    events.rules_have_few_targets,
    apis.apis_can_answer,
    containers.tasks_consume_queues,
    containers.services_have_tasks,
    graphql.graphql_apis_have_schemas,
    databases.connections_are_enough,
    schedules.schedules_are_accepted,
    schedules.pipes_have_two_ends,
)


def validate(given: object) -> list[Problem]:
    """Everything that is wrong with a document, errors first, then in the order of its resources."""
    read, problems = read_document(given)
    if read is None:
        return problems
    catalogue = Catalogue(read)
    values: dict[str, Properties] = {}
    for resource in catalogue.resources.values():
        problems.extend(_read(resource, values))
    view = View(catalogue, values, read.playground.links, derive_links(catalogue))
    for check in CHECKS_OF_A_TOPOLOGY:
        problems.extend(check(view))
    return sorted(problems, key=lambda found: (found.severity != "error", found.path, found.code))


def _read(resource: Resource, values: dict[str, Properties]) -> Iterator[Problem]:
    path = pointer("resources", resource.id, "playground", "behaviour")
    yield from wrong_with(resource.playground.behaviour, resource.type, path)
    model = PROPERTY_MODELS.get(resource.type)
    if model is None:
        return
    try:
        values[resource.id] = model.model_validate(resource.properties)
    except ValidationError as refused:
        for error in refused.errors(include_url=False):
            text = str(error["msg"]).removeprefix("Value error, ")
            hint = f"It is {_shown(error['input'])}." if error["type"] != "missing" else "Give it a value."
            yield problem(
                "ValueInvalid",
                pointer("resources", resource.id, "Properties", *error["loc"]),
                message=f"{text[:1].upper()}{text[1:]}.",
                hint=hint,
            )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
