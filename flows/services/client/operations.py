"""The client's operations. They are the playground's own: on AWS they are people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.client import records, refusals
from flows.services.client.quotas import QUOTAS
from flows.services.client.requests import RequestSink
from flows.services.client.templates import PLACEHOLDER
from flows.services.client.traffic import ENDLESS, Text, Traffic, Variant
from flows.services.ports import Answer, Caller, Json, Operation, Refusal, Sink, operations
from flows.services.sdk_records import CONFIGURED as SDK_CONFIGURED
from flows.topology.compiled import CompiledNode
from flows.topology.resources.sdk import MODES as SDK_MODES
from flows.topology.resources.sdk import SdkConfig

if TYPE_CHECKING:
    from flows.services.world import World

MODES = ("once", "rate", "burst")
TARGETS = (
    "queue",
    "topic",
    "bucket",
    "function",
    "machine",
    "bus",
    "stream",
    "delivery-stream",
    "table",
    "api",
    "container-task",
    "graphql-api",
    "database",
)


def start_traffic(world: World, caller: Caller, params: Json) -> Answer:
    """Send once, at a rate, or all at once. To a FIFO queue, or with a group: each message to the group it is told."""
    environment = world.environment
    node = world.addressed(params.get("TargetArn"))
    if node is None or node.kind not in TARGETS or not _takes(world, node) or node.missing:
        return Answer(refusal=refusals.no_such_target(params.get("TargetArn")))
    through_sdk = RequestSink(world, node, params)
    refusal = through_sdk.refuses_names()
    if refusal is not None:
        return Answer(refusal=refusal)
    checked: Sink = world.nouns[node.index] if node.kind == "queue" else through_sdk
    target = through_sdk if through_sdk.names_something else checked
    pace = _pace(params)
    if isinstance(pace, Refusal):
        return Answer(refusal=pace)
    text = _text(world, checked, params.get("MessageBody"))
    if isinstance(text, Refusal):
        return Answer(refusal=text)
    variants = _variants(world, checked, params.get("Variants") or [])
    if isinstance(variants, Refusal):
        return Answer(refusal=variants)
    mode, count, rate_milli = pace
    subject = environment.subjects.new(int(SubjectKind.TRAFFIC))
    detail = (target.node, mode, count)
    started = environment.recorder.write(
        records.TRAFFIC_STARTED, caller.node, subject, caller.request, caller.cause, 0, detail
    )
    link = world.link_between(caller.node, target.node)
    traffic = Traffic(environment, target, through_sdk, world.faults, link, text, variants)
    traffic.start(subject, started, count, rate_milli)
    world.nouns[caller.node][subject] = traffic
    return Answer({"TrafficId": str(subject)})


def _takes(world: World, node: CompiledNode) -> bool:
    """An API answers requests; everything else takes what is delivered."""
    answers = node.kind in ("api", "graphql-api", "database") and world.nouns[node.index] is not None
    return answers or world.recipient(node.index) is not None


def stop_traffic(world: World, caller: Caller, params: Json) -> Answer:
    given = str(params.get("TrafficId"))
    traffic: Traffic | None = world.nouns[caller.node].get(int(given)) if given.isdecimal() else None
    if traffic is None or not traffic.running:
        return Answer(refusal=refusals.no_such_traffic(given))
    traffic.stop(caller.cause)
    return Answer({"Sent": traffic.sent})


def list_traffic(world: World, caller: Caller, _params: Json) -> Answer:
    """What is running or has run, oldest first."""
    rows = [
        {
            "TrafficId": str(subject),
            "TargetArn": world.topology.nodes[traffic.target.node].arn,
            "Sent": traffic.sent,
            "Count": traffic.count or None,
            "State": "RUNNING" if traffic.running else "ENDED",
        }
        for subject, traffic in world.nouns[caller.node].items()
    ]
    return Answer({"Traffic": rows})


def _pace(params: Json) -> tuple[str, int, int] | Refusal:
    """(mode, count, messages in a thousand seconds); no count is endless, no rate is all at once."""
    mode = params.get("Mode", "once")
    if mode not in MODES:
        return refusals.invalid(f"Mode must be one of {', '.join(MODES)}, not {mode}.")
    count = params.get("Count", ENDLESS if mode == "rate" else 1)
    if (
        isinstance(count, bool)
        or not isinstance(count, int)
        or not 0 <= count <= QUOTAS.messages
        or (not count and mode != "rate")
    ):
        return refusals.invalid(f"Count must be an integer from 1 to {QUOTAS.messages}.")
    if mode != "rate":
        return mode, count, 0
    rate = params.get("RatePerSecond")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 1 <= rate * 1000 <= QUOTAS.rate_milli:
        return refusals.invalid(f"RatePerSecond must be a number from 0.001 to {QUOTAS.rate_milli // 1000}.")
    return mode, count, round(rate * 1000)


def _text(world: World, target: Sink, body: object) -> Text | Refusal:
    if not isinstance(body, str) or not body:
        return refusals.invalid("MessageBody must be a text that is not empty.")
    refusal = target.refuses(body)
    if refusal is not None:
        return refusal
    number = 0 if PLACEHOLDER in body else world.environment.bodies.number(body)
    return Text(body, number, len(body.encode()))


def _variants(world: World, target: Sink, given: object) -> tuple[Variant, ...] | Refusal:
    if not isinstance(given, list) or len(given) > QUOTAS.variants:
        return refusals.invalid(f"Variants must be a list of at most {QUOTAS.variants}.")
    variants = []
    for row in given:
        every = row.get("Every") if isinstance(row, dict) else None
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            return refusals.invalid("Every variant needs Every, an integer from 1.")
        text = _text(world, target, row.get("MessageBody"))
        if isinstance(text, Refusal):
            return text
        variants.append(Variant(every, text))
    return tuple(variants)


def configure_sdk(world: World, caller: Caller, params: Json) -> Answer:
    """How the SDK at a node retries: {Node? (logical id; the client's without), Mode, MaxAttempts?, TimeoutMs?}."""
    node = world.topology.by_id.get(str(params.get("Node"))) if params.get("Node") is not None else None
    if params.get("Node") is not None and node is None:
        return Answer(refusal=refusals.no_such_target(params.get("Node")))
    mode, attempts, timeout = (
        params.get("Mode", "standard"),
        params.get("MaxAttempts", 0),
        params.get("TimeoutMs", 60_000),
    )
    if mode not in SDK_MODES:
        return Answer(refusal=refusals.invalid(f"Mode must be one of {', '.join(SDK_MODES)}."))
    for value, low, high in ((attempts, 0, 20), (timeout, 1, 900_000)):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return Answer(
                refusal=refusals.invalid("MaxAttempts is from 0 (the mode's own) to 20, TimeoutMs from 1 to 900000.")
            )
    index = caller.node if node is None else node.index
    world.sdk(index).config = SdkConfig(mode, attempts, timeout * 1000)
    said = f"{mode}, {attempts or 'the usual'} attempts, {timeout} ms timeout"
    world.environment.recorder.write(SDK_CONFIGURED, index, 0, caller.request, caller.cause, 0, (said,))
    return Answer({})


OPERATIONS = operations(
    Operation("ConfigureSdk", configure_sdk, aws=False),
    Operation("StartTraffic", start_traffic, aws=False),
    Operation("StopTraffic", stop_traffic, aws=False),
    Operation("ListTraffic", list_traffic, mutates=False, aws=False),
)
