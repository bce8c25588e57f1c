"""`python3 manage.py backup [FILE]`: a copy of the installation's database, while people work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from flows.models import Execution, Topology
from flows.runs import backups
from flows.runs.space import SQLITE

if TYPE_CHECKING:
    from argparse import ArgumentParser

ON_A_SERVER = (
    "This installation keeps its data in PostgreSQL: take the backup with pg_dump, and put it back with pg_restore. "
    "How is in the docs under “Back up, restore, tidy up”."
)


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Copy the database (SQLite) to a file; nobody has to stop working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="default: a name with today's date, here")

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.DATABASES["default"]["ENGINE"] != SQLITE:
            raise CommandError(ON_A_SERVER)
        os.umask(0o077)  # as secret as the installation itself
        file: Path = options["file"] or Path(f"redrive-{timezone.now():%Y-%m-%d-%H%M%S}.sqlite3")
        if file.exists():
            raise CommandError(f"{file} is there already: choose another name.")
        try:
            size = backups.write(Path(connections["default"].settings_dict["NAME"]), file)
        except (backups.Unfit, OSError) as error:
            raise CommandError(f"{file} could not be written: {error}") from error
        topologies, executions = Topology.objects.count(), Execution.objects.count()
        self.stdout.write(
            f"{file}: {topologies} topologies, {executions} executions, {size:,} bytes. It was checked and is whole."
        )
