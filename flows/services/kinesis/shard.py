"""A shard: its range of hash keys, its log, its limits, and how its records are numbered.

Sequence numbers are decimal numbers of 56 digits, as AWS's: 2 in the highest place, then when the shard was made, the record's place
and the shard's number. They grow within a shard, and a child's are above its parents'; nothing is stored for them, and they can be
read back.
"""

from __future__ import annotations

from flows.services.kinesis.quotas import QUOTAS, SECOND_US
from flows.services.shards import ShardLog

HASHES = 2**128
TOP, MADE, PLACE = 185, 148, 48


class KinesisShard:
    def __init__(
        self, number: int, first_hash: int, last_hash: int, made_wall_us: int, parents: tuple[str, ...] = ()
    ) -> None:
        self.number = number
        self.id = f"shardId-{number:012d}"
        self.first_hash, self.last_hash = first_hash, last_hash
        self._parents = parents
        self._base = (1 << TOP) | (made_wall_us // SECOND_US << MADE) | (number << 4) | 2
        self.log = ShardLog()
        self.closed_at = -1
        self.timer = 0
        self._in_second = self._out_second = -1
        self._records = self._bytes = self._reads = self._read_bytes = 0

    @property
    def is_closed(self) -> bool:
        return self.closed_at >= 0

    @property
    def parents(self) -> tuple[str, ...]:
        return self._parents

    # ── sequence numbers ────────────────────────────────────────────────────────────────────────────────────────────

    def sequence_number(self, position: int) -> str:
        return str(self._base + ((position + 1) << PLACE))

    @property
    def first_number(self) -> str:
        return str(self._base)

    @property
    def last_number(self) -> str:
        """The number that a closed shard ends with."""
        return self.sequence_number(self.log.end)

    def position_of(self, number: int) -> int:
        """The position of the first record with at least that number."""
        return max(0, ((number - self._base + (1 << PLACE) - 1) >> PLACE) - 1)

    # ── limits ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def too_much(self, now: int, size: int) -> str:
        """Why one more record of that size is too much for this second; "" if it is not, and then it is counted."""
        second = now // SECOND_US
        if second != self._in_second:
            self._in_second, self._records, self._bytes = second, 0, 0
        if self._records >= QUOTAS.records_a_second:
            return f"takes {QUOTAS.records_a_second:,} records a second"
        if self._bytes + size > QUOTAS.bytes_a_second:
            return "takes 1 MiB a second"
        self._records += 1
        self._bytes += size
        return ""

    def may_be_read(self, now: int) -> bool:
        """One more GetRecords in this second."""
        second = now // SECOND_US
        if second > self._out_second:
            behind = max(0, self._read_bytes - (second - self._out_second) * QUOTAS.read_bytes_a_second)
            self._out_second, self._reads, self._read_bytes = second, 0, behind
        if self._reads >= QUOTAS.reads_a_second or self._read_bytes >= QUOTAS.read_bytes_a_second:
            return False
        self._reads += 1
        return True

    def was_read(self, size: int) -> None:
        self._read_bytes += size
