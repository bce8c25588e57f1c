"""The wheel: at most one viewer drives an execution, over any number of web processes.

Theory of operation. Every open websocket is a row of `Viewing`, renewed every few seconds by the process that holds it. Every
verb ends in the same rule, `_settle`: rows that were not renewed for `LEASE` are nobody; if no driver is left, the one who
asked first drives, else the one who joined first. The execution's row is locked meanwhile, so two processes agree; a unique
constraint says the same to whoever would forget it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dashboard.fanout.source import Settled
from dashboard.frames import Driver
from dashboard.threads import in_thread
from flows.models import Execution, Viewing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from dashboard.fanout.source import Seat

LEASE = timedelta(seconds=10)


class DatabaseWheel:
    """`dashboard.fanout.source.Wheel`, on the database."""

    @in_thread
    def ask(self, execution_id: UUID, viewer: str) -> Driver | None:
        with transaction.atomic():
            _lock(execution_id)
            Viewing.objects.filter(viewer=viewer, asked_at=None, drives=False).update(asked_at=timezone.now())
            return _settle(execution_id)

    @in_thread
    def release(self, execution_id: UUID, viewer: str) -> Driver | None:
        """Whoever lets go stands behind everybody else; alone, it keeps driving."""
        now = timezone.now()
        with transaction.atomic():
            _lock(execution_id)
            Viewing.objects.filter(viewer=viewer, drives=True).update(drives=False, asked_at=None, joined_at=now)
            return _settle(execution_id)

    @in_thread
    def settle(
        self, execution_id: UUID, here: Sequence[Seat], coming: Sequence[Seat] = (), going: Sequence[str] = ()
    ) -> Settled:
        """Whoever slept so long that another process took it for gone sits down again, behind the others."""
        with transaction.atomic():
            _lock(execution_id)
            Viewing.objects.filter(viewer__in=going).delete()
            renewed = Viewing.objects.filter(viewer__in=[seat.viewer for seat in here])
            renewed.update(renewed_at=timezone.now())
            known = set(renewed.values_list("viewer", flat=True))
            named = _numbered(execution_id, coming)
            sitting = [*(seat for seat in here if seat.viewer not in known), *named]
            Viewing.objects.bulk_create(_seated(execution_id, seat) for seat in sitting)
            return Settled(_settle(execution_id), {seat.viewer: seat.name for seat in named})


def _lock(execution_id: UUID) -> None:
    list(Execution.objects.select_for_update().filter(pk=execution_id).values_list("pk"))


def _seated(execution_id: UUID, seat: Seat) -> Viewing:
    now = timezone.now()
    return Viewing(
        execution_id=execution_id,
        viewer=seat.viewer,
        name=seat.name,
        user_id=seat.user_id,
        may_drive=seat.may_drive,
        joined_at=now,
        renewed_at=now,
    )


def _settle(execution_id: UUID) -> Driver | None:
    viewings = Viewing.objects.filter(execution_id=execution_id)
    viewings.filter(renewed_at__lt=timezone.now() - LEASE).delete()
    driver = viewings.filter(drives=True).first()
    if driver is None:
        driver = viewings.filter(may_drive=True).order_by(F("asked_at").asc(nulls_last=True), "joined_at", "id").first()
        if driver is None:
            return None
        driver.drives, driver.asked_at = True, None
        driver.save(update_fields=("drives", "asked_at"))
    asks = viewings.exclude(asked_at=None).order_by("asked_at", "id").values_list("name", flat=True)
    return Driver(viewer=driver.viewer, name=driver.name, asks=tuple(asks))


def _numbered(execution_id: UUID, coming: Sequence[Seat]) -> list[Seat]:
    """Nobody is called as somebody else here."""
    if not coming:
        return []
    taken = set(Viewing.objects.filter(execution_id=execution_id).values_list("name", flat=True))
    numbers: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)
    named = []
    for seat in coming:
        name = next(name for name in _names(seat.name, numbers[seat.name]) if name not in taken)
        taken.add(name)
        named.append(replace(seat, name=name))
    return named


def _names(name: str, numbers: Iterator[int]) -> Iterator[str]:
    """Alice, Alice 2, Alice 3 …"""
    for number in numbers:
        yield f"{name} {number + 1}" if number else name
