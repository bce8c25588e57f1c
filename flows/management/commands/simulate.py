"""`python3 manage.py simulate FILE …`: run scenarios in virtual time; exit code 0 only if everything expected was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from flows.importers.cloudformation import import_template
from flows.management.templates import with_companions
from flows.scenarios import Problems, Scenario, Verdict, junit, read, run

if TYPE_CHECKING:
    from argparse import ArgumentParser

EXIT_CODES = {
    0: "everything expected was found",
    1: "something expected was not found",
    2: "a file cannot be read, is no scenario, or cannot be run to its end",
}


class Command(BaseCommand):
    help = "Run scenario files and say whether what they expect happens."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--junit", type=Path, metavar="OUT", help="write the verdicts as JUnit XML")

    def handle(self, *_args: Any, **options: Any) -> None:
        verdicts = [self._verdict(path) for path in options["files"]]
        if options["junit"]:
            _write(options["junit"], junit(verdicts))
        failed = sum(not verdict.passed for verdict in verdicts)
        if failed:
            raise CommandError(f"{failed} of {len(verdicts)} failed", returncode=1)

    def _verdict(self, path: Path) -> Verdict:
        try:
            scenario = read(path.read_text(encoding="utf-8"))
            verdict = run(scenario, _document(scenario, path.parent))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}", returncode=2) from error
        except Problems as problems:
            raise CommandError("\n".join(f"{path}: {line}" for line in problems.lines), returncode=2) from problems
        word = self.style.SUCCESS("passed") if verdict.passed else self.style.ERROR("FAILED")
        self.stdout.write(f"{word}  {verdict.name}  {verdict.records:,} records, ended at {verdict.ended_at:,} µs")
        for outcome in verdict.outcomes:
            mark = "ok" if outcome.holds else f"NOT SO, found {outcome.found}"
            self.stdout.write(f"  {mark:4}  {outcome.says}")
        for refusal in verdict.refusals:
            self.stdout.write(f"  refused  {refusal}")
        return verdict


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error}", returncode=2) from error


def _document(scenario: Scenario, folder: Path) -> dict[str, Any]:
    source = scenario.topology
    if source.document is not None:
        return source.document
    path = folder / (source.template or "")
    result = import_template(with_companions(path), path.name, source.parameters)
    if result.document is None:
        raise Problems([f"{path}, line {found.line}: {found.message}" for found in result.problems])
    return result.document
