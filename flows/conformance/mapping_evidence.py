"""What was answered and delivered while a record was played, and whether a recorded value is among it.

A recorded value is looked for by its shape: an answer, a refusal, messages as somebody received them, an event as a function or a
bus got it. Each piece of evidence serves once, in the order in which it came. The recorders sorted the records of an event by
what they say, because a standard queue promises no order: so do we, on both sides. A reader's own doing is done again: which
attributes were asked for, and how often a message was received.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flows.conformance.matching import difference, parsed
from flows.conformance.wire import as_boto
from flows.services.ports import Answer, Delivery, Json

if TYPE_CHECKING:
    from flows.simulation import Simulation

Operation = Callable[[str, str, Json], Answer]
STATUSES = {
    "CreateFunction": 201,
    "CreateEventSourceMapping": 202,
    "UpdateEventSourceMapping": 202,
    "DeleteEventSourceMapping": 202,
}
ASKED_FOR = ("Attributes", "MessageAttributes", "MD5OfMessageAttributes")
"""Members of a message that are there if a reader asks for them."""
COUNT = "ApproximateReceiveCount"
EVERYTHING = {"MaxNumberOfMessages": 10, "AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
METADATA = "ResponseMetadata"


class Evidence:
    def __init__(self, simulation: Simulation, operation: Operation) -> None:
        self._simulation, self._operation = simulation, operation
        self.queues: list[str] = []
        self._answers: list[Json] = []
        self._events: list[Any] = []
        self._on_buses: list[Any] = []
        self._messages: dict[str, list[Json]] = {}

    # ── gathering ───────────────────────────────────────────────────────────────────────────────────────────────────

    def heard(self, service: str, operation: str, answer: Answer) -> None:
        """An operation's answer, as boto3 gives it."""
        said, status = as_boto(service, answer), STATUSES.get(operation, 200)
        if answer.refusal is not None:
            status = answer.refusal.status
        elif operation == "Invoke":
            said, status = {"Payload": "", **said}, said["StatusCode"]
        self._answers.append({**said, METADATA: {"HTTPHeaders": {}, "HTTPStatusCode": status}})

    def invoked(self, event: Any) -> None:
        self._events.append(event)

    def listen(self) -> None:
        """Buses tell what they are sent."""
        world = self._simulation.world
        for node in world.topology.nodes:
            if (
                node.kind == "bus"
                and not isinstance(world.stubs.get(node.index), _Ear)
                and world.nouns[node.index] is None
            ):
                world.stubs[node.index] = _Ear(world, node.index, self._on_buses)

    def collect(self) -> None:
        """Every message that lies in a queue now, received once."""
        for url in self.queues:
            while True:
                params = {"QueueUrl": url, "VisibilityTimeout": 43_200, **EVERYTHING}
                found = (self._operation("sqs", "ReceiveMessage", params).output or {}).get("Messages", [])
                self._messages.setdefault(url, []).extend(found)
                if not found:
                    break

    # ── comparing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def difference(self, want: Any) -> str:
        """How what is most like it differs; "" if it is there."""
        if isinstance(want, list):
            return self._of_list(want)
        if messages_of(want):
            return self._of_messages(want)
        if "Records" in want:
            return self._of_event(want)
        if "detail-type" in want:
            return self._first(want, self._on_buses) and self._first(want, self._events)
        if want and all(key.endswith("Response") for key in want):
            return next((said for each in want.values() if each and (said := self.difference(each))), "")
        if set(want) == {METADATA}:
            empty = any(not found for found in self._messages.values()) or not self._messages
            return "" if empty else "every queue still holds messages"
        return self._first(want, self._answers) if METADATA in want else self._among(want)

    def _among(self, want: Json) -> str:
        """An answer, or a member of one."""
        members = [member for answer in self._answers for member in answer.values() if isinstance(member, dict)]
        members.extend(inner for member in list(members) for inner in member.values() if isinstance(inner, dict))
        bare = [{key: value for key, value in answer.items() if key != METADATA} for answer in self._answers]
        return self._first(want, [*bare, *members])

    def invocations_left(self) -> int:
        return len(self._events)

    def refusals(self, error: Json) -> int:
        """How often an operation was refused with that."""
        return sum(not difference(error, answer.get("Error")) for answer in self._answers)

    def has(self, want: Any) -> bool:
        """Whether it is there, without using it up."""
        kept = list(self._answers), list(self._events), list(self._on_buses), {**self._messages}
        kept_messages = {url: list(found) for url, found in self._messages.items()}
        found = not self.difference(want)
        self._answers, self._events, self._messages = kept[0], kept[1], kept_messages
        self._on_buses[:] = kept[2]
        return found

    def _of_list(self, want: list[Any]) -> str:
        if want and all(isinstance(each, dict) and "Records" in each for each in want):
            got, self._events = self._events[: len(want)], self._events[len(want) :]
            return difference([_sorted(each) for each in want], [_sorted(each) for each in got])
        if want and all(isinstance(each, dict) and "Body" in each for each in want):
            return self._of_messages({"Messages": want})
        records = [record for event in self._events for record in event.get("Records", [])]
        self._events = []
        return difference(_sorted({"Records": want})["Records"], _sorted({"Records": records})["Records"])

    def _of_event(self, want: Json) -> str:
        candidates = [_sorted(each) for each in self._events if isinstance(each, dict)]
        return self._first(_sorted(want), candidates)

    def _of_messages(self, want: Json) -> str:
        """Messages out of the queue that holds what is most like them."""
        wanted = messages_of(want)
        best = "no queue holds so many messages"
        for found in self._messages.values():
            chosen: list[Json] = []
            said = ""
            for message in wanted:
                left = [each for each in found if each not in chosen]
                got, said = _closest(message, left)
                if said:
                    break
                chosen.append(got)
            if not said:
                for each in chosen:
                    found.remove(each)
                return ""
            best = min(best, said, key=_likeness) if best != "no queue holds so many messages" else said or best
        return best

    def _first(self, want: Any, evidence: list[Any]) -> str:
        """The first that does not differ is used up; else how the one most like it differs."""
        said = "nothing of the sort was answered or delivered"
        for index, each in enumerate(evidence):
            found = difference(want, each)
            if not found:
                del evidence[index]
                return ""
            if isinstance(each, dict) and want.keys() - {METADATA} <= each.keys() | {"Type"}:
                said = found
        return said


class _Ear:
    """Stands where a bus stands, and hears what it is sent."""

    def __init__(self, world: Any, node: int, heard: list[Any]) -> None:
        self._world, self.node, self._heard = world, node, heard

    def deliver(self, delivery: Delivery) -> int:
        self._heard.append(json.loads(self._world.environment.bodies.text(delivery.body)))
        subject: int = self._world.environment.subjects.new(1, delivery.parent, 0, delivery.body)
        return subject


def messages_of(value: Any) -> list[Json]:
    """The messages of a recorded value: those of a receive's answer, one alone, or a list of them."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict) and "Body" in each and "MessageId" in each]
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("Messages"), list):
        return list(value["Messages"])
    return [value] if "Body" in value and "MessageId" in value else []


def bodies_of(value: Any) -> list[Any]:
    return [message["Body"] for message in messages_of(value)]


def invocation_record(value: Any) -> Json | None:
    """Lambda's record of an asynchronous invocation, in a message or as an event on a bus."""
    found = [parsed(body) for body in bodies_of(value)]
    if isinstance(value, dict) and "detail" in value:
        found.append(value["detail"])
    return next((each for each in found if isinstance(each, dict) and "requestPayload" in each), None)


def _closest(want: Json, messages: list[Json]) -> tuple[Json, str]:
    said = "no message is left"
    for message in messages:
        found = difference(_by_body(want), _by_body(_as_asked(want, message)))
        if not found:
            return message, ""
        said = found
    return {}, said


def _as_asked(want: Json, message: Json) -> Json:
    """The message as the recorder's reader asked for it, received as often as that reader did."""
    seen = {name: value for name, value in message.items() if name in want or name not in ASKED_FOR}
    count = want.get("Attributes", {}).get(COUNT)
    if count is not None and "Attributes" in seen and int(count) >= int(seen["Attributes"][COUNT]):
        seen["Attributes"] = {**seen["Attributes"], COUNT: count}
    return seen


def _by_body(message: Json) -> Json:
    """An event inside a message, its records sorted too."""
    body = parsed(message.get("Body"))
    if isinstance(body, dict) and isinstance(body.get("event"), dict) and "Records" in body["event"]:
        return {**message, "Body": {**body, "event": _sorted(body["event"])}}
    return {**message, "Body": body}


def _sorted(event: Any) -> Any:
    if not isinstance(event, dict) or not isinstance(event.get("Records"), list):
        return event
    return {**event, "Records": sorted(event["Records"], key=_said)}


def _said(record: Any) -> str:
    return json.dumps(parsed(record.get("body")) if isinstance(record, dict) else record, sort_keys=True)


def _likeness(said: str) -> int:
    """The deeper the first difference lies, the more was alike."""
    return -said.split(":", 1)[0].count(".")
