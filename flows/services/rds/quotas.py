"""Limits and habits of Aurora Serverless and the Data API, as data. Sources: "Using the Amazon RDS Data API" (45 s for a statement, 3 minutes
for a transaction in which nothing happens, 24 hours for any), "Performance and scaling for Aurora Serverless v2" (steps of half an ACU,
faster from a higher capacity; AWS publishes no times: ours are approximated), "Scaling to zero ACUs" (about 15 s to resume).
"""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US


@dataclass(frozen=True, slots=True)
class Quotas:
    statement_us: int = 45 * SECOND_US
    idle_transaction_us: int = 3 * MINUTE_US
    transaction_us: int = 24 * 60 * MINUTE_US
    batch: int = 1_000
    step_milli: int = 500
    grown_share: int = 4
    """Approximated: in a second it grows by a quarter of what it has, half an ACU at least."""
    step_us: int = SECOND_US
    calm_us: int = 30 * SECOND_US
    """Approximated: it shrinks by half an ACU after so long with less to do."""
    rows: int = 10_000


QUOTAS = Quotas()
