"""What Step Functions keeps for the whole account: every execution by its ARN, activities, task tokens, tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.services.stepfunctions.activity import Activity
from flows.services.stepfunctions.tokens import Tokens

if TYPE_CHECKING:
    from flows.services.stepfunctions.map_run import MapRun
    from flows.services.stepfunctions.run import Run
    from flows.services.world import World

KEY = "states"


@dataclass
class Account:
    tokens: Tokens
    runs: dict[str, Run] = field(default_factory=dict)
    """Every execution by its ARN, in the order they began."""
    map_runs: dict[str, MapRun] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    """ARN → tags, in the order they were given."""
    running: int = 0
    """Open Standard executions."""


def account_of(world: World) -> Account:
    """The account's part of this world; made when it is first asked for."""
    found = world.shared.get(KEY)
    if not isinstance(found, Account):
        found = world.shared[KEY] = Account(Tokens(world.environment.seed))
    return found
