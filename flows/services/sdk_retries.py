"""When an AWS SDK tries again: the three retry modes, as arithmetic.

* *legacy* (boto3's old one): five attempts; before retry n it waits a random share of 2ⁿ⁻¹ seconds.
* *standard*: three attempts; full jitter: a random share of min(20 s, 2ⁿ⁻¹ s). A bucket of 500 tokens, one per client: a retry
  costs 5, after a timeout 10; an empty bucket means no retry. A success gives back what its last retry cost, or 1.
* *adaptive*: standard, and a client-side rate: the first throttling cuts the rate of requests to 0.7 of what was measured, then
  it grows again along a cubic curve (as TCP CUBIC does).

All of it in integers: rates are thousandths of a request per second, tokens of the rate are millionths.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.engine.random_streams import Stream
from flows.topology.resources.sdk import SdkConfig

SECOND_US = 1_000_000
CAPACITY, RETRY_COST, TIMEOUT_COST, NO_RETRY_INCREMENT = 500, 5, 10, 1
LONGEST_US = 20 * SECOND_US
HALF_SECOND_US = 500_000
SLOWEST_MILLI = 500
THROTTLES = frozenset(
    {
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "SlowDown",
        "RequestThrottled",
        "OverLimit",
    }
)


@dataclass
class RetryQuota:
    """The tokens of one client."""

    tokens: int = CAPACITY

    def take(self, cost: int) -> bool:
        if cost > self.tokens:
            return False
        self.tokens -= cost
        return True

    def give_back(self, cost: int) -> None:
        self.tokens = min(CAPACITY, self.tokens + cost)


def wait_us(config: SdkConfig, retry: int, stream: Stream) -> int:
    """How long before the retry of that number (from 1)."""
    ceiling = SECOND_US << (retry - 1)
    if config.mode != "legacy":
        ceiling = min(ceiling, LONGEST_US)
    return stream.below(ceiling + 1)


@dataclass
class AdaptiveRate:
    """The client-side rate of adaptive mode. Until the first throttling nothing is held back."""

    on: bool = False
    rate_milli: int = 0
    last_maximum_milli: int = 0
    throttled_at: int = 0
    micro_tokens: int = 0
    filled_at: int = 0
    measured_milli: int = 0
    bucket: int = -1
    in_bucket: int = 0

    def sent(self, now_at: int) -> int:
        """A request wants to go: how long it must wait first. It is counted as sent."""
        self._measure(now_at)
        if not self.on:
            return 0
        capacity = max(self.rate_milli * 1000, 1_000_000)
        self.micro_tokens = min(capacity, self.micro_tokens + (now_at - self.filled_at) * self.rate_milli // 1000)
        self.filled_at = now_at
        self.micro_tokens -= 1_000_000
        return 0 if self.micro_tokens >= 0 else -(self.micro_tokens * 1000 // self.rate_milli)

    def throttled(self, now_at: int) -> None:
        rate = min(self.measured_milli, self.rate_milli) if self.on else self.measured_milli
        self.last_maximum_milli, self.throttled_at = rate, now_at
        if not self.on:
            self.on, self.filled_at = True, now_at
        self._set(rate * 7 // 10)

    def succeeded(self, now_at: int) -> None:
        if self.on:
            window_ms = _cube_root(self.last_maximum_milli * 750_000)
            since_ms = (now_at - self.throttled_at) // 1000 - window_ms
            self._set(400 * since_ms**3 // 1_000_000_000 + self.last_maximum_milli)

    def _set(self, milli: int) -> None:
        self.rate_milli = max(min(milli, 2 * self.measured_milli), SLOWEST_MILLI)

    def _measure(self, now_at: int) -> None:
        """Requests a second, by half seconds, four fifths of the newest and a fifth of what was."""
        bucket = now_at // HALF_SECOND_US
        self.in_bucket += 1
        if bucket > self.bucket >= 0:
            newest = self.in_bucket * 1_000_000_000 // ((bucket - self.bucket) * HALF_SECOND_US)
            self.measured_milli = (newest * 4 + self.measured_milli) // 5
            self.in_bucket = 0
        self.bucket = bucket


def _cube_root(n: int) -> int:
    low, high = 0, 1 << (n.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**3 <= n:
            low = middle
        else:
            high = middle - 1
    return low
