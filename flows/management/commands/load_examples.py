"""The gallery's examples become topologies. Run at every set-up, so it does nothing, quickly, when nothing has changed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

import flows
from flows.models import Topology, Visibility
from flows.topology.examples import all_examples

if TYPE_CHECKING:
    from flows.topology.examples import Example

READERS = ("importers", "topology")
"""The rooms whose code decides what an example's files become."""


class Command(BaseCommand):
    help = "Load the gallery's examples, or bring them up to date."

    def handle(self, *_args: Any, **_options: Any) -> None:
        examples = all_examples()
        readers = _readers_digest()
        known = {topology.slug: topology for topology in Topology.objects.filter(is_example=True)}
        changed = 0
        for order, example in enumerate(examples):
            topology = known.pop(example.slug, None) or Topology(slug=example.slug, is_example=True)
            digest = _digest(example, order, readers)
            if topology.source_digest != digest:
                _load(topology, example, order, digest)
                changed += 1
        for gone in known.values():
            gone.delete()
        self.stdout.write(f"{len(examples)} examples, {changed} changed, {len(known)} removed.")


def _load(topology: Topology, example: Example, order: int, digest: str) -> None:
    from flows.importers.cloudformation import import_template
    from flows.runs.versions import NotStorable, store

    result = import_template(example.files, example.main, {})
    if result.document is None:
        raise CommandError(f"{example.slug}: " + "; ".join(problem.message for problem in result.problems))
    topology.name = example.title
    topology.description = example.description
    topology.visibility = Visibility.PUBLIC
    topology.guide = example.guide(order)
    topology.source_digest = digest
    try:
        store(topology, {**result.document, "name": example.title}, [line.as_json() for line in result.report])
    except NotStorable as error:
        raise CommandError(f"{example.slug}: {error}") from error


def _digest(example: Example, order: int, readers: bytes) -> str:
    digest = sha256(readers)
    digest.update(repr((example.title, example.description, example.guide(order))).encode())
    for name, content in sorted(example.files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _readers_digest() -> bytes:
    here = Path(flows.__file__).parent
    digest = sha256()
    for path in sorted(path for room in READERS for path in (here / room).rglob("*.py")):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.digest()
