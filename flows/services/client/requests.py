"""Traffic through the client's SDK: to topics, buckets, functions and state machines, and to a queue while a fault is on.

A sink like a queue's own, so that traffic need not know: what it takes becomes a request, with the retries of the SDK. The
key of an object may hold `{{index}}`, and without one it is a key that the bucket's first notification takes; a function is invoked asynchronously unless asked
otherwise; what goes to a queue or topic may have message attributes, whose texts may hold `{{index}}` too;
each text sent to a state machine is the input of an execution of its own; one sent to a bus is an event's detail, with `Source` and
`DetailType` as they are given, or a whole entry of PutEvents (it has `Detail`); one sent to an API is the body of a request with the `Method`,
`Path` and `Headers` that are given, or with those of the API's first route that takes a body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.client.templates import fill
from flows.services.ports import Answer, Json, Refusal
from flows.services.requests import INVOKE_ASYNC, WITHOUT_BODY, request_for
from flows.services.shapes import misshapen
from flows.services.texts import size_of
from flows.topology.compiled import CLIENT, CompiledNode
from flows.topology.resources.bucket import NotificationConfig
from flows.topology.resources.queue import QueueConfig
from flows.topology.resources.topic import TopicConfig

if TYPE_CHECKING:
    from flows.services.world import World

PLACEHOLDER = "{{index}}"
GROUP, DEDUPLICATION = "MessageGroupId", "MessageDeduplicationId"
ATTRIBUTES = "MessageAttributes"
WITH_ATTRIBUTES = ("queue", "topic")
STREAM, USUAL_PARTITION = "stream", "key-{{index % 10}}"
USUAL_GROUP = "g-{{index % 5}}"
TRAFFIC = "{{traffic}}"
USUAL_DEDUPLICATION = f"t{TRAFFIC}-{PLACEHOLDER}"
SUFFIX = ".json"
BUS, API, CLIENT_NAME = "bus", "api", "client"
AWS, ANNOUNCE = "aws.", "events:AnnounceEvents"
UNLIMITED = 1 << 62


class RequestSink:
    def __init__(self, world: World, target: CompiledNode, params: Json) -> None:
        self.world = world
        self.target = target
        self.node = target.index
        self.maximum_bytes = UNLIMITED
        self.key = _key(world, target, params)
        self.operation = "" if params.get("InvocationType") == "RequestResponse" else INVOKE_ASYNC
        self.group, self.deduplication = _names(target, params)
        self.attributes: Json = params.get(ATTRIBUTES) or {}
        self.detail_type = str(params.get("DetailType") or "")
        self.http = {name: params[name] for name in ("Method", "Path", "Headers") if params.get(name)}
        self.sent = 0

    @property
    def names_something(self) -> bool:
        """Whether its messages have more than a body."""
        return bool(self.group or self.attributes)

    def refuses_names(self) -> Refusal | None:
        """Groups and ids are texts, and only a queue and a topic have them, or attributes."""
        if not isinstance(self.group, str) or not isinstance(self.deduplication, str):
            return Refusal("InvalidTraffic", f"{GROUP} and {DEDUPLICATION} must be texts.")
        if self.attributes and self.target.kind not in WITH_ATTRIBUTES:
            return Refusal("InvalidTraffic", f"A {self.target.kind} takes no message attributes.")
        wrong = misshapen("sqs", "SendMessage", {ATTRIBUTES: self.attributes})
        return None if wrong is None else Refusal("InvalidTraffic", wrong.message)

    def refuses(self, body: str) -> Refusal | None:
        """The service says what is wrong with it, when it is sent."""
        return None if size_of(body) >= 0 else Refusal("InvalidTraffic", "This is no text that can be sent.")

    def accept(self, body: int, link: int, request: int, cause: int) -> int:
        """One request; what it becomes is not known yet."""
        self.sent += 1
        text = self.world.environment.bodies.text(body)
        key = fill(self.key, self.sent)
        operation, params = request_for(self.target, text, key, self.operation, self.detail_type)
        if self.target.kind == API:
            params = self._of_api(params, text)
        if _is_awss(params):
            operation = ANNOUNCE
        if self.group:
            params[GROUP] = fill(self.group, self.sent)
            params.pop(DEDUPLICATION, None)
            if self.deduplication:
                params[DEDUPLICATION] = fill(self.deduplication.replace(TRAFFIC, str(request)), self.sent)
        if self.attributes:
            params[ATTRIBUTES] = {
                name: {key: fill(text, self.sent) if isinstance(text, str) else text for key, text in each.items()}
                for name, each in self.attributes.items()
            }
        self.world.sdk(CLIENT).call(operation, params, link, request, cause, self.answered)
        return 0

    def _of_api(self, params: Json, text: str) -> Json:
        """The request as it is given: a path may hold `{{index}}`."""
        params = {**params, **self.http}
        if params["Method"] not in WITHOUT_BODY:
            params["Body"] = text
        return {**params, "Path": fill(str(params["Path"]), self.sent)}

    def answered(self, answer: Answer, cause: int) -> None:
        """The end of a request: its records have said it."""


def _is_awss(params: Json) -> bool:
    """Whether it is an event that only AWS's own services put."""
    return any(str(entry.get("Source")).startswith(AWS) for entry in params.get("Entries", ()))


def _names(target: CompiledNode, params: Json) -> tuple[str, str]:
    """The templates of the group and the deduplication id; none where the target has none."""
    if not isinstance(target.config, QueueConfig | TopicConfig):
        return "", ""
    usual_group, usual_id = ("", "")
    if target.config.fifo:
        usual_group, usual_id = USUAL_GROUP, "" if target.config.content_based_deduplication else USUAL_DEDUPLICATION
    return params.get(GROUP, usual_group), params.get(DEDUPLICATION, usual_id)


def _key(world: World, target: CompiledNode, params: Json) -> str:
    """The key that is given; else one that somebody is notified about, if anybody is. For a bus: who sends."""
    if target.kind == BUS:
        return str(params.get("Source") or CLIENT_NAME)
    if target.kind == STREAM:
        return str(params.get("PartitionKey") or USUAL_PARTITION)
    if params.get("Key"):
        return str(params["Key"])
    for link in world.topology.links_from(target.index):
        if isinstance(link.config, NotificationConfig):
            return f"{link.config.prefix}object-{PLACEHOLDER}{link.config.suffix or SUFFIX}"
    return f"object-{PLACEHOLDER}{SUFFIX}"
