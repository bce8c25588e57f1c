"""What Step Functions lets its Java be seen by: texts of values in States.Format, rounding, and the numbers of a seed.

Sources: choice of `{Id=…, Name=…}` for an object and "1.1" for a number recorded in intrinsic_functions/test_generic; rounding in
intrinsic_functions/test_math_operations (-0.5 → 0, 2.5 → 3); `java.util.Random`'s documented generator, which AWS's $random(42)
shows (0.7275636800328681).
"""

from __future__ import annotations

import math
from typing import Any

_MULTIPLIER = 0x5DEECE66D
_MASK = (1 << 48) - 1


def text(value: Any) -> str:
    """`String.valueOf` of a value read from JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(text, value)) + "]"
    return double_text(value) if isinstance(value, float) else str(value)


def double_text(value: float) -> str:
    """`Double.toString`: digits with a point between 10⁻³ and 10⁷, else a mantissa and E."""
    magnitude = abs(value)
    if value == 0 or 1e-3 <= magnitude < 1e7:
        shown = repr(value)
        return shown if "." in shown and "e" not in shown else f"{value:f}".rstrip("0")
    mantissa, exponent = f"{value:e}".split("e") if math.isinf(value) else _shortest(value)
    return f"{mantissa}E{int(exponent)}"


def rounded(value: float) -> int:
    """`Math.round`: to the nearest integer, halves upwards."""
    return value if isinstance(value, int) else math.floor(value + 0.5)


class Random:
    """`java.util.Random` with a seed: the same numbers for the same seed, everywhere."""

    def __init__(self, seed: int) -> None:
        self.state = (seed ^ _MULTIPLIER) & _MASK

    def next_bits(self, bits: int) -> int:
        """The next 32 bits or fewer, as Java's signed int."""
        self.state = (self.state * _MULTIPLIER + 0xB) & _MASK
        drawn = self.state >> (48 - bits)
        return drawn - (1 << bits) if bits == 32 and drawn >> 31 else drawn

    def below(self, bound: int) -> int:
        """`nextInt(bound)`; bounds beyond an int take 64 bits."""
        if bound >= 1 << 31:
            return ((self.next_bits(32) << 32) + self.next_bits(32)) % bound
        if bound & (bound - 1) == 0:
            return bound * self.next_bits(31) >> 31
        while True:
            drawn = self.next_bits(31)
            if drawn - drawn % bound + bound - 1 < 1 << 31:
                return drawn % bound


def _shortest(value: float) -> tuple[str, str]:
    """The shortest mantissa that reads back, with at least one digit after the point, and the exponent."""
    sign = "-" if value < 0 else ""
    digits, _, exponent = repr(abs(value)).partition("e")
    whole, _, part = digits.partition(".")
    power = int(exponent or 0)
    if not exponent:
        power, letters = (
            (len(whole) - 1, whole + part)
            if whole != "0"
            else (-(len(part) - len(part.lstrip("0")) + 1), part.lstrip("0"))
        )
    else:
        letters = whole + part
    letters = letters.rstrip("0") or "0"
    return f"{sign}{letters[0]}.{letters[1:] or '0'}", str(power)
