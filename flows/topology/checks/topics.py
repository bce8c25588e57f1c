"""Checks of topics: do their subscriptions suit them?"""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Resource
from flows.topology.checks.view import View, path_of
from flows.topology.links.draft import Draft, from_text, get
from flows.topology.links.sns import RAW
from flows.topology.problems import Problem, pointer, problem
from flows.topology.words import is_yes

SUFFIX = ".fifo"


def fifo_topics_end_in_fifo(view: View) -> Iterator[Problem]:
    for topic in view.catalogue.of_type("AWS::SNS::Topic"):
        if topic.name.endswith(SUFFIX) != _is_fifo(topic):
            yield problem("FifoTopicNameMismatch", path_of(topic, "TopicName"), topic=topic.id)


def subscriptions_suit_their_topics(view: View) -> Iterator[Problem]:
    for draft in view.links:
        if draft.kind == "subscription":
            topic = view.catalogue.resources.get(draft.source.id)
            if topic is not None and topic.kind == "topic":
                yield from _subscription(view, draft, topic)


def _subscription(view: View, draft: Draft, topic: Resource) -> Iterator[Problem]:
    protocol, fifo = str(get(draft.given, "Protocol") or ""), _is_fifo(topic)
    path = pointer("resources", draft.via or topic.id, "Properties")
    queue = view.catalogue.resources.get(draft.target.id)
    to_fifo = queue is not None and queue.kind == "queue" and queue.name.endswith(SUFFIX)
    if fifo and protocol != "sqs":
        yield problem("FifoTopicProtocol", path, topic=topic.id, protocol=protocol)
    if to_fifo and not fifo:
        yield problem("FifoQueueAtStandardTopic", path, topic=topic.id, queue=draft.target.id)
    if is_yes(get(draft.given, "RawMessageDelivery")) and protocol not in RAW:
        yield problem("RawDeliveryUnsupported", path, protocol=protocol)
    letters = view.catalogue.find(get(from_text(get(draft.given, "RedrivePolicy")), "deadLetterTargetArn"))
    if fifo and to_fifo and letters is not None and letters.kind == "queue" and not letters.name.endswith(SUFFIX):
        yield problem("SubscriptionDeadLettersFifo", path, topic=topic.id, target=letters.id)


def _is_fifo(topic: Resource) -> bool:
    return is_yes(topic.properties.get("FifoTopic"))
