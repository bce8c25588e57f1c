"""The account's concurrency: what functions without a reservation share."""

from __future__ import annotations

from flows.services.lambda_.quotas import QUOTAS


class AccountConcurrency:
    def __init__(self) -> None:
        self.reserved = 0
        """What all reservations together take away."""
        self.executing = 0
        """How many invocations run unreserved."""

    @property
    def unreserved(self) -> int:
        return max(0, QUOTAS.concurrency - self.reserved)

    def throttled(self) -> str:
        """Why one more unreserved invocation is one too many; "" if it is not."""
        if self.executing < self.unreserved:
            return ""
        return f"all {self.unreserved} unreserved executions of the account are running"
