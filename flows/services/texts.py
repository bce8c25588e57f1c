"""Texts from outside: how many bytes they are, and whether they can be written down at all (half a surrogate pair cannot)."""

from __future__ import annotations


def size_of(text: str) -> int:
    """Its bytes; -1 if it is no text that can be written down."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return -1
