"""Step Functions' documented limits, as data (developer guide, "Service quotas"). The last three are ours.

What limits an execution from within (events of a history, an Express execution's five minutes) is in `flows.asl.quotas`.
"""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US


@dataclass(frozen=True, slots=True)
class Quotas:
    name: int = 80
    definition_bytes: int = 1_048_576
    payload_bytes: int = 262_144
    payload_depth: int = 250
    open_executions: int = 1_000_000
    state_machines: int = 10_000
    versions: int = 1_000
    aliases: int = 100
    activities: int = 10_000
    activity_pollers: int = 1_000
    activity_poll_us: int = 60 * SECOND_US
    tags: int = 50
    cause: int = 32_768
    error: int = 256
    redrivable_us: int = 14 * DAY_US
    redrivable_events: int = 24_999
    redrives: int = 1_000
    page: int = 100
    largest_page: int = 1_000
    transition_us: int = 10_000
    """What a transition costs an execution that goes from state to state without ever waiting for anything."""
    express_call_us: int = 1_000
    """What a call costs an Express execution, which no number of events ends."""
    relayed_us: int = 1_000
    """How long a start takes that another service, or another execution, asks for: machines may start each other in circles."""


QUOTAS = Quotas()
