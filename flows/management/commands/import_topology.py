"""A SAM or CloudFormation template, or a document exported from another installation, becomes a topology."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from flows.importers.cloudformation import import_template
from flows.management.templates import with_companions
from flows.models import Topology
from flows.runs.versions import NotStorable, store

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Import a template and print what became of everything in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", default="", help="the topology's name; without it, the template's own")
        parser.add_argument(
            "--parameter",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a template parameter; may be repeated",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        document, report = _read(path, options["name"], dict(pair.split("=", 1) for pair in options["parameter"]))
        try:
            version = store(Topology(name=str(document["name"])[:200]), document, report)
        except NotStorable as error:
            raise CommandError("\n".join(f"{found.path}: {found.message}" for found in error.problems)) from error
        verdicts = Counter(line["verdict"] for line in report)
        self.stdout.write(", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()))
        for found in version.problems:
            self.stdout.write(f"{found['severity']}: {found['path']}: {found['message']}")
        self.stdout.write(f"/topologies/{version.topology_id}/")


def _read(path: Path, name: str, parameters: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    content = path.read_bytes()
    own = _own_document(content)
    if own is not None:
        return {**own, "name": name or own.get("name") or path.stem}, own.get("report", [])
    result = import_template(with_companions(path), path.name, parameters, name=name)
    if result.document is None:
        raise CommandError("\n".join(f"line {found.line}: {found.message}" for found in result.problems))
    return result.document, [line.as_json() for line in result.report]


def _own_document(content: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(content)
    except ValueError:
        return None
    return document if isinstance(document, dict) and {"format", "resources"} <= document.keys() else None
