"""From a document without errors to numbered nodes and links.

Node 0 is the client, who sends. The other nodes follow by logical id, then the links; see `compiled.py` for why. What
belongs to a service whose room does not exist yet becomes a node of the service `external` without configuration, and
links at such a node have none either: drawn, not run.
"""

from __future__ import annotations

from typing import Any

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.compiled import CLIENT, CompiledLink, CompiledNode, CompiledTopology, Json
from flows.topology.configure import NODE_BUILDERS, Numbering
from flows.topology.configure_events import why_refused
from flows.topology.configure_links import link_config
from flows.topology.configure_machine import why_machine_stands
from flows.topology.configure_schedules import why_schedule_stands
from flows.topology.document import Document, LinkPlayground, digest, migrate
from flows.topology.faults import read_faults
from flows.topology.links import derive_links
from flows.topology.links.draft import Draft
from flows.topology.resources.api import ApiConfig
from flows.topology.resources.bucket import BucketConfig
from flows.topology.resources.bus import BusConfig
from flows.topology.resources.container import TaskDefinitionConfig
from flows.topology.resources.database import DatabaseConfig
from flows.topology.resources.delivery_stream import DeliveryStreamConfig
from flows.topology.resources.fault import FaultConfig
from flows.topology.resources.function import FunctionConfig
from flows.topology.resources.graphql import GraphqlConfig
from flows.topology.resources.machine import MachineConfig
from flows.topology.resources.queue import QueueConfig
from flows.topology.resources.stream import StreamNodeConfig
from flows.topology.resources.table import TableConfig
from flows.topology.resources.topic import TopicConfig
from flows.topology.settings import api_settings, delivery_settings, function_settings, link_settings, node_settings
from flows.topology.types import SERVICE_TITLES

CLIENT_NODE = CompiledNode(CLIENT, "client", "You", "Redrive::Client", "client", "client", scenery=True, label="You")
EXTERNAL = "external"
GIVEN_UP = frozenset(
    {
        "redrive",
        "subscription-dlq",
        "async-dlq",
        "async-on-failure",
        "esm-on-failure",
        "rule-dlq",
        "schedule-dlq",
        "pipe-dlq",
    }
)
"""Links over which dead letters go."""
SENT_TO = (
    QueueConfig,
    TopicConfig,
    BucketConfig,
    FunctionConfig,
    MachineConfig,
    BusConfig,
    ApiConfig,
    StreamNodeConfig,
    TableConfig,
    DeliveryStreamConfig,
    TaskDefinitionConfig,
    GraphqlConfig,
    DatabaseConfig,
)
"""What the client sends to of its own accord."""
WHY_IT_STANDS = {
    "machine": why_machine_stands,
    "rule": why_refused,
    "archive": why_refused,
    "schedule": why_schedule_stands,
}
"""Kinds of nodes that AWS may refuse for what is written in them."""


def compile_topology(given: dict[str, Any]) -> CompiledTopology:
    """The document must have no error problems (`validate`)."""
    given = migrate(given)
    document = Document.model_validate(given)
    catalogue = Catalogue(document)
    drafts = [draft for draft in _drawn_links(catalogue) if draft.source.id and draft.target.id]
    nodes = _nodes(catalogue, drafts)
    return CompiledTopology(
        document.name,
        document.region,
        document.account,
        nodes,
        _links(document, catalogue, nodes, drafts),
        digest(given),
    )


def _drawn_links(catalogue: Catalogue) -> list[Draft]:
    """Every link, also to addresses outside AWS that the document has no stub for (a mail address, a web hook): it gets one."""
    drafts = derive_links(catalogue)
    outside: dict[str, list[str]] = {}
    for draft in drafts:
        if draft.outside and draft.target.value and not draft.target.id:
            outside.setdefault(draft.outside, []).append(draft.target.value)
    for id_, texts in outside.items():
        catalogue.stand_in(id_, texts)
    return derive_links(catalogue) if outside else drafts


def missing_service(resource: Resource) -> str:
    """Why a node stands still, or nothing when it runs."""
    row = resource.row
    if row is None or row.service == EXTERNAL:
        return "It lies outside the template."
    if not row.simulated:
        return f"{SERVICE_TITLES.get(row.service, row.service)} is not simulated yet."
    why = WHY_IT_STANDS.get(row.kind)
    return "" if why is None else why(resource)


def _nodes(catalogue: Catalogue, drafts: list[Draft]) -> tuple[CompiledNode, ...]:
    linked = {end.id for draft in drafts for end in (draft.source, draft.target)}
    drawn = [
        resource
        for resource in catalogue.resources.values()
        if resource.row is not None and (not resource.implicit or resource.id in linked)
    ]
    drawn.sort(key=lambda resource: resource.id)
    numbering = Numbering(catalogue, {resource.id: index for index, resource in enumerate(drawn, 1)})
    holders = {draft.target.id for draft in drafts if draft.kind in GIVEN_UP}
    return (CLIENT_NODE, *(_node(index, resource, numbering, holders) for index, resource in enumerate(drawn, 1)))


def _node(index: int, resource: Resource, numbering: Numbering, holders: set[str]) -> CompiledNode:
    row = resource.row
    assert row is not None
    missing = missing_service(resource)
    build = None if missing else NODE_BUILDERS.get(resource.type)
    config = build(resource, numbering) if build is not None else None
    position = resource.playground.position
    return CompiledNode(
        index=index,
        id=resource.id,
        name=resource.name,
        type=resource.type,
        kind=row.kind,
        service=EXTERNAL if missing else row.service,
        arn=resource.arn,
        url=resource.url,
        config=config,
        position=None if position is None else (position.x, position.y),
        is_dead_letter_queue=row.kind == "queue" and resource.id in holders,
        label=resource.playground.label or "",
        origin=str((resource.playground.origin or {}).get("Type", "")),
        missing=missing,
        settings=(
            *node_settings(resource),
            *function_settings(config),
            *api_settings(config),
            *delivery_settings(config),
        ),
        properties=dict(resource.properties),
        faults=read_faults(resource.playground.faults),
        behaviour=_shown_behaviour(resource),
    )


def _shown_behaviour(resource: Resource) -> Json | None:
    """What the page edits: without the quantiles, which are computed anew from the two numbers beside them."""
    given = resource.playground.behaviour
    if not isinstance(given, dict):
        return None
    lengths = {name: given[name] for name in ("duration", "init") if isinstance(given.get(name), dict)}
    shown = {
        name: {key: value for key, value in length.items() if key != "quantiles"} for name, length in lengths.items()
    }
    return {**given, **shown}


def _links(
    document: Document, catalogue: Catalogue, nodes: tuple[CompiledNode, ...], drafts: list[Draft]
) -> tuple[CompiledLink, ...]:
    by_id = {node.id: node for node in nodes}
    numbering = Numbering(catalogue, {node.id: node.index for node in nodes})
    planned = document.playground.links
    links: list[CompiledLink] = []
    for node in nodes:
        if isinstance(node.config, SENT_TO) and not _is_member(node.config):
            id_ = f"send:{node.id}"
            faults = _faults(planned, id_)
            links.append(CompiledLink(len(links), id_, CLIENT, node.index, "send", style="scenery", faults=faults))
    for draft in sorted(drafts, key=lambda draft: (draft.kind, draft.id)):
        source, target = by_id[draft.source.id], by_id[draft.target.id]
        links.append(
            CompiledLink(
                index=len(links),
                id=draft.id,
                source=source.index,
                target=target.index,
                kind=draft.kind,
                via=draft.via,
                config=link_config(draft, source, target, catalogue, numbering),
                style=draft.style,
                label=draft.label,
                settings=link_settings(draft, catalogue),
                properties=draft.properties,
                faults=_faults(planned, draft.id),
            )
        )
    return tuple(links)


def _is_member(config: object) -> bool:
    """An instance of a cluster: who sends to it sends to the cluster."""
    return isinstance(config, DatabaseConfig) and config.cluster >= 0


def _faults(planned: dict[str, LinkPlayground], id_: str) -> tuple[FaultConfig, ...]:
    return read_faults(planned[id_].faults) if id_ in planned else ()
