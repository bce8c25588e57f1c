"""Amazon SNS: topics, standard and FIFO, and everything that subscribes to them.

**Simulated**: every operation of the API, with AWS's checks, codes and messages; publishing (also in batches, with a structure per
protocol) to topics, phones and installations of apps; subscriptions of all protocols, confirmation and its tokens; filter policies
on attributes and on the body; the envelope and raw delivery, message attributes, subject lines; the delivery policies of each protocol
to the last attempt (100,015 for endpoints that AWS manages, fifty for mail, phones and push, what the topic and the subscription say
for HTTP), throttle policies; a subscription's dead-letter queue, which gets exactly the delivered form; FIFO topics with their message
groups, deduplication in five minutes (by topic or by group, by id or by content) and sequence numbers; tags, paging, platform
applications and their endpoints, settings of text messages.

**Approximated**: delivery takes no time (a fault can make it slow) and happens once; waits between attempts have no jitter, and the
back-off functions of HTTP are formulas for what AWS shows as curves; a throttle policy spaces deliveries evenly; endpoints outside
the topology (web, mail, phones, apps) are stubs that take what they are sent, and fail by faults alone;
subscriptions that are drawn are confirmed from the beginning; nothing is really signed; a deleted topic or subscription
stops delivering at once, and a topic's counts of subscriptions are exact at once (those of AWS lag).

**Left out**: archives of FIFO topics and their replay, data protection, delivery status logs, encryption and access policies (kept
and answered, without effect); throughput quotas; the texts of confirmations of unsubscribing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import NO_LINK, Service
from flows.services.sns.config import SubscriptionConfig, TopicConfig
from flows.services.sns.operations import OPERATIONS
from flows.services.sns.records import KINDS
from flows.services.sns.subscription import Subscription
from flows.services.sns.topic import Topic
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Topic | None:
    return Topic(world, node, node.config) if isinstance(node.config, TopicConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """Its subscriptions."""
    topic = world.nouns[node.index]
    for link in world.topology.links_from(node.index):
        if isinstance(topic, Topic) and link.kind == "subscription" and isinstance(link.config, SubscriptionConfig):
            subscription = Subscription(topic, link.config, link.index)
            subscription.enrol()
            world.links[link.index] = subscription
            if subscription.dead_letter_link() != NO_LINK:
                world.origins[subscription.dead_letter_link()] = subscription


SERVICE = Service("sns", OPERATIONS, KINDS, build, connect)
