"""The only door through which real time comes in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime


def now() -> datetime:
    return timezone.now()


def seconds() -> float:
    """For measuring lengths: it never goes back."""
    return time.perf_counter()
