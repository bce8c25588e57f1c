"""From an imported template to rows: a topology and its next version. A document is stored only when it compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from flows.models import Topology
from flows.topology import normalise, validate
from flows.topology.document import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.models import TopologyVersion
    from flows.topology import Problem


class NotStorable(Exception):
    """The document has problems that keep it from being compiled."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = list(problems)


def store(topology: Topology, document: dict[str, Any], report: list[dict[str, Any]]) -> TopologyVersion:
    """A new version if the document is another one, else the latest; the topology itself is saved, too."""
    problems = validate(document)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise NotStorable(errors)
    document = normalise(document)
    fingerprint = digest(document)
    with transaction.atomic():
        topology.save()
        latest = topology.latest
        if latest is not None and latest.digest == fingerprint:
            return latest
        return topology.versions.create(
            number=1 if latest is None else latest.number + 1,
            document=document,
            digest=fingerprint,
            report=report,
            problems=[problem.as_json() for problem in problems],
        )
