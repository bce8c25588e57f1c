"""AppSync's limits, as data. Source: "AWS AppSync endpoints and quotas". Ours are marked so: they keep a request from keeping us."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    timeout_us: int = 30 * SECOND_US
    """Of a request, whatever it calls."""
    resolvers: int = 2_000
    """That one request may invoke (AppSync: 10,000)."""
    depth: int = 75
    query_characters: int = 1_048_576
    response_bytes: int = 5 * 1_048_576
    tokens: int = 5_000
    """Ours: of one request."""
    fields: int = 20_000
    """Ours: that one request may look at in one pass."""
    quick: int = 100
    """Ours: beyond so many resolvers a request goes on in rounds, not with every answer."""
    usual_batch: int = 5
    """Of BatchInvoke where the resolver says no MaxBatchSize."""
    subscriptions: int = 1_000


QUOTAS = Quotas()
