"""Imports of one name: a template that is imported again stands in the gallery once, as its newest import.

Theory of operation. Every import is a topology of its own, for an execution belongs to what was drawn when it began. Those of one owner
and one name are *alike* (of those that nobody named, only the ones that draw the same): the gallery shows the newest of them and says how many there are, and a page lists them all, each
with what has been run of it and whether it draws the same as the newest. Nothing is thrown away by itself: the earlier ones go when
somebody asks for it, after a question that says what goes with them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Subquery

from flows.importers.titles import UNTITLED
from flows.models import Topology, TopologyVersion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.models.owned import Viewer


UNNAMED = "Topology"
"""A document without a name."""
NAMELESS = (UNNAMED, UNTITLED)


@dataclass(frozen=True, slots=True)
class Import:
    """One of several; `same` says that it draws what the newest draws."""

    topology: Topology
    url: str
    runs: int
    same: bool
    may_change: bool


def grouped(topologies: Iterable[Topology]) -> list[list[Topology]]:
    """In the order in which they come: the newest of each first, and the newest group first. Their versions have been fetched."""
    groups: dict[tuple[int | None, str, str], list[Topology]] = defaultdict(list)
    for topology in topologies:
        versions = list(topology.versions.all()) if topology.name in NAMELESS else []
        groups[topology.owner_id, topology.name, versions[-1].digest if versions else ""].append(topology)
    return list(groups.values())


def imports(topology: Topology, viewer: Viewer) -> list[Import]:
    """All that are alike and may be looked at, the newest first."""
    newest = TopologyVersion.objects.filter(topology=OuterRef("pk")).order_by("-number")
    found = list(
        Topology.objects.listed_for(viewer)
        .filter(is_example=False, owner_id=topology.owner_id, name=topology.name)
        .annotate(runs=Count("versions__executions"), drawn=Subquery(newest.values("digest")[:1]))
        .order_by("-updated_at", "pk")  # a query that counts forgets the order of the model
    )
    if topology.name in NAMELESS:
        drawn = next(one.drawn for one in found if one.pk == topology.pk)
        found = [one for one in found if one.drawn == drawn]
    return [
        Import(
            topology=one,
            url=f"/topologies/{one.pk}/",
            runs=one.runs,
            same=one.drawn == found[0].drawn,
            may_change=one.may_be_changed_by(viewer),
        )
        for one in found
    ]
