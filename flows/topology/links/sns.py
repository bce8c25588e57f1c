"""A topic's links: its subscriptions, written inside the topic or as resources of their own, and their dead letters."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Catalogue, End, Resource
from flows.topology.links.draft import Draft, from_text, get, members, own
from flows.topology.words import is_yes

SUBSCRIBERS = ("queue", "function", "delivery-stream")
INSIDE = {"sqs", "lambda", "firehose"}
"""Protocols whose endpoints are resources of a template; the others (email, https …) always lie outside."""
RAW = {"sqs", "firehose", "http", "https"}
"""Protocols over which a message can be delivered as it was published."""


def from_topic(topic: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    for index, given in enumerate(members(topic.properties.get("Subscription"))):
        yield from _subscription(f"{topic.id}.Subscription.{index}", "", own(topic), given, catalogue)


def from_subscription(subscription: Resource, catalogue: Catalogue) -> Iterator[Draft]:
    topic = catalogue.end(subscription.properties.get("TopicArn"), "topic")
    yield from _subscription(subscription.id, subscription.id, topic, dict(subscription.properties), catalogue)


def _subscription(id_: str, via: str, topic: End, given: object, catalogue: Catalogue) -> Iterator[Draft]:
    protocol = str(get(given, "Protocol") or "")
    filtered, raw = get(given, "FilterPolicy") is not None, is_yes(get(given, "RawMessageDelivery"))
    yield Draft(
        id_,
        "subscription",
        topic,
        catalogue.end(get(given, "Endpoint"), *SUBSCRIBERS),
        via=via,
        label=" · ".join(word for word, said in (("filtered", filtered), ("raw", raw)) if said),
        properties={"Protocol": protocol, "filtered": filtered, "raw": raw},
        given=given,
        outside="" if protocol in INSIDE else f"ext:{protocol}",
    )
    target = get(from_text(get(given, "RedrivePolicy")), "deadLetterTargetArn")
    if target:
        end = catalogue.end(target)
        yield Draft(f"{id_}.RedrivePolicy", "subscription-dlq", topic, end, via=via, label="undeliverable", given=given)
