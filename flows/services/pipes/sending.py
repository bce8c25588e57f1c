"""Targets that do not answer: each event is delivered by itself, or the array of them to who starts something with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.services.deliveries import deliver
from flows.services.faults import Struck
from flows.services.pipes.quotas import QUOTAS
from flows.services.pipes.template import as_text, compact, dynamic
from flows.services.ports import Answer, Caller, Delivery, Json
from flows.topology.links.draft import get, members

if TYPE_CHECKING:
    from flows.services.pipes.run import Run

Failed = list[tuple[int, str, str]]
WHOLE = frozenset({"function", "machine"})
PARAMETERS = {
    "queue": ("SqsQueueParameters", ("MessageGroupId", "MessageDeduplicationId")),
    "stream": ("KinesisStreamParameters", ("PartitionKey",)),
}
"""By the target's kind: its parameters of which each may be a path into the event."""
AS_THEY_ARE = {"cluster": ("EcsTaskParameters", "EcsParameters")}
"""By the target's kind: what the pipe calls its parameters, and what the target does."""
BUS = "bus"


def send(run: Run, place: int, link: int, values: list[Any], parameters: Json) -> Failed:
    """(index, code, message) of what the target did not take."""
    kind = run.pipe.world.topology.nodes[place].kind
    if kind == BUS:
        return _put(run, place, link, values, parameters)
    if kind in WHOLE:
        wrong = _deliver(run, place, link, compact(values), run.subject_of(0), {})
        return [(index, *wrong) for index in range(len(run.batch))] if wrong else []
    failed: Failed = []
    for index, value in enumerate(values):
        system = _system(kind, parameters, run.events[index])
        wrong = _deliver(run, place, link, as_text(value), run.subject_of(index), system)
        if wrong:
            failed.append((index, *wrong))
    return failed


def _system(kind: str, parameters: Json, event: Any) -> Json:
    """What a target is told beside the body."""
    if kind in AS_THEY_ARE:
        ours, theirs = AS_THEY_ARE[kind]
        return {theirs: parameters.get(ours) or {}}
    name, names = PARAMETERS.get(kind, ("", ()))
    return {each: said for each in names if (said := dynamic(get(parameters, name, each), event))}


def _deliver(run: Run, place: int, link: int, text: str, parent: int, system: Json) -> tuple[str, str] | None:
    pipe = run.pipe
    body = pipe.environment.bodies.number(text)
    delivery = Delivery(body, parent, link, run.request, run.last, source=pipe.node, system=system)
    got = deliver(pipe.world, place, delivery)
    return (got.refusal.code, got.refusal.message) if isinstance(got, Struck) else None


def _put(run: Run, place: int, link: int, values: list[Any], parameters: Json) -> Failed:
    """PutEvents, ten at a time; source and detail-type may be paths into the event."""
    pipe, world = run.pipe, run.pipe.world
    said = parameters.get("EventBridgeEventBusParameters")
    bus, source = world.topology.nodes[place], run.reads.source_name
    entries = [
        {
            "EventBusName": bus.arn,
            "Source": dynamic(get(said, "Source"), event) or f"Pipe {pipe.name}",
            "DetailType": dynamic(get(said, "DetailType"), event) or f"Event from {source}",
            "Detail": as_text(value),
            "Resources": [dynamic(each, event) for each in members(get(said, "Resources"))],
        }
        for value, event in zip(values, run.events, strict=True)
    ]
    failed: Failed = []
    for first in range(0, len(entries), QUOTAS.entries):
        some = entries[first : first + QUOTAS.entries]
        caller = Caller(
            pipe.name,
            pipe.node,
            world.topology.account,
            world.topology.region,
            run.request,
            link,
            cause=run.last,
            parent=run.subject_of(first),
        )
        answer = world.door.call(world, caller, "events", "PutEvents", {"Entries": some})
        failed.extend((first + index, code, message) for index, code, message in _refused(answer, len(some)))
    return failed


def _refused(answer: object, count: int) -> Failed:
    """Which of the entries were not taken. An answer that comes later was slow, not a refusal."""
    if not isinstance(answer, Answer):
        return []
    if answer.refusal is not None:
        return [(index, answer.refusal.code, answer.refusal.message) for index in range(count)]
    rows = (answer.output or {}).get("Entries") or ()
    return [
        (index, str(row["ErrorCode"]), str(row.get("ErrorMessage") or ""))
        for index, row in enumerate(rows)
        if row.get("ErrorCode")
    ]
