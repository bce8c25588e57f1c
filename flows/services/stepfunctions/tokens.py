"""Task tokens: what `$$.Task.Token` and GetActivityTask give out, and whoever calls back says.

A token is a number in disguise: 'AQC' and 96 bytes in base64, the first four of them the number masked by the seed, the rest
drawn from both. So whether a token was ever given out can be told without keeping those whose task is over.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run

PREFIX = "AQC"
ROUNDS = 3


def write(seed: int, number: int) -> str:
    """The token of that number."""
    rest = b"".join(sha256(f"{seed}/task-token/{number}/{round_}".encode()).digest() for round_ in range(ROUNDS))
    return PREFIX + base64.b64encode((number ^ _mask(seed)).to_bytes(4, "big") + rest[4:]).decode()


def read(seed: int, text: object) -> int:
    """The number of a token of this execution; 0 if it is none."""
    if not isinstance(text, str) or not text.startswith(PREFIX):
        return 0
    try:
        raw = base64.b64decode(text[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        return 0
    number = int.from_bytes(raw[:4], "big") ^ _mask(seed)
    return number if write(seed, number) == text else 0


def _mask(seed: int) -> int:
    return int.from_bytes(sha256(f"{seed}/task-token".encode()).digest()[:4], "big")


@dataclass
class Tokens:
    """The tokens given out, and whose task each of the living ones is: (run, frame)."""

    seed: int
    given: int = 0
    living: dict[int, tuple[Run, int]] = field(default_factory=dict)

    def give(self, run: Run, frame: int) -> str:
        self.given += 1
        self.living[self.given] = (run, frame)
        return write(self.seed, self.given)

    def known(self, text: object) -> int:
        """The number of a token that was given out, living or not; 0 for any other text."""
        number = read(self.seed, text)
        return number if 0 < number <= self.given else 0

    def over(self, text: str) -> None:
        self.living.pop(read(self.seed, text), None)
