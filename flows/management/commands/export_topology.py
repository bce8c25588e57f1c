"""`python3 manage.py export_topology TOPOLOGY [--format sam] [--output FILE]`: a topology as a SAM template, Mermaid or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from flows.exporters.forms import FORMS, export
from flows.importers.cloudformation import import_template
from flows.management.templates import with_companions
from flows.models import Topology

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Write a topology, or a template as it would be imported, as a SAM template, as Mermaid or as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("topology", help="a topology's id, the slug of an example, or a template's file")
        parser.add_argument("--format", choices=FORMS, default="sam")
        parser.add_argument("--output", type=Path, help="default: the standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        text = export(_document(options["topology"]), options["format"])
        path: Path | None = options["output"]
        if path is None:
            self.stdout.write(text, ending="")
            return
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error}") from error
        self.stdout.write(f"{path}: {path.stat().st_size:,} bytes")


def _document(given: str) -> dict[str, Any]:
    path = Path(given)
    if path.is_file():
        document = import_template(with_companions(path), path.name).document
        if document is None:
            raise CommandError(f"{given} cannot be imported; `manage.py import_topology` says why.")
        return document
    try:
        topology = Topology.objects.filter(pk=UUID(given)).first()
    except ValueError:
        topology = Topology.objects.filter(slug=given).first()
    version = topology.latest if topology is not None else None
    if version is None:
        raise CommandError(f"There is no topology {given}.")
    document = version.document
    assert isinstance(document, dict)
    return document
