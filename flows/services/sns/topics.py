"""CreateTopic, DeleteTopic, and what can be asked and set of topics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import arns, refusals, tags, topic_attributes
from flows.services.sns.account import topic_at
from flows.services.sns.config import TopicConfig
from flows.services.sns.records import TOPIC_CHANGED
from flows.services.sns.topic import Topic

if TYPE_CHECKING:
    from flows.services.world import World

TOPIC = "AWS::SNS::Topic"
NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
SUFFIX = ".fifo"
PROTECTION = "DataProtectionPolicy"


def create_topic(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """A topic of that name; the one there is, if it is the same in all that is asked for."""
    name, attributes = params.get("Name"), _texts(params.get("Attributes"))
    if name is None:
        return refusals.missing("Name")
    fifo = attributes.get(topic_attributes.FIFO, "").lower() == "true"
    if not _is_name(str(name), fifo=fifo):
        return refusals.invalid("Topic Name")
    wrong = (topic_attributes.wrong(each, value, fifo=fifo, creating=True) for each, value in attributes.items())
    refusal = next((each for each in wrong if each is not None), None)
    given = tags.read(params.get("Tags"))
    if refusal is not None:
        return refusal
    if isinstance(given, Refusal):
        return given
    arn = f"arn:aws:sns:{caller.region}:{caller.account}:{name}"
    there = topic_at(world, arn)
    if there is not None:
        return _again(there, attributes, given)
    topic = _made(world, caller, str(name), arn, fifo=fifo)
    for each, value in attributes.items():
        topic_attributes.put(topic, each, value)
    if params.get(PROTECTION):
        topic.data_protection = str(params[PROTECTION])
    topic.tags.update(given)
    return {"TopicArn": arn}


def _again(topic: Topic, attributes: dict[str, str], given: dict[str, str]) -> Json | Refusal:
    if not topic_attributes.is_same(topic, attributes):
        return refusals.because("Attributes", "Topic already exists with different attributes")
    if any(topic.tags.get(key) != value for key, value in given.items()):
        return refusals.because("Tags", "Topic already exists with different tags")
    return {"TopicArn": topic.arn}


def _made(world: World, caller: Caller, name: str, arn: str, *, fifo: bool) -> Topic:
    node = world.create(TOPIC, name, TopicConfig(name, fifo), arn=arn, caller=caller)
    topic = world.nouns[node.index]
    assert isinstance(topic, Topic)
    return topic


def _is_name(name: str, *, fifo: bool) -> bool:
    return len(name) <= 256 and name.endswith(SUFFIX) == fifo and NAME.fullmatch(name.removesuffix(SUFFIX)) is not None


def delete_topic(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """The topic goes, with its subscriptions; one that is not there is no error."""
    arn = arns.topic_arn(caller, params)
    if isinstance(arn, Refusal):
        return arn
    topic = topic_at(world, arn.text)
    if topic is not None:
        world.remove(topic.node, caller)
    return {}


def get_topic_attributes(_world: World, _caller: Caller, topic: Topic, _params: Json) -> Json | Refusal:
    return {"Attributes": topic_attributes.as_json(topic)}


def set_topic_attributes(_world: World, caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    name, value = params.get("AttributeName"), params.get("AttributeValue")
    if name is None:
        return refusals.missing("AttributeName")
    text = "" if value is None else str(value)
    refusal = topic_attributes.wrong(str(name), text, fifo=topic.fifo, creating=False)
    if refusal is not None:
        return refusal
    topic_attributes.put(topic, str(name), text)
    note_change(topic, caller, f"{name} = {text}")
    return {}


def get_data_protection_policy(world: World, caller: Caller, params: Json) -> Json | Refusal:
    topic = _protected(world, caller, params)
    if isinstance(topic, Refusal):
        return topic
    return {PROTECTION: topic.data_protection}


def put_data_protection_policy(world: World, caller: Caller, params: Json) -> Json | Refusal:
    topic, policy = _protected(world, caller, params), params.get(PROTECTION)
    if isinstance(topic, Refusal):
        return topic
    if policy is None:
        return refusals.missing(PROTECTION)
    topic.data_protection = str(policy)
    note_change(topic, caller, PROTECTION)
    return {}


def note_change(topic: Topic, caller: Caller, said: str) -> None:
    topic.environment.recorder.write(TOPIC_CHANGED, topic.node, 0, caller.request, caller.cause, 0, (said,))


def _protected(world: World, caller: Caller, params: Json) -> Topic | Refusal:
    arn = arns.topic_arn(caller, params, "ResourceArn")
    if isinstance(arn, Refusal):
        return arn
    return topic_at(world, arn.text) or refusals.no_such_topic()


def _texts(value: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, dict) else {}
