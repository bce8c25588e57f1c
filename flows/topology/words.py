"""Yes, no and numbers, as templates spell them. The value may be anything at all, so it is compared and never hashed."""

from __future__ import annotations

LONGEST = 18
"""Digits of a number that is one."""


def is_yes(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


def is_no(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.lower() == "false")


def whole(value: object, usual: int, least: int, most: int) -> int:
    """A number, perhaps written as text, within the bounds that AWS has for it; `usual` for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= LONGEST:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return usual
    return max(least, min(value, most))
