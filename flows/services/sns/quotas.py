"""SNS's documented limits, and its delivery policies by protocol, as data (AWS: "Amazon SNS message delivery retries", "quotas")."""

from __future__ import annotations

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Quotas:
    message_bytes: int = 262_144
    batch_entries: int = 10
    entry_id_characters: int = 80
    attribute_name_characters: int = 256
    raw_attributes: int = 10
    """Message attributes that raw delivery to a queue may have."""
    page: int = 100
    tags: int = 50
    deduplication_us: int = 300 * SECOND_US
    statements: int = 100
    user_data_bytes: int = 2048
    token_us: int = 2 * 86_400 * SECOND_US
    """How long a subscription can be confirmed."""


@dataclass(frozen=True, slots=True)
class Retries:
    """The waits between attempts: `no_delay` of nothing, `before` of the same length, those of the back-off, `after` of the same.

    An attempt fails, and the next wait follows; with the last of them used up the delivery is given up.
    """

    no_delay: int
    before: int
    before_us: int
    backoff_us: tuple[int, ...]
    after: int
    after_us: int

    @property
    def attempts(self) -> int:
        """All of them, the first one included."""
        return 1 + self.no_delay + self.before + len(self.backoff_us) + self.after

    @property
    def length_us(self) -> int:
        """From the first attempt to the last, if attempts take no time."""
        return self.before * self.before_us + sum(self.backoff_us) + self.after * self.after_us

    def wait_us(self, attempts: int) -> int | None:
        """How long after that many failed attempts the next one comes; None if there is none."""
        index = attempts - 1 - self.no_delay
        if index < 0:
            return 0
        if index < self.before:
            return self.before_us
        index -= self.before
        if index < len(self.backoff_us):
            return self.backoff_us[index]
        return self.after_us if index - len(self.backoff_us) < self.after else None


QUOTAS = Quotas()
MANAGED = Retries(
    no_delay=2,
    before=2,
    before_us=SECOND_US,
    backoff_us=(
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
    ),
    after=100_000,
    after_us=20 * SECOND_US,
)
"""Endpoints that AWS manages: three attempts at once, two a second apart, ten backing off from one second to twenty (each wait
longer than the one before by the same factor), 100,000 every twenty seconds: 100,015 over 23 days.
"""
CUSTOMERS = Retries(
    no_delay=0,
    before=1,
    before_us=10 * SECOND_US,
    backoff_us=(
        10_000_000,
        15_760_586,
        24_839_607,
        39_148_676,
        61_700_608,
        97_243_774,
        153_261_886,
        241_549_714,
        380_696_505,
        600_000_000,
    ),
    after=38,
    after_us=600 * SECOND_US,
)
"""Mail, text messages and mobile push: fifty attempts over six hours."""
RETRIES: dict[str, Retries] = {
    "sqs": MANAGED,
    "lambda": MANAGED,
    "firehose": MANAGED,
    "email": CUSTOMERS,
    "email-json": CUSTOMERS,
    "sms": CUSTOMERS,
    "application": CUSTOMERS,
}
"""By protocol; HTTP and HTTPS have a delivery policy of their own (`delivery_policy.py`)."""
PROTOCOLS = (*RETRIES, "http", "https")
