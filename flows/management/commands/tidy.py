"""`python3 manage.py tidy [--days N] [--megabytes N] [--dry-run] [--vacuum]`: what would go by itself, now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from flows.models import Execution
from flows.runs import retention, usage

if TYPE_CHECKING:
    from argparse import ArgumentParser

MEGABYTE = 2**20
WHOLE = 2**30
"""Pages: more than there are."""


class Command(BaseCommand):
    help = "Delete executions by age or size, and what nobody can ask for any more; give the room back to the disk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, help="executions nobody has moved for so long (default: REDRIVE_KEEP_DAYS)"
        )
        parser.add_argument(
            "--megabytes", type=int, help="the longest unmoved while all take more (default: REDRIVE_KEEP_MEGABYTES)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and leave it")
        parser.add_argument(
            "--vacuum", action="store_true", help="write SQLite's files anew: locks everybody out meanwhile"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        days, megabytes = options["days"], options["megabytes"]
        most_bytes = None if megabytes is None else megabytes * MEGABYTE
        expired = list(retention.due(days, most_bytes))
        taken = usage.of_executions(expired)
        for execution in Execution.objects.filter(id__in=expired).order_by("updated_at"):
            size = f"{taken[execution.id] / MEGABYTE:.1f} MB"
            self.stdout.write(f"{execution.id}  {execution.updated_at:%Y-%m-%d}  {size:>10}  {execution}")
        if options["dry_run"]:
            self.stdout.write(f"{len(expired)} executions would be deleted.")
            return
        before = usage.of_disk().taken
        deleted = retention.delete(days=days, most_bytes=most_bytes)
        rows = retention.collect_garbage()
        self._give_back(anew=options["vacuum"])
        given = (before - usage.of_disk().taken) / MEGABYTE
        self.stdout.write(f"{deleted} executions deleted, {rows} rows of garbage; {given:.1f} MB given back.")

    def _give_back(self, *, anew: bool) -> None:
        if not anew:
            retention.shrink(WHOLE)
            return
        for alias in settings.DATABASES:
            if connections[alias].vendor == "sqlite":
                with connections[alias].cursor() as cursor:
                    cursor.execute(
                        "VACUUM"
                    )  # a file from before files shrank learns to, by the connection's first words
