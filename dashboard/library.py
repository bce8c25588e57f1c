"""The drawings of an installation: what somebody may open, what an import becomes, what the page of one needs.

A document is stored only when it compiles: `save` writes a new version if its digest is new, and answers with the one that
stands otherwise, so importing the same files twice changes nothing. What compiled once need not do so for ever: a later
installation may check more, or an earlier one know less. Then `compiled` raises `Outdated`, which pages and the API answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.text import slugify

from dashboard.alike import UNNAMED, grouped
from dashboard.cards import Drawing, draw
from dashboard.plain import why_not_plain
from flows.importers.limits import LIMITS
from flows.models import Execution, Topology, TopologyVersion
from flows.runs import api as runs
from flows.runs import quotas
from flows.topology import CompiledTopology, Problem, compile_topology, normalise, validate
from flows.topology.document import digest
from flows.topology.examples.pictures import Picture, pictures_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from flows.models.owned import Viewer

COMPILED_KEPT = 64
EXAMPLE = (
    "Examples belong to the installation and stay as they are. Import a template of your own to change and delete."
)


@dataclass(frozen=True, slots=True)
class Card:
    """A topology in the gallery."""

    topology: Topology
    url: str
    versions: int
    kinds: list[tuple[str, int]]
    problems: int
    thumbnail: Drawing | None
    may_change: bool
    pictures: list[Picture]
    imports: int = 1
    """So many of one name, of which this is the newest."""


@dataclass(frozen=True, slots=True)
class Saved:
    """`version` is None when the problems keep the document from being compiled."""

    version: TopologyVersion | None
    problems: list[Problem]


class Outdated(Exception):
    """A stored document that cannot be drawn here any more; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


# ── finding ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def topology_for(viewer: Viewer, topology_id: UUID, *, change: bool = False) -> Topology:
    topology = Topology.objects.filter(pk=topology_id).first()
    return _allowed(topology, viewer, change=change)


def execution_for(viewer: Viewer, execution_id: UUID, *, change: bool = False) -> Execution:
    execution = Execution.objects.select_related("topology_version__topology").filter(pk=execution_id).first()
    return _allowed(execution, viewer, change=change)


def _allowed(thing: Any, viewer: Viewer, *, change: bool) -> Any:
    """What one may not see is not there; what one may see but not change says so."""
    if thing is None or not thing.is_visible_to(viewer):
        raise Http404
    if change and thing.is_read_only:
        raise PermissionDenied(EXAMPLE)
    if change and not thing.may_be_changed_by(viewer):
        raise PermissionDenied
    return thing


def cards(viewer: Viewer) -> tuple[list[Card], list[Card]]:
    """Examples; and what is one's own or has been shown to all, the newest import of each name."""
    found = list(Topology.objects.listed_for(viewer).prefetch_related("versions"))
    examples = [card(topology, viewer) for topology in found if topology.is_example]
    mine = grouped(topology for topology in found if not topology.is_example)
    return (
        sorted(examples, key=lambda one: (one.topology.guide.get("order", 0), one.topology.name)),
        [card(alike[0], viewer, imports=len(alike)) for alike in mine],
    )


def card(topology: Topology, viewer: Viewer, *, imports: int = 1) -> Card:
    versions = list(topology.versions.all())
    latest = versions[-1] if versions else None
    try:
        drawn = compiled(latest) if latest else None
    except Outdated:
        drawn = None
    kinds = Counter(node.kind for node in drawn.nodes if not node.scenery) if drawn else Counter[str]()
    return Card(
        topology=topology,
        url=f"/topologies/{topology.pk}/",
        versions=len(versions),
        kinds=kinds.most_common(),
        problems=len(latest.problems) if latest else 0,
        thumbnail=_drawing(latest.digest, latest.pk) if drawn and latest else None,
        may_change=topology.may_be_changed_by(viewer),
        pictures=pictures_of(topology.slug) if topology.is_example else [],
        imports=imports,
    )


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def may_import(viewer: Viewer) -> None:
    if viewer is not None and not viewer.is_authenticated:
        raise PermissionDenied("Log in to import.")


def save(
    document: dict[str, Any], viewer: Viewer, *, report: Sequence[dict[str, Any]] = (), topology: Topology | None = None
) -> Saved:
    """A document becomes the first version of a new topology, or the next one of the given."""
    if topology is None:
        may_import(viewer)
    if why := why_not_plain(document, "document") or why_not_plain(list(report), "report"):
        return Saved(
            None, [Problem("DocumentNotPlain", "", why, "Write it so that every database and browser can keep it.")]
        )
    if _size(document) > LIMITS.resources:
        why = f"More than {LIMITS.resources:,} resources are in one document."
        return Saved(None, [Problem("DocumentTooLarge", "/resources", why, "Split it into several topologies.")])
    problems = validate(document)
    if any(problem.severity == "error" for problem in problems):
        return Saved(None, problems)
    quotas.may_write(getattr(_owner(viewer), "pk", None) if topology is None else topology.owner_id)
    document = normalise(document)
    fingerprint, name = digest(document), document.get("name") or UNNAMED
    with transaction.atomic():
        if topology is None:
            topology = Topology.objects.create(name=name, slug=slugify(name)[:80], owner=_owner(viewer))
        else:
            topology = Topology.objects.select_for_update().get(pk=topology.pk)
        latest = topology.latest
        if latest is None or latest.digest != fingerprint:
            latest = topology.versions.create(
                number=latest.number + 1 if latest else 1,
                document=document,
                digest=fingerprint,
                report=list(report),
                problems=[problem.as_json() for problem in problems],
            )
            topology.name = name
            topology.save(update_fields=("name", "updated_at"))
    return Saved(latest, problems)


def _size(document: dict[str, Any]) -> int:
    resources = document.get("resources")
    return len(resources) if isinstance(resources, dict) else 0


def delete_topology(topology: Topology) -> None:
    """Gone, with its versions and every execution of them, whoever began it. Forks go too: they are executions of a version."""
    for execution_id in list(runs_of(topology).values_list("pk", flat=True)):
        runs.delete_execution(execution_id)
    topology.delete()


def runs_of(topology: Topology) -> QuerySet[Execution]:
    return Execution.objects.filter(topology_version__topology=topology)


def begin_execution(
    topology: Topology, viewer: Viewer, *, actor: str, name: str = "", seed: int | None = None
) -> Execution:
    """Whoever may look at a topology may run it: the execution is her own."""
    if viewer is not None and not viewer.is_authenticated:
        raise PermissionDenied("Log in to run this.")
    version = topology.latest
    if version is None:
        raise Http404
    compiled(version)
    quotas.may_begin(getattr(_owner(viewer), "pk", None))
    return runs.create_execution(version, name=name, seed=seed, actor=actor, owner=_owner(viewer))


def fork_execution(execution: Execution, viewer: Viewer, *, at: int, actor: str) -> Execution:
    if viewer is not None and not viewer.is_authenticated:
        raise PermissionDenied("Log in to fork this.")
    quotas.may_begin(getattr(_owner(viewer), "pk", None))
    return runs.fork(execution.pk, at, actor, owner=_owner(viewer))


def latest_execution(topology: Topology, viewer: Viewer) -> Execution | None:
    """Where somebody left off: her last execution of what is drawn now."""
    owner = _owner(viewer)
    return (
        Execution.objects.filter(topology_version=topology.latest, owner=owner, parent=None)
        .order_by("-created_at")
        .first()
    )


def _owner(viewer: Viewer) -> Any:
    return viewer if viewer is not None and viewer.is_authenticated else None


# ── compiling ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def compiled(version: TopologyVersion) -> CompiledTopology:
    return _compiled(version.digest, version.pk)


@lru_cache(COMPILED_KEPT)
def _drawing(digest: str, version_id: int) -> Drawing:
    return draw(_compiled(digest, version_id))


@lru_cache(COMPILED_KEPT)
def _compiled(digest: str, version_id: int) -> CompiledTopology:  # noqa: ARG001 - a version's document never changes
    document = TopologyVersion.objects.values_list("document", flat=True).get(pk=version_id)
    if errors := [problem for problem in validate(document) if problem.severity == "error"]:
        raise Outdated(errors)
    return compile_topology(document)
