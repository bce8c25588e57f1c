"""Chance: one seeded stream per name.

Theory of operation. The n-th number of a stream is a pure function of (key, n), the finalizer of SplitMix64 over
key + n · golden ratio; the key is the first eight bytes of SHA-256 of "seed/name". So the whole state of a stream is its
counter, a checkpoint holds two integers, and a stream with a new name never shifts another. Numbers are made 512 at a time,
because numpy makes 512 as fast as Python makes ten; the made ones are a cache and never enter a checkpoint.

Nothing passes through floating point: a distribution is an integer table of quantiles, interpolated with integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

BLOCK = 512
GOLDEN = 0x9E3779B97F4A7C15
MASK = 2**64 - 1
_STEPS = np.arange(1, BLOCK + 1, dtype=np.uint64) * np.uint64(GOLDEN)


class Stream:
    """Random numbers of one name: (key, counter) and nothing else."""

    __slots__ = ("_block", "_left", "counter", "key")

    def __init__(self, key: int, counter: int = 0) -> None:
        self.key = key
        self.counter = counter
        self._block: list[int] = []
        self._left = 0

    def next_u64(self) -> int:
        """The next 64 random bits."""
        left = self._left
        if not left:
            left = self._make()
        self._left = left - 1
        self.counter += 1
        return self._block[-left]

    def below(self, n: int) -> int:
        """An integer from 0 up to, but not including, n (n ≤ 2³²)."""
        return (self.next_u64() >> 32) * n >> 32

    def chance_ppm(self, ppm: int) -> bool:
        """True `ppm` times in a million."""
        return (self.next_u64() >> 32) * 1_000_000 >> 32 < ppm

    def sample(self, quantiles: Sequence[int]) -> int:
        """A value of the distribution whose quantiles at 0, 1/n, 2/n … 1 are given, interpolated between them."""
        position = (self.next_u64() >> 32) * (len(quantiles) - 1)
        index = position >> 32
        low = quantiles[index]
        return low + ((quantiles[index + 1] - low) * (position & 0xFFFFFFFF) >> 32)

    def _make(self) -> int:
        """Make the next block of numbers, beginning with number `counter`; answers how many."""
        z = _STEPS + np.uint64((self.key + self.counter * GOLDEN) & MASK)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        self._block = (z ^ (z >> np.uint64(31))).tolist()
        return BLOCK

    def __getstate__(self) -> tuple[int, int]:
        return self.key, self.counter

    def __setstate__(self, state: tuple[int, int]) -> None:
        self.key, self.counter = state
        self._block = []
        self._left = 0


class RandomStreams:
    """Every stream of one execution, by name."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Stream] = {}

    def stream(self, name: str) -> Stream:
        """The stream of that name: always the same object."""
        stream = self._streams.get(name)
        if stream is None:
            key = int.from_bytes(sha256(f"{self.seed}/{name}".encode()).digest()[:8], "little")
            stream = self._streams[name] = Stream(key)
        return stream
