"""Checks of ECS: queues that are there to be polled, services that have something to run, messages that come back too soon."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.checks.view import View, path_of
from flows.topology.configure_containers import DEFINITION, SERVICE, consumed
from flows.topology.links.draft import get
from flows.topology.problems import Problem, pointer, problem
from flows.topology.task_behaviour import parse_task_behaviour


def tasks_consume_queues(view: View) -> Iterator[Problem]:
    for definition in view.catalogue.of_type(DEFINITION):
        model, wrong = parse_task_behaviour(definition.playground.behaviour)
        path = ("resources", definition.id, "playground", "behaviour")
        for index, call in enumerate(model.calls if not wrong else ()):
            if view.catalogue.by_id(call.target) is None and view.catalogue.find(call.target) is None:
                place = pointer(*path, "calls", index, "target")
                yield problem("CallTargetMissing", place, function=definition.id, target=call.target)
        told = get(definition.playground.behaviour, "consumes", "queue")
        if not told or wrong:
            continue
        queue = consumed(definition, view.catalogue)
        if queue is None:
            place = pointer(*path, "consumes", "queue")
            yield problem("ConsumedQueueMissing", place, definition=definition.id, queue=str(told))
            continue
        properties = view.queue(queue)
        longest_s = -(-max(model.work().duration.quantiles) // 1_000_000)
        if properties is not None and longest_s > properties.VisibilityTimeout:
            yield problem(
                "WorkOutlivesVisibility",
                path_of(queue, "VisibilityTimeout"),
                queue=queue.id,
                definition=definition.id,
                visibility=properties.VisibilityTimeout,
                longest=longest_s,
            )


def services_have_tasks(view: View) -> Iterator[Problem]:
    for service in view.catalogue.of_type(SERVICE):
        told = service.properties.get("TaskDefinition")
        if view.catalogue.find(told, "container-task") is None:
            yield problem(
                "ServiceWithoutTask", path_of(service, "TaskDefinition"), service=service.id, target=str(told)
            )
