"""The topology as it is now: the compiled one, and what operations made and removed since the execution began.

It reads like the compiled topology. What was there from the beginning is a definition and stays out of checkpoints; what was
made since is state and travels in them. A number, once given, stays taken: what is removed keeps its row, so that old
records go on meaning it, and is found no more by name, address or link.
"""

from __future__ import annotations

from typing import Any

from flows.topology.compiled import CompiledLink, CompiledNode, CompiledTopology, Json
from flows.topology.names import url as url_of
from flows.topology.types import NODE_TYPES


class LiveTopology:
    def __init__(self, base: CompiledTopology) -> None:
        self._rebuild(base, [], [], set(), set())

    def _rebuild(
        self,
        base: CompiledTopology,
        nodes: list[CompiledNode],
        links: list[CompiledLink],
        gone_nodes: set[int],
        gone_links: set[int],
    ) -> None:
        self.base = base
        self.name, self.region, self.account = base.name, base.region, base.account
        self.gone_nodes, self.gone_links = gone_nodes, gone_links
        self.nodes: list[CompiledNode] = [*base.nodes, *nodes]
        self.links: list[CompiledLink] = [*base.links, *links]
        there = [node for node in self.nodes if node.index not in gone_nodes]
        self.by_id: dict[str, CompiledNode] = {node.id: node for node in there}
        self.by_arn: dict[str, CompiledNode] = {node.arn: node for node in there if node.arn}
        self.by_url: dict[str, CompiledNode] = {node.url: node for node in there if node.url}
        self._named: dict[str, list[CompiledNode]] = {}
        for node in there:
            if node.arn:
                self._named.setdefault(node.name, []).append(node)
        self._outgoing: list[list[CompiledLink]] = [[] for _ in self.nodes]
        self._incoming: list[list[CompiledLink]] = [[] for _ in self.nodes]
        for link in self.links:
            if link.index not in gone_links:
                self._outgoing[link.source].append(link)
                self._incoming[link.target].append(link)

    def __getstate__(self) -> tuple[Any, ...]:
        base = self.base
        return base, self.nodes[len(base.nodes) :], self.links[len(base.links) :], self.gone_nodes, self.gone_links

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._rebuild(*state)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def digest(self) -> str:
        """Of what was there from the beginning: what came since follows from the commands."""
        return self.base.digest

    def node(self, logical_id: str) -> CompiledNode:
        return self.by_id[logical_id]

    def link(self, link_id: str) -> CompiledLink:
        return next(link for link in self.links if link.id == link_id and link.index not in self.gone_links)

    def links_from(self, index: int) -> list[CompiledLink]:
        return self._outgoing[index]

    def links_to(self, index: int) -> list[CompiledLink]:
        return self._incoming[index]

    def living(self, service: str, kind: str = "") -> list[CompiledNode]:
        """The nodes of a service (of that kind) that are there now, in the order of their numbers."""
        return [
            node
            for node in self.nodes
            if node.service == service and node.index not in self.gone_nodes and (not kind or node.kind == kind)
        ]

    def named(self, name: str, kind: str = "") -> CompiledNode | None:
        """The first node with an ARN that has that physical name."""
        return next((node for node in self._named.get(name, ()) if not kind or node.kind == kind), None)

    # ── what operations make and remove ─────────────────────────────────────────────────────────────────────────────

    def add_node(
        self, type_: str, name: str, config: object, arn: str = "", url: str = "", properties: Json | None = None
    ) -> CompiledNode:
        """A node of a CloudFormation type; ARN and URL are the type's unless given."""
        row = NODE_TYPES[type_]
        index = len(self.nodes)
        node = CompiledNode(
            index=index,
            id=name if name not in self.by_id else f"{name}#{index}",
            name=name,
            type=type_,
            kind=row.kind,
            service=row.service,
            arn=arn or row.arn.format(region=self.region, account=self.account, name=name),
            url=url or url_of(type_, name, self.region, self.account),
            config=config,
            properties=properties or {},
        )
        self.nodes.append(node)
        self._outgoing.append([])
        self._incoming.append([])
        self.by_id[node.id] = self.by_arn[node.arn] = node
        self._named.setdefault(name, []).append(node)
        if node.url:
            self.by_url[node.url] = node
        return node

    def remove_node(self, index: int) -> None:
        """The node is found no more; its links were removed before."""
        node = self.nodes[index]
        self.gone_nodes.add(index)
        for table, key in ((self.by_id, node.id), (self.by_arn, node.arn), (self.by_url, node.url)):
            if table.get(key) is node:
                del table[key]
        self._named[node.name].remove(node)

    def add_link(self, kind: str, source: int, target: int, config: object, id_: str = "") -> CompiledLink:
        index = len(self.links)
        link = CompiledLink(index, id_ or f"{kind}#{index}", source, target, kind, config=config)
        self.links.append(link)
        self._outgoing[source].append(link)
        self._incoming[target].append(link)
        return link

    def remove_link(self, index: int) -> None:
        link = self.links[index]
        self.gone_links.add(index)
        self._outgoing[link.source].remove(link)
        self._incoming[link.target].remove(link)
