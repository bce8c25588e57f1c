"""EventBridge's operations: the only door in. What is out of bounds is said before an operation reads it (`constraints.py`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.constraints import violations
from flows.services.eventbridge import (
    archives,
    buses,
    connections,
    destinations,
    partners,
    putting,
    replays,
    rules,
    samples,
    tags,
    targets,
)
from flows.services.ports import Answer, Caller, Json, Operation, Refusal, operations

if TYPE_CHECKING:
    from flows.services.world import World

Plain: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"
SERVICE = "events"


def row(name: str, run: Plain, *, mutates: bool = True, aws: bool = True) -> Operation:
    """A row of the table: the request is checked first, an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        refusal = violations(SERVICE, name, params)
        if refusal is not None:
            return Answer(refusal=refusal)
        found = run(world, caller, params)
        return Answer(refusal=found) if isinstance(found, Refusal) else Answer(found)

    return Operation(name, operation, mutates=mutates, aws=aws)


OPERATIONS = operations(
    row("PutEvents", putting.put_events),
    row("PutPartnerEvents", putting.put_partner_events),
    row("AnnounceEvents", putting.announce_events, aws=False),
    row("ListSampleEvents", samples.list_sample_events, mutates=False, aws=False),
    row("TestEventPattern", rules.try_event_pattern, mutates=False),
    # rules and targets
    row("PutRule", rules.put_rule),
    row("DeleteRule", rules.delete_rule),
    row("DescribeRule", rules.describe_rule, mutates=False),
    row("EnableRule", rules.enable_rule),
    row("DisableRule", rules.disable_rule),
    row("ListRules", rules.list_rules, mutates=False),
    row("ListRuleNamesByTarget", rules.list_rule_names_by_target, mutates=False),
    row("PutTargets", targets.put_targets),
    row("RemoveTargets", targets.remove_targets),
    row("ListTargetsByRule", targets.list_targets_by_rule, mutates=False),
    # buses
    row("CreateEventBus", buses.create_event_bus),
    row("DeleteEventBus", buses.delete_event_bus),
    row("UpdateEventBus", buses.update_event_bus),
    row("DescribeEventBus", buses.describe_event_bus, mutates=False),
    row("ListEventBuses", buses.list_event_buses, mutates=False),
    row("PutPermission", buses.put_permission),
    row("RemovePermission", buses.remove_permission),
    row("TagResource", tags.tag_resource),
    row("UntagResource", tags.untag_resource),
    row("ListTagsForResource", tags.list_tags_for_resource, mutates=False),
    # archives and replays
    row("CreateArchive", archives.create_archive),
    row("UpdateArchive", archives.update_archive),
    row("DeleteArchive", archives.delete_archive),
    row("DescribeArchive", archives.describe_archive, mutates=False),
    row("ListArchives", archives.list_archives, mutates=False),
    row("StartReplay", replays.start_replay),
    row("CancelReplay", replays.cancel_replay),
    row("DescribeReplay", replays.describe_replay, mutates=False),
    row("ListReplays", replays.list_replays, mutates=False),
    # endpoints outside
    row("CreateConnection", connections.create_connection),
    row("UpdateConnection", connections.update_connection),
    row("DeauthorizeConnection", connections.deauthorize_connection),
    row("DeleteConnection", connections.delete_connection),
    row("DescribeConnection", connections.describe_connection, mutates=False),
    row("ListConnections", connections.list_connections, mutates=False),
    row("CreateApiDestination", destinations.create_api_destination),
    row("UpdateApiDestination", destinations.update_api_destination),
    row("DeleteApiDestination", destinations.delete_api_destination),
    row("DescribeApiDestination", destinations.describe_api_destination, mutates=False),
    row("ListApiDestinations", destinations.list_api_destinations, mutates=False),
    # partners
    row("CreatePartnerEventSource", partners.create_partner_event_source),
    row("DeletePartnerEventSource", partners.delete_partner_event_source),
    row("DescribePartnerEventSource", partners.describe_partner_event_source, mutates=False),
    row("ListPartnerEventSources", partners.list_partner_event_sources, mutates=False),
    row("ListPartnerEventSourceAccounts", partners.list_partner_event_source_accounts, mutates=False),
    row("ActivateEventSource", partners.activate_event_source),
    row("DeactivateEventSource", partners.deactivate_event_source),
    row("DescribeEventSource", partners.describe_event_source, mutates=False),
    row("ListEventSources", partners.list_event_sources, mutates=False),
)
