"""Reading a fault from JSON: the parameters of `playground:PutFault`, and the `faults` planned in a document.

    {"Kind": "outage", "From": "10 min", "Until": "20 min"}      {"Kind": "error-rate", "Rate": 0.3}
    {"Kind": "latency", "Latency": "2 s", "Rate": 0.5}           {"Kind": "throttle", "PerSecond": 10}

Instants and lengths are integers of microseconds, or a number with a unit: ms, s, min, h, d.
"""

from __future__ import annotations

import re
from typing import Any

from flows.topology.resources.fault import KINDS, NEVER_ENDS, FaultConfig

UNITS = {"ms": 1_000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
LENGTH = re.compile(r"(\d{1,9})(?:\.(\d{1,6}))?\s*(ms|s|min|h|d)")
LONGEST_US = 366 * UNITS["d"]
NEEDED = {"error-rate": "Rate", "latency": "Latency", "throttle": "PerSecond"}


def length_us(given: object) -> int | None:
    """Microseconds from an integer or a text such as "1.5 s"; None if it is neither."""
    if isinstance(given, bool):
        return None
    if isinstance(given, int):
        return given if 0 <= given <= LONGEST_US else None
    found = LENGTH.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        return None
    whole, fraction, unit = found[1], found[2] or "", found[3]
    length = (int(whole) * 1_000_000 + int(fraction.ljust(6, "0"))) * UNITS[unit] // 1_000_000
    return length if length <= LONGEST_US else None


def read_fault(given: Any, now_at: int = 0) -> FaultConfig | str:
    """The fault, or why it cannot be one. Without `From` it begins now, without `Until` it stays."""
    if not isinstance(given, dict):
        return "A fault is an object with a Kind."
    kind = given.get("Kind")
    if kind not in KINDS:
        return f"Kind must be one of {', '.join(KINDS)}."
    if kind in NEEDED and given.get(NEEDED[kind]) is None:
        return f"A fault of kind {kind} needs {NEEDED[kind]}."
    from_at = now_at if given.get("From") is None else length_us(given["From"])
    until_at = NEVER_ENDS if given.get("Until") is None else length_us(given["Until"])
    latency = 0 if given.get("Latency") is None else length_us(given["Latency"])
    if from_at is None or until_at is None or latency is None:
        return "From, Until and Latency are microseconds (an integer) or a number with ms, s, min, h or d."
    if until_at != NEVER_ENDS and until_at <= max(from_at, now_at):
        return "Until must be later than From, and later than now."
    rate = given.get("Rate", 1)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        return "Rate must be a number from 0 to 1."
    per_second = given.get("PerSecond", 0)
    if isinstance(per_second, bool) or not isinstance(per_second, int) or not 0 <= per_second <= 1_000_000:
        return "PerSecond must be an integer from 0 to 1000000."
    ppm = 1_000_000 if kind in {"outage", "throttle"} else round(rate * 1_000_000)
    return FaultConfig(kind, max(from_at, now_at), until_at, ppm, latency, per_second)


def read_faults(given: list[dict[str, Any]]) -> tuple[FaultConfig, ...]:
    """The faults a document plans; `validate` has told what is wrong with the others."""
    return tuple(found for fault in given if isinstance(found := read_fault(fault), FaultConfig))
