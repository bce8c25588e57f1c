"""ECS's limits and habits, as data. Sources: "Amazon ECS service quotas", RunTask's API reference, "Amazon ECS service throttle
logic", target tracking in Application Auto Scaling's user guide. What AWS publishes no number for is marked `approximated`.
"""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US


@dataclass(frozen=True, slots=True)
class Quotas:
    run_task: int = 10
    """Tasks of one RunTask."""
    overrides: int = 8_192
    """Characters of a task's overrides, with their JSON."""
    described: int = 100
    listed: int = 100
    desired: int = 5_000
    """Tasks of one service."""
    provisioning_share: int = 3
    """Approximated: a third of the time to RUNNING is the network interface, the rest is image and start."""
    deprovisioning_us: int = 10 * SECOND_US
    """Approximated: from the containers' end to STOPPED."""
    first_wait_us: int = 10 * SECOND_US
    longest_wait_us: int = 15 * MINUTE_US
    """Approximated: a service whose tasks do not start waits, twice as long each time."""
    shortest_us: int = 1_000
    """Approximated: a piece of work takes so long at least, and so does the bus to hear of a task: a queue without visibility timeout, or a
    rule that runs a task whenever one changes, would otherwise never leave an instant."""
    kept_us: int = 60 * MINUTE_US
    """How long a stopped task can be asked for."""
    breaker_least: int = 3
    breaker_most: int = 200
    """The deployment circuit breaker: half the desired count, within these."""
    high_minutes: int = 3
    low_minutes: int = 15
    """Target tracking: so many minutes above the target before it scales out, so many below before it scales in."""
    low_percent: int = 90
    """How far below the target is too low."""


QUOTAS = Quotas()
