"""`python3 manage.py export EXECUTION [--table records] [--format parquet] [--output FILE]`: a stored run as a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from flows.models import Execution
from flows.runs.exports import FORMATS, CutOff, export, file_name
from flows.traces.tables import TABLES

if TYPE_CHECKING:
    from argparse import ArgumentParser

TO_STANDARD_OUTPUT = Path("-")


class Command(BaseCommand):
    help = "Write a table of a stored execution as Parquet, CSV or JSON Lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("execution", type=UUID)
        parser.add_argument("--table", choices=TABLES, default="records")
        parser.add_argument("--format", choices=FORMATS, default="parquet")
        parser.add_argument("--output", type=Path, help="default: a name of its own; - is the standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        execution = Execution.objects.filter(pk=options["execution"]).first()
        if execution is None:
            raise CommandError(f"There is no execution {options['execution']}.")
        table, form = options["table"], options["format"]
        path: Path = options["output"] or Path(file_name(execution, table, form))
        try:
            if path == TO_STANDARD_OUTPUT:
                sys.stdout.buffer.writelines(export(execution, table, form))
                return
            with path.open("wb") as file:
                file.writelines(export(execution, table, form))
        except CutOff as error:
            raise CommandError("The run was cut off by a command while it was exported: try again.") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error}") from error
        self.stdout.write(f"{path}: {path.stat().st_size:,} bytes")
