"""EventBridge's documented limits ("Amazon EventBridge quotas", the API reference), and the few numbers it does not document."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Quotas:
    request_bytes: int = 262_144
    """All entries of one PutEvents together."""
    time_bytes: int = 14
    """What an entry's Time counts for."""
    detail_depth: int = 1_000
    rules: int = 2_000
    """Per bus. AWS begins with 300 and raises it on request; here it is raised."""
    targets: int = 5
    buses: int = 100
    archives: int = 200
    connections: int = 3_000
    destinations: int = 3_000
    tags: int = 50
    page: int = 100
    transformer_variables: int = 100
    retries: int = 185
    age_s: int = DAY_S
    least_age_s: int = 60
    attribute_bytes: int = 256
    """Of an error's message in a dead letter's attributes."""
    # not documented: how fast it backs off, and how a replay goes
    first_wait_us: int = SECOND_US
    longest_wait_us: int = 600 * SECOND_US
    replay_start_us: int = SECOND_US
    replay_step_us: int = 10_000
    replay_step_events: int = 100
    cancel_us: int = SECOND_US


QUOTAS = Quotas()
