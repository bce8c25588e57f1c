"""`python3 manage.py conformance FILE …`: play recorded answers of AWS against the simulator, and say where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from flows.conformance.formats import run
from flows.conformance.report import Tally, tallies

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Play recorded cases in process and in virtual time; the closing lines say how many passed, per file and source."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON Lines file of recorded cases")
        parser.add_argument("--list", action="store_true", dest="listed", help="name every difference")
        parser.add_argument("--excluded", action="store_true", help="name what was not run, and why")
        parser.add_argument("--only", default="", metavar="TEXT", help="only cases whose line contains this text")

    def handle(self, *_args: Any, **options: Any) -> None:
        closing: list[Tally] = []
        for path in options["files"]:
            text = self._text(path, options["only"])
            verdicts = list(run(text))
            for verdict in verdicts:
                if verdict.excluded and options["excluded"]:
                    self.stdout.write(f"excluded  {verdict.id}  {verdict.excluded}")
                elif not verdict.excluded and not verdict.passed and options["listed"]:
                    self.stdout.write(f"differs  {verdict.id}\n    {verdict.detail}")
            closing.extend(tallies("/".join(path.parts[-2:]), verdicts))
        for each in closing:
            self.stdout.write(str(each))

    def _text(self, path: Path, only: str) -> str:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}", returncode=2) from error
        return "\n".join(line for line in text.splitlines() if only in line) if only else text
