"""`python3 manage.py restore FILE`: put a backup back, in place of what is there. What is there is kept beside it."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from flows.management.commands.backup import ON_A_SERVER
from flows.models import Execution, Topology
from flows.runs import backups
from flows.runs.space import SQLITE

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

RUNNING = "Redrive is running on this data ({url}): stop it first, with Ctrl-C in its terminal."


class Command(BaseCommand):
    help = "Put a backup back (SQLite), in place of the present data, which is kept beside it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.DATABASES["default"]["ENGINE"] != SQLITE:
            raise CommandError(ON_A_SERVER)
        os.umask(0o077)  # as secret as the installation itself
        file: Path = options["file"]
        with _nobody_at_work():
            connections.close_all()
            try:
                kept = backups.put_back(file, _file_of("default"), MigrationLoader(None).disk_migrations or {})
            except (backups.Unfit, OSError) as error:
                raise CommandError(f"{file} was not put back, nothing has changed. {error}") from error
            backups.forget(_file_of("checkpoints"))
            call_command("migrate", verbosity=0)
            call_command("migrate", database="checkpoints", verbosity=0)
        said = f"{file} is put back: {Topology.objects.count()} topologies, {Execution.objects.count()} executions."
        self.stdout.write(f"{said} What was there before is kept as {kept}." if kept else said)


def _file_of(alias: str) -> Path:
    return Path(connections[alias].settings_dict["NAME"])


@contextmanager
def _nobody_at_work() -> Iterator[None]:
    """The playground holds this lock as long as it runs."""
    path = _file_of("default").with_name("playground.lock")
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandError(RUNNING.format(url=file.read().strip() or path)) from None
        yield
