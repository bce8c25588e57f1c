"""A topology, compiled: what the simulator and the page read. Facts only, frozen; nothing here looks at a document.

Nodes are numbered by logical id in alphabetical order after node 0, the client, and links by (kind, id): the same
document gives the same numbers whatever order its JSON arrives in (a database may keep keys in an order of its own).
A compiled topology is a *definition*: checkpoints refer to it by `definition_key` and never contain it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from flows.asl.graph import graph
from flows.topology.definitions import definition_of
from flows.topology.resources.fault import FaultConfig

Setting = dict[str, Any]
Json = dict[str, Any]

CLIENT = 0
MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class CompiledNode:
    index: int
    id: str
    name: str
    type: str
    kind: str
    service: str
    arn: str = ""
    url: str = ""
    config: object | None = None
    scenery: bool = False
    position: tuple[float, float] | None = None
    is_dead_letter_queue: bool = False
    label: str = ""
    origin: str = ""
    missing: str = ""
    settings: tuple[Setting, ...] = ()
    properties: Json = field(default_factory=dict)
    behaviour: Json | None = None
    faults: tuple[FaultConfig, ...] = ()

    def as_json(self) -> Json:
        return {
            "index": self.index,
            "id": self.id,
            "name": self.name,
            "label": self.label or self.name,
            "type": self.type,
            "origin": self.origin or self.type,
            "kind": self.kind,
            "service": self.service,
            "arn": self.arn,
            "url": self.url,
            "scenery": self.scenery,
            "simulated": not self.missing,
            "missing": self.missing,
            "position": None if self.position is None else {"x": self.position[0], "y": self.position[1]},
            "is_dead_letter_queue": self.is_dead_letter_queue,
            "settings": list(self.settings),
            "properties": self.properties,
            "faults": [asdict(fault) for fault in self.faults],
            "behaviour": self.behaviour,
            **(_definition(self.properties) if self.kind == MACHINE else {}),
        }


def _definition(properties: Json) -> Json:
    """A state machine as the page draws it: what the definition says, or its text where that is not JSON."""
    definition = definition_of(properties)
    said = definition.text if definition.parsed is None and definition.is_given else definition.parsed
    return {"definition": said, "graph": graph(definition.parsed).as_json()}


@dataclass(frozen=True, slots=True)
class CompiledLink:
    index: int
    id: str
    source: int
    target: int
    kind: str
    via: str = ""
    config: object | None = None
    style: str = "solid"
    label: str = ""
    settings: tuple[Setting, ...] = ()
    properties: Json = field(default_factory=dict)
    faults: tuple[FaultConfig, ...] = ()

    def as_json(self) -> Json:
        return {
            "index": self.index,
            "id": self.id,
            "source": self.source,
            "target": self.target,
            "kind": self.kind,
            "via": self.via,
            "style": self.style,
            "label": self.label,
            "simulated": self.config is not None or self.style == "scenery",
            "settings": list(self.settings),
            "properties": self.properties,
            "faults": [asdict(fault) for fault in self.faults],
        }


@dataclass(frozen=True)
class CompiledTopology:
    name: str
    region: str
    account: str
    nodes: tuple[CompiledNode, ...]
    links: tuple[CompiledLink, ...]
    digest: str

    @property
    def definition_key(self) -> str:
        return f"topology:{self.digest}"

    @cached_property
    def by_id(self) -> dict[str, CompiledNode]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def by_arn(self) -> dict[str, CompiledNode]:
        return {node.arn: node for node in self.nodes if node.arn}

    @cached_property
    def by_url(self) -> dict[str, CompiledNode]:
        return {node.url: node for node in self.nodes if node.url}

    @cached_property
    def _outgoing(self) -> tuple[tuple[CompiledLink, ...], ...]:
        return tuple(tuple(link for link in self.links if link.source == node.index) for node in self.nodes)

    @cached_property
    def _incoming(self) -> tuple[tuple[CompiledLink, ...], ...]:
        return tuple(tuple(link for link in self.links if link.target == node.index) for node in self.nodes)

    def node(self, logical_id: str) -> CompiledNode:
        return self.by_id[logical_id]

    def link(self, link_id: str) -> CompiledLink:
        return next(link for link in self.links if link.id == link_id)

    def links_from(self, index: int) -> tuple[CompiledLink, ...]:
        return self._outgoing[index]

    def links_to(self, index: int) -> tuple[CompiledLink, ...]:
        return self._incoming[index]

    def as_json(self) -> Json:
        return {
            "name": self.name,
            "region": self.region,
            "account": self.account,
            "digest": self.digest,
            "nodes": [node.as_json() for node in self.nodes],
            "links": [link.as_json() for link in self.links],
        }
