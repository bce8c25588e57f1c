"""Chance: one seeded stream per name.

Theory of operation. The n-th number of a stream (n = 0, 1, 2 …) is a pure function of (key, n): the upper 32 bits of the
finalizer of SplitMix64 over key + (n + 1) · golden ratio. The key is the first eight bytes of SHA-256 of "seed/name". So the
whole state of a stream is its key and counter, a checkpoint holds two integers, and a stream with a new name never shifts
another. Numbers are made 512 at a time, because numpy makes 512 as fast as Python makes ten; those made and not yet drawn are
a cache and never enter a checkpoint.

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

    __slots__ = ("_made", "_undrawn", "key")

    def __init__(self, key: int, counter: int = 0) -> None:
        self.key = key
        self._made = counter
        self._undrawn: list[int] = []
        """Numbers counter … made - 1, the next one last."""

    @property
    def counter(self) -> int:
        """How many numbers were drawn."""
        return self._made - len(self._undrawn)

    def next_u32(self) -> int:
        """The next 32 random bits."""
        return (self._undrawn or self._make()).pop()

    def next_u64(self) -> int:
        """The next 64 random bits: two numbers."""
        return self.next_u32() << 32 | self.next_u32()

    def below(self, n: int) -> int:
        """An integer from 0 up to, but not including, n (n ≤ 2³²)."""
        return (self._undrawn or self._make()).pop() * n >> 32

    def chance_ppm(self, ppm: int) -> bool:
        """True `ppm` times in a million."""
        return (self._undrawn or self._make()).pop() * 1_000_000 < ppm << 32

    def sample(self, quantiles: Sequence[int]) -> int:
        """A value of the distribution whose quantiles at 0, 1/n, 2/n … 1 are given, interpolated between them."""
        position = (self._undrawn or self._make()).pop() * (len(quantiles) - 1)
        index = position >> 32
        low = quantiles[index]
        return low + ((quantiles[index + 1] - low) * (position & 0xFFFFFFFF) >> 32)

    def _make(self) -> list[int]:
        """Make the next block of numbers; answers them, the next one last."""
        z = _STEPS + np.uint64((self.key + self._made * GOLDEN) & MASK)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = (z ^ (z >> np.uint64(31))) >> np.uint64(32)
        self._undrawn = z[::-1].tolist()
        self._made += BLOCK
        return self._undrawn

    def __getstate__(self) -> tuple[int, int]:
        return self.key, self.counter

    def __setstate__(self, state: tuple[int, int]) -> None:
        self.key, self._made = state
        self._undrawn = []


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
