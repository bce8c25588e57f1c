"""A fault: what is wrong with a node or a link, and when. Planned in a document, or put there while it runs.

`kind` is outage (nothing is answered), error-rate (`rate_ppm` of a million requests fail), latency (answers, or executions,
come `latency_us` later, for `rate_ppm` of a million) or throttle (more than `per_second` requests in one second are refused).
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("outage", "error-rate", "latency", "throttle")
NEVER_ENDS = -1


@dataclass(frozen=True, slots=True)
class FaultConfig:
    kind: str
    from_at: int = 0
    until_at: int = NEVER_ENDS
    rate_ppm: int = 1_000_000
    latency_us: int = 0
    per_second: int = 0

    def words(self) -> str:
        """What it is, in a few words."""
        share = "" if self.rate_ppm == 1_000_000 else f" for {self.rate_ppm / 10_000:g} % of the requests"
        if self.kind == "latency":
            return f"{self.latency_us / 1000:g} ms latency{share}"
        if self.kind == "throttle":
            return f"throttled to {self.per_second} requests a second"
        return "outage" if self.kind == "outage" else f"errors{share or ' for every request'}"
