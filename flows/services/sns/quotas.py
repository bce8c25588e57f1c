"""SNS's documented limits, and its delivery policy for endpoints that AWS manages (SQS, Lambda, Firehose), as data."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    message_bytes: int = 262_144
    batch_entries: int = 10
    title_characters: int = 100
    at_once: int = 3
    """Attempts without delay, the first one included."""
    before_backoff: int = 2
    before_backoff_us: int = SECOND_US
    backoff_us: tuple[int, ...] = (
        1_000_000,
        1_394_951,
        1_945_888,
        2_714_418,
        3_786_479,
        5_281_952,
        7_368_063,
        10_278_085,
        14_337_423,
        20_000_000,
    )
    """Ten waits from one second to twenty, each longer than the one before by the same factor."""
    after_backoff: int = 100_000
    after_backoff_us: int = 20 * SECOND_US

    @property
    def attempts(self) -> int:
        return self.at_once + self.before_backoff + len(self.backoff_us) + self.after_backoff

    def wait_us(self, attempts: int) -> int | None:
        """How long after that many failed attempts the next one comes; None if there is none."""
        if attempts < self.at_once:
            return 0
        if attempts < self.at_once + self.before_backoff:
            return self.before_backoff_us
        backing_off = attempts - self.at_once - self.before_backoff
        if backing_off < len(self.backoff_us):
            return self.backoff_us[backing_off]
        return self.after_backoff_us if attempts < self.attempts else None


QUOTAS = Quotas()
