"""Amazon SNS: standard topics.

**Simulated**: publishing (also in batches, with a structure per protocol), subscriptions of queues and functions, the envelope
and raw delivery, message attributes, subject lines; AWS's delivery policy for endpoints it manages to the last of its 100,015
attempts; a subscription's dead-letter queue, which gets exactly the delivered form.

**Approximated**: delivery takes no time (a fault can make it slow) and happens once; the ten waits of the back-off grow by a
constant factor from 1 s to 20 s; endpoints outside the topology take everything, by the same policy as those that AWS manages;
subscriptions are confirmed at once; nothing is really signed.

**Left out**: filter policies (kept, without effect: every message is delivered), FIFO topics (drawn, but not run), delivery
policies of HTTP endpoints, throughput quotas, encryption, access policies.
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
    """The node's topic. A FIFO topic never comes here: the topology makes it a node that stands still, and says so."""
    return Topic(world, node, node.config) if isinstance(node.config, TopicConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """Its subscriptions."""
    topic = world.nouns[node.index]
    for link in world.topology.links_from(node.index):
        if isinstance(topic, Topic) and link.kind == "subscription" and isinstance(link.config, SubscriptionConfig):
            subscription = Subscription(topic, link.config, link.index)
            topic.subscriptions.append(subscription)
            world.links[link.index] = subscription
            if subscription.dead_letter_link() != NO_LINK:
                world.origins[subscription.dead_letter_link()] = subscription


SERVICE = Service("sns", OPERATIONS, KINDS, build, connect)
