"""What signing in leaves behind, forgotten when it is of no use any more: ended sessions, and old guesses at passwords.

Django and django-axes keep both for ever; an installation that is open to many would collect a row for each browser and each guess.
"""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

GUESSES_KEPT = timedelta(days=1)
"""Longer than any of them shuts somebody out."""


def forget() -> int:
    """How many rows."""
    now = timezone.now()
    before = now - max(GUESSES_KEPT, settings.AXES_COOLOFF_TIME)
    gone = Session.objects.filter(expire_date__lt=now).delete()[0]
    gone += AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0]
    return gone + AccessFailureLog.objects.filter(attempt_time__lt=before).delete()[0]
