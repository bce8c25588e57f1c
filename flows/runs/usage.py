"""What executions take: bytes of chunks, texts, logs and caches, as the database has them; and what all of it takes on the disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connections, router
from django.db.models import F, Sum
from django.db.models.functions import Length

from flows.models import BodyBlock, Checkpoint, Command, Effect, Keyframe, TraceChunk

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import Model

BYTES: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (TraceChunk, ("header", "hot", "cold", "mentions", "totals", "lasting")),
    (BodyBlock, ("blob",)),
    (Keyframe, ("blob",)),
    (Command, ("params",)),
    (Effect, ("outcome",)),
    (Checkpoint, ("blob",)),
)
"""Where an execution's bytes are. A row's few numbers are not counted."""


AT_A_TIME = 200
"""Executions of one look, where there may be many."""


@dataclass(frozen=True, slots=True)
class Disk:
    taken: int
    """By the databases' files, or the database on its server."""
    free: int | None
    """None: on a server, whose disk cannot be seen from here."""


def of_executions(ids: Collection[UUID]) -> dict[UUID, int]:
    """Bytes of each; one query a table."""
    taken = dict.fromkeys(ids, 0)
    for model, columns in BYTES:
        found = model._default_manager.filter(execution_id__in=list(taken)).order_by().values("execution_id")
        lengths = sum((Length(F(column)) for column in columns[1:]), start=Length(F(columns[0])))
        for execution_id, length in found.annotate(bytes=Sum(lengths)).values_list("execution_id", "bytes"):
            taken[execution_id] += length or 0
    _give_back()
    return taken


def _give_back() -> None:
    """Of the few connections to checkpoints on a server: a page that is drawn from this takes a while, and many may open it at once."""
    connection = connections[router.db_for_read(Checkpoint)]
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()


def of_disk() -> Disk:
    if connections["default"].vendor != "sqlite":
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return Disk(cursor.fetchone()[0], None)
    taken = sum(_file_bytes(alias) for alias in connections)
    directory = Path(connections["default"].settings_dict["NAME"]).parent
    return Disk(taken, shutil.disk_usage(directory).free if directory.is_dir() else None)


def _file_bytes(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])
