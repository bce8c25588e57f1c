"""PutEvents and PutPartnerEvents: entries fail one by one, except where the request as a whole is wrong.

Recorded (cases/aws/events): what an entry lacks is an InvalidArgument; a Detail that is no JSON object is a MalformedDetail; an event
for a bus that does not exist is taken, and lost.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.constraints import violations
from flows.services.eventbridge import records, refusals
from flows.services.eventbridge.account import account_of, bus_arn, bus_name, needed_bus
from flows.services.eventbridge.event import Came, Content, date_of, read_object
from flows.services.eventbridge.quotas import QUOTAS, SECOND_US
from flows.services.ports import NO_LINK, Caller, Json, Refusal
from flows.services.shapes import misshapen

if TYPE_CHECKING:
    from flows.services.eventbridge.bus import Bus
    from flows.services.world import World

REQUIRED = ("Source", "DetailType", "Detail")
AWS = "aws."
ACTIVE = "ACTIVE"
CLIENT_ERROR = 400
LATEST_S = 253_402_300_800
"""The year 10,000, in seconds since 1970."""


def put_events(world: World, caller: Caller, params: Json) -> Json | Refusal:
    entries: list[Json] = list(params.get("Entries") or [])
    if sum(map(_size, entries)) > QUOTAS.request_bytes:
        return refusals.invalid("Total size of the entries in the request is over the limit.")
    return _answer([_put(world, caller, entry, bus_arn(caller, entry.get("EventBusName"))) for entry in entries])


def put_partner_events(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """What a partner sends goes to the bus of its event source, once that is active."""
    rows: list[Json] = []
    for entry in params.get("Entries") or []:
        source = account_of(world).sources.get(str(entry.get("Source")))
        if source is None or source.state != ACTIVE:
            rows.append(_failed("InvalidArgument", f"Event source {entry.get('Source')} is not active."))
        else:
            rows.append(_put(world, caller, entry, bus_arn(caller, source.name), partner=True))
    return _answer(rows)


def announce_events(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """Entries as AWS's own services put them, from sources that are theirs: to the default bus, by hand. A Detail may be an object."""
    given = params.get("Entries")
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        return refusals.invalid("Entries must be a list of entries.")
    entries = [each if isinstance(each.get("Detail"), str) else _written(each) for each in given]
    asked = {"Entries": entries}
    wrong = misshapen("events", "PutEvents", asked) or violations("events", "PutEvents", asked)
    if wrong is not None:
        return wrong
    return _answer([_put(world, caller, entry, bus_arn(caller, None), partner=True) for entry in entries])


def _written(entry: Json) -> Json:
    try:
        return {**entry, "Detail": json.dumps(entry.get("Detail"))}
    except (ValueError, RecursionError):
        return {**entry, "Detail": ""}


def _answer(rows: list[Json]) -> Json:
    return {"FailedEntryCount": sum("ErrorCode" in row for row in rows), "Entries": rows}


def _size(entry: Json) -> int:
    """As AWS counts an entry ("Calculating PutEvents event entry size")."""
    texts = [entry.get(name) for name in REQUIRED] + list(entry.get("Resources") or ())
    size = sum(len(str(text).encode(errors="replace")) for text in texts if text is not None)
    return size + (QUOTAS.time_bytes if entry.get("Time") is not None else 0)


def _put(world: World, caller: Caller, entry: Json, arn: str, *, partner: bool = False) -> Json:
    content = _content(entry, partner=partner)
    bus = needed_bus(world, arn, caller)
    if isinstance(content, Refusal):
        _note_failure(world, caller, bus, content)
        return _failed(content.code, content.message)
    if bus is None:
        return _lost(world, caller, arn, content)
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, bus.node)
    subject = bus.put(content, Came(link, caller.request, caller.cause, caller.parent))
    return {"EventId": message_id(world.environment.seed, subject)}


def _content(entry: Json, *, partner: bool) -> Content | Refusal:
    for name in REQUIRED:
        if not entry.get(name):
            return _argument(f"Parameter {name} is not valid. Reason: {name} is a required argument.")
    source = str(entry["Source"])
    if source.startswith(AWS) and not partner:
        return Refusal("NotAuthorizedForSourceException", "Not authorized for the source.", CLIENT_ERROR)
    detail = read_object(str(entry["Detail"]))
    if detail is None:
        return Refusal("MalformedDetail", "Detail is malformed.", CLIENT_ERROR)
    resources = tuple(str(each) for each in entry.get("Resources") or ())
    time_us = None if entry.get("Time") is None else date_us(entry["Time"])
    if time_us is None and entry.get("Time") is not None:
        return _argument("Parameter Time is not valid.")
    return Content(source, str(entry["DetailType"]), detail, resources, time_us)


def _argument(message: str) -> Refusal:
    return Refusal("InvalidArgument", message, CLIENT_ERROR)


def date_us(value: Any) -> int | None:
    """µs since 1970 of a date in a request: a text, or seconds."""
    found = date_of(value) if isinstance(value, str) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST_S:
        found = round(value * SECOND_US)
    return found if found is not None and 0 <= found < LATEST_S * SECOND_US else None


def _failed(code: str, message: str) -> Json:
    return {"ErrorCode": code, "ErrorMessage": message}


def _note_failure(world: World, caller: Caller, bus: Bus | None, refusal: Refusal) -> None:
    node = caller.node if bus is None else bus.node
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, node)
    detail = (link, refusal.code, refusal.message)
    world.environment.recorder.write(records.REFUSED, node, 0, caller.request, caller.cause, 0, detail)


def _lost(world: World, caller: Caller, arn: str, content: Content) -> Json:
    """The event gets an id, and is nowhere."""
    environment = world.environment
    body = environment.bodies.number(json.dumps(content.detail, separators=(",", ":")))
    subject = environment.subjects.new(int(SubjectKind.EVENT), caller.parent, 0, body)
    detail = (bus_name(arn),)
    environment.recorder.write(records.NOWHERE, caller.node, subject, caller.request, caller.cause, 0, detail)
    return {"EventId": message_id(environment.seed, subject)}
