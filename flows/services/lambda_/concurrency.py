"""How many invocations may run at once: in the account, and how fast one function may grow.

Theory of operation. The account has so many concurrent executions (a thousand, unless the quota was raised). A reservation
takes its share out of them, for one function alone; so does provisioned concurrency of a function without a reservation.
What is left, all others share. Apart from that a function may grow by 1,000 execution environments every ten seconds: a bucket
of tokens, one for each environment more than it ever had, refilled evenly. What a function once reached it may use again
(AWS forgets environments that stand idle for long; the bucket does not).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.lambda_.event_source_mapping import Mapping
    from flows.services.lambda_.stream_mapping import StreamMapping
    from flows.services.world import World

ROOM = "lambda"


class Account:
    """What the functions of one account share: concurrent executions, and the list of event source mappings."""

    def __init__(self) -> None:
        self.limit = QUOTAS.concurrency
        self.reserved = 0
        """What reservations and provisioned concurrency together take away."""
        self.executing = 0
        """How many invocations run unreserved."""
        self.mappings: dict[str, Mapping | StreamMapping] = {}
        """By UUID, also those whose queue or function is gone."""
        self.chains: dict[int, tuple[int, int, int]] = {}
        """Invocation → (function, how often the chain came through it, the invocation that it came of); see `loops.py`."""

    def forget(self, uuid: str) -> None:
        """A deleted mapping is gone for good."""
        self.mappings.pop(uuid, None)

    @property
    def unreserved(self) -> int:
        return max(0, self.limit - self.reserved)

    def throttled(self) -> str:
        """Why one more unreserved invocation is one too many; "" if it is not."""
        if self.executing < self.limit - self.reserved:
            return ""
        return f"all {self.unreserved} unreserved executions of the account are running"


class Growth:
    """A function's tokens for execution environments that it never had."""

    __slots__ = ("at", "reached", "tokens_us")

    def __init__(self) -> None:
        self.reached = 0
        self.tokens_us = QUOTAS.growth * QUOTAS.growth_us
        self.at = 0

    def more(self, now: int) -> bool:
        """One environment more than ever: whether the function may have it."""
        full = QUOTAS.growth * QUOTAS.growth_us
        self.tokens_us = min(full, self.tokens_us + (now - self.at) * QUOTAS.growth)
        self.at = now
        if self.tokens_us < QUOTAS.growth_us:
            return False
        self.tokens_us -= QUOTAS.growth_us
        self.reached += 1
        return True


def account_of(world: World) -> Account:
    """The one account of this world."""
    account: Account = world.shared.setdefault(ROOM, Account())
    return account
