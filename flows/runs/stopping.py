"""Whether this process has been asked to end. A slice in hand is finished and committed; a replay, which may take long, is not."""

from __future__ import annotations

import threading

_asked = threading.Event()


def ask() -> None:
    _asked.set()


def is_asked() -> bool:
    return _asked.is_set()


def forget() -> None:
    """For a process that goes on after all."""
    _asked.clear()
