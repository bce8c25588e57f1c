"""The only door through which real time comes in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime


def now() -> datetime:
    return timezone.now()


def processor_seconds() -> float:
    """For measuring work: what this thread has had of a processor, however many others want it."""
    return time.thread_time()


def seconds() -> float:
    """For measuring lengths: it never goes back."""
    return time.perf_counter()
