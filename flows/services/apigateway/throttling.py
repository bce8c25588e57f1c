"""Token buckets: so many requests a second, so many at once; in integers.

A request takes a token from the account's bucket (10,000 a second, 5,000 at once) and from that of the first limit of its stage that is
about its route: one of a path and a method, of a path, or of all. Source: "Throttle requests to your APIs" (developer guide).
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.services.apigateway.config import ANY, RouteConfig, Throttle
from flows.services.apigateway.quotas import QUOTAS

TOKEN = 1_000_000_000
"""A thousandth of a request a second is a billionth of a token per µs."""
ACCOUNT = "the account's limit"


@dataclass
class Bucket:
    rate_milli: int
    burst: int
    tokens: int
    filled_at: int = 0

    def take(self, now_at: int) -> bool:
        grown = self.tokens + (now_at - self.filled_at) * self.rate_milli
        self.tokens, self.filled_at = min(self.burst * TOKEN, grown), now_at
        if self.tokens < TOKEN:
            return False
        self.tokens -= TOKEN
        return True


def full(rate_milli: int, burst: int) -> Bucket:
    return Bucket(rate_milli, burst, burst * TOKEN)


def accounts() -> Bucket:
    return full(QUOTAS.rate_milli, QUOTAS.burst)


class Limits:
    """A stage's."""

    def __init__(self, throttles: tuple[Throttle, ...], account: Bucket) -> None:
        self._throttles = throttles
        self._account = account
        self._buckets: dict[tuple[int, str], Bucket] = {}

    def refuses(self, route: RouteConfig, now_at: int) -> str:
        """Why the request is one too many; "" if it is not."""
        found = next((pair for pair in enumerate(self._throttles) if _about(pair[1], route)), None)
        if found is not None:
            number, limit = found
            bucket = self._buckets.setdefault((number, route.key), full(limit.rate_milli, limit.burst))
            if not bucket.take(now_at):
                return f"{limit.rate_milli / 1000:g} a second, {limit.burst} at once"
        if self._account.take(now_at):
            return ""
        return f"{ACCOUNT} of {QUOTAS.rate_milli // 1000:,} a second, {QUOTAS.burst:,} at once"


def _about(limit: Throttle, route: RouteConfig) -> bool:
    return limit.path in ("", route.path) and limit.method in ("", route.method, ANY)
