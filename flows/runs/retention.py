"""What is deleted by itself: old executions, if the installation says so, and always what nobody can ask for any more.

| what | goes when |
|---|---|
| an execution | nothing has moved it for `KEEP_DAYS`; or all of them take more than `KEEP_BYTES`, the longest unmoved first |
| a checkpoint | its execution is gone; or its execution has been at rest for a day and it is not the newest |
| a viewer's row | nobody has renewed it for an hour |
| an answer kept under a key | after a day |
| free pages of a SQLite file | when there are many: the file shrinks by a few megabytes at a time |

By default no execution goes by itself. One that is wanted, or looked at, stays whatever its age. Deleting is one transaction, so
that nothing is ever half gone; chunks, texts, keyframes, commands, effects and truncations go with their execution, a fork of it
lives on without a parent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Exists, Max, OuterRef

from flows.models import Answered, Checkpoint, Execution, Viewing
from flows.runs import usage, wall_clock
from flows.runs.api import delete_execution

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

AT_REST = timedelta(days=1)
LOOKED_AT = timedelta(minutes=1)
FORGOTTEN = timedelta(hours=1)
ANSWERS_KEPT = timedelta(days=1)
AT_A_TIME = 20
"""Executions; the next look comes soon."""
SLACK_PAGES = 256
SHRUNK_PAGES = 4_096
"""At a time: sixteen megabytes, some milliseconds under the write lock."""


def tidy() -> int:
    """One bounded step; how many executions were deleted."""
    deleted = delete(AT_A_TIME)
    collect_garbage()
    shrink()
    return deleted


def delete(at_most: int | None = None, days: int | None = None, most_bytes: int | None = None) -> int:
    """What is `due`. To list it takes a while: who has been asked for, opened or moved meanwhile stays."""
    began_at = wall_clock.now()
    return sum(_delete_unmoved(each, began_at) for each in list(due(days, most_bytes))[:at_most])


def _delete_unmoved(execution_id: UUID, since: datetime) -> bool:
    with transaction.atomic():
        list(Execution.objects.select_for_update().filter(id=execution_id).values_list("pk"))
        still = _removable().filter(id=execution_id, updated_at__lt=since).exists()
        if still:
            delete_execution(execution_id)
    return still


def due(days: int | None = None, most_bytes: int | None = None) -> Iterator[UUID]:
    """The executions that go now, the longest unmoved first. None: as the installation says; 0: not for that reason."""
    days = settings.KEEP_DAYS if days is None else days
    most_bytes = settings.KEEP_BYTES if most_bytes is None else most_bytes
    old = (
        _removable().filter(updated_at__lt=wall_clock.now() - timedelta(days=days))
        if days
        else Execution.objects.none()
    )
    expired = list(old.values_list("id", flat=True))
    yield from expired
    if most_bytes:
        yield from _too_much(most_bytes, set(expired))


def _too_much(most_bytes: int, expired: set[UUID]) -> Iterator[UUID]:
    sizes: dict[UUID, int] = {}
    everybody = list(Execution.objects.order_by().values_list("id", flat=True))
    for first in range(0, len(everybody), usage.AT_A_TIME):
        sizes |= usage.of_executions(everybody[first : first + usage.AT_A_TIME])
    left = sum(size for execution_id, size in sizes.items() if execution_id not in expired)
    for execution_id in _removable().values_list("id", flat=True):
        if left <= most_bytes:
            return
        if execution_id not in expired:
            left -= sizes.get(execution_id, 0)
            yield execution_id


def _removable() -> QuerySet[Execution]:
    seen = Viewing.objects.filter(execution=OuterRef("pk"), renewed_at__gt=wall_clock.now() - LOOKED_AT)
    return Execution.objects.filter(~Exists(seen), wanted=False).order_by("updated_at", "id")


def collect_garbage() -> int:
    """How many rows that nobody can ask for."""
    now = wall_clock.now()
    newest = dict(Checkpoint.objects.order_by().values_list("execution_id").annotate(newest=Max("id")))
    living = dict(Execution.objects.filter(id__in=newest).values_list("id", "updated_at"))
    gone = Checkpoint.objects.filter(execution_id__in=newest.keys() - living.keys()).delete()[0]
    resting = [execution_id for execution_id, moved_at in living.items() if moved_at < now - AT_REST]
    spare = Checkpoint.objects.filter(execution_id__in=resting).exclude(id__in=[newest[each] for each in resting])
    gone += spare.delete()[0]
    gone += Viewing.objects.filter(renewed_at__lt=now - FORGOTTEN).delete()[0]
    return gone + Answered.objects.filter(created_at__lt=now - ANSWERS_KEPT).delete()[0]


def shrink(pages: int = SHRUNK_PAGES) -> int:
    """Free pages of SQLite's files go back to the disk; how many. A server does that in its own way."""
    given_back = 0
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            free = _free_pages(alias)
            if free > SLACK_PAGES:
                connections[alias].ensure_connection()
                # A page a step: of a statement without columns `execute` takes the first one only.
                connections[alias].connection.executescript(f"PRAGMA incremental_vacuum({pages})")
                given_back += free - _free_pages(alias)
    return given_back


def _free_pages(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA freelist_count")
        return int(cursor.fetchone()[0])
