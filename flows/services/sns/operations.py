"""SNS's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.ports import Answer, Caller, Json, Operation, Refusal, Run, operations
from flows.services.sns import publishing, refusals, subscribing
from flows.services.sns.topic import Topic

if TYPE_CHECKING:
    from flows.services.world import World

OnTopic: TypeAlias = "Callable[[World, Caller, Topic, Json], Json | Refusal]"
Plain: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"


def on_topic(run: OnTopic) -> Run:
    """The operation of a topic: it is found first, and an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        topic = _topic(world, params)
        return _answer(topic if isinstance(topic, Refusal) else run(world, caller, topic, params))

    return operation


def plain(run: Plain) -> Run:
    def operation(world: World, caller: Caller, params: Json) -> Answer:
        return _answer(run(world, caller, params))

    return operation


def _topic(world: World, params: Json) -> Topic | Refusal:
    node = world.addressed(params.get("TopicArn") or params.get("TargetArn"))
    noun = None if node is None else world.nouns[node.index]
    if isinstance(noun, Topic):
        return noun
    if node is not None and node.index in world.problems:
        return refusals.not_simulated(world.problems[node.index])
    return refusals.no_such_topic()


def _answer(result: Json | Refusal) -> Answer:
    return Answer(refusal=result) if isinstance(result, Refusal) else Answer(result)


OPERATIONS = operations(
    Operation("Publish", on_topic(publishing.publish)),
    Operation("PublishBatch", on_topic(publishing.publish_batch)),
    Operation("Subscribe", on_topic(subscribing.subscribe)),
    Operation("Unsubscribe", plain(subscribing.unsubscribe)),
    Operation("ListSubscriptions", plain(subscribing.list_subscriptions), mutates=False),
    Operation("ListSubscriptionsByTopic", on_topic(subscribing.list_subscriptions_by_topic), mutates=False),
    Operation("GetSubscriptionAttributes", plain(subscribing.get_subscription_attributes), mutates=False),
    Operation("SetSubscriptionAttributes", plain(subscribing.set_subscription_attributes)),
    Operation("GetTopicAttributes", on_topic(subscribing.get_topic_attributes), mutates=False),
    Operation("ListTopics", plain(subscribing.list_topics), mutates=False),
)
