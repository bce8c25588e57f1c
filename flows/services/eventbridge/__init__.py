"""Amazon EventBridge: event buses, rules, archives and replays, API destinations, partner event sources.

**Simulated**: every operation on buses, rules, targets, archives, replays, connections, API destinations, partner sources, permissions and
tags, with AWS's checks, codes and messages; PutEvents with entries that fail one by one; rules with patterns, looked up in an index per bus,
or with rate and cron schedules in UTC, to the minute; targets of every simulated kind (queues, also FIFO with a message group,
topics, functions, state machines, buses, streams, ECS tasks, GraphQL and other APIs, API destinations) with Input, InputPath and InputTransformer, retry policy and
dead-letter queue with its attributes; bus to bus, one hop; the events of AWS's own services (S3, Step Functions, ECS, Lambda's destinations; of others by hand, from samples);
archives of all events or by pattern, with retention, count and size; replays of a window, for all rules or chosen ones, with the
replay's name in the event, cancelled or complete, beside live events.

**Approximated**: delivery takes no time (a fault can make it slow) and happens once; the waits between attempts (1 s doubling to 10 min, up to a
half taken off by chance) are ours, for AWS documents only that they grow and vary; an API destination's endpoint is a stub that
fails by faults alone, and its rate spaces requests evenly; a replay starts after a second and sends 10,000 events a second; an
archive's count and size are those of the moment; a rate counts from the instant at which its rule was enabled; OAuth takes a
second; a bus takes 2,000 rules (AWS begins with 300 and raises it); a PutEvents takes 256 KB.

**Left out**: permissions (policies are kept and answered, without effect; who is granted what is not asked), encryption, logging of
buses, global endpoints, managed rules; CloudTrail's events; quotas of throughput.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.eventbridge.api_destination import LINK as ENDPOINT_LINK
from flows.services.eventbridge.api_destination import ApiDestination
from flows.services.eventbridge.archive import LINK as ARCHIVE_LINK
from flows.services.eventbridge.archive import Archive
from flows.services.eventbridge.bus import Bus
from flows.services.eventbridge.config import (
    ApiDestinationConfig,
    ArchiveConfig,
    BusConfig,
    RuleConfig,
    TargetConfig,
)
from flows.services.eventbridge.operations import OPERATIONS
from flows.services.eventbridge.records import KINDS
from flows.services.eventbridge.rule import Rule
from flows.services.eventbridge.target import DeadLetterEnd, Target
from flows.services.ports import Caller, Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

Noun = Bus | Rule | Archive | ApiDestination


def build(world: World, node: CompiledNode) -> Noun | None:
    config = node.config
    if isinstance(config, BusConfig):
        return Bus(world, node, config)
    if isinstance(config, RuleConfig):
        return Rule(world, node, config, _bus_arn(world, node, config.bus))
    if isinstance(config, ArchiveConfig):
        return Archive(world, node, config)
    if isinstance(config, ApiDestinationConfig):
        return ApiDestination(world, node, config)
    return None


def _bus_arn(world: World, node: CompiledNode, bus: str) -> str:
    if bus.startswith("arn:"):
        return bus
    _, _, _, region, account, *_ = (
        node.arn or f"arn:aws:events:{world.topology.region}:{world.topology.account}:"
    ).split(":")
    return f"arn:aws:events:{region}:{account}:event-bus/{bus}"


def connect(world: World, node: CompiledNode) -> None:
    noun = world.nouns[node.index]
    if isinstance(noun, Rule) and isinstance(node.config, RuleConfig):
        _connect_rule(world, noun, node.config)
    elif isinstance(noun, Archive):
        noun.enrol()
        found = (link.index for link in world.topology.links_to(node.index) if link.kind == ARCHIVE_LINK)
        noun.link = next(found, noun.link)
    elif isinstance(noun, Bus):
        _discover(world, node)
    elif isinstance(noun, ApiDestination):
        found = (link.index for link in world.topology.links_from(node.index) if link.kind == ENDPOINT_LINK)
        noun.link = next(found, noun.link)


def _discover(world: World, node: CompiledNode) -> None:
    """A discoverer that the template has learns from the first event on."""
    if isinstance(node.config, BusConfig) and node.config.discovered:
        region, account = node.arn.split(":")[3:5]
        caller = Caller("cloudformation", node.index, account, region)
        world.door.call(world, caller, "schemas", "CreateDiscoverer", {"SourceArn": node.arn})


def _connect_rule(world: World, rule: Rule, config: RuleConfig) -> None:
    """The rule joins its bus; the links that were drawn are its targets' own."""
    rule.enrol()
    rule.join_bus()
    ids = []
    for position, text in enumerate(config.targets):
        ids.append(rule.put_target(Target.read(text, position)).id)
    for link in world.topology.links_from(rule.node):
        if not isinstance(link.config, TargetConfig) or link.config.index < 0:
            continue
        target = rule.targets[ids[link.config.index]]
        if link.kind == "rule-dlq":
            target.dead_letter_link = link.index
            world.links[link.index] = DeadLetterEnd(target)
            world.origins[link.index] = rule
        else:
            target.link = link.index
            world.links[link.index] = target


SERVICE = Service("events", OPERATIONS, KINDS, build, connect)
