"""Yes and no, as templates spell them. The value may be anything at all, so it is compared and never hashed."""

from __future__ import annotations


def is_yes(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


def is_no(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.lower() == "false")
