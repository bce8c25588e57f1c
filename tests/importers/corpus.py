"""The template corpus and its ground truth, and how well a picture agrees with it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from flows.importers.cloudformation import import_template
from flows.topology import compile_topology

CONTEXT = {"connector", "alarm-action", "db-member"}
"""Kinds that a picture may show or leave out."""
DRAWN_ASIDE = {"send", "call"}


@dataclass
class Score:
    wanted: Counter = field(default_factory=Counter)
    drawn: Counter = field(default_factory=Counter)
    right: Counter = field(default_factory=Counter)

    def precision(self, *kinds):
        return self._share(self.drawn, kinds)

    def recall(self, *kinds):
        return self._share(self.wanted, kinds)

    def kinds(self):
        return sorted({*self.wanted, *self.drawn})

    def _share(self, of, kinds):
        total = sum(of[kind] for kind in kinds or self.kinds())
        return sum(self.right[kind] for kind in kinds or self.kinds()) / total if total else 1.0


def manifest(folder: Path):
    return json.loads((folder / "templates" / "manifest.json").read_text("utf-8"))


def files_of(folder: Path, entry):
    """The template with its companions, as an upload would bring them."""
    place = (folder / "templates" / entry["file"]).parent
    files = {
        path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()
    }
    return files, Path(entry["file"]).name


def imported(folder: Path, entry):
    files, main = files_of(folder, entry)
    return import_template(files, main)


def drawn(result):
    """(nodes of the template by id → type, edges, calls) of the compiled topology."""
    topology = compile_topology(result.document)
    ids = [node.id for node in topology.nodes]
    nodes = {node.id: node.kind for node in topology.nodes if node.kind not in {"client", "stub"}}
    edges = {(ids[link.source], ids[link.target], link.kind) for link in topology.links if link.kind not in DRAWN_ASIDE}
    calls = {(ids[link.source], ids[link.target]): link.style for link in topology.links if link.kind == "call"}
    return nodes, edges, calls


def compare(entry, result, edges, calls):
    """Add one template to the two scores: what its properties declare, what its functions call."""
    _, drawn_edges, called = drawn(result)
    wanted, optional = declared(entry)
    drawn_edges = {edge for edge in drawn_edges - optional if edge[2] not in CONTEXT}
    edges.wanted.update(kind for *_, kind in wanted)
    edges.drawn.update(kind for *_, kind in drawn_edges)
    edges.right.update(kind for *_, kind in drawn_edges & wanted)
    truth = {(edge["source"], edge["target"]) for edge in entry["code_edges"]}
    called = {pair: style for pair, style in called.items() if pair in truth or ":" not in pair[1]}
    calls.wanted.update(["solid", "suggested"] * len(truth))
    calls.drawn.update(called.values())
    calls.right.update(style for pair, style in called.items() if pair in truth)


def declared(entry):
    """(required edges, edges that are neither required nor wrong)."""
    edges = {(edge["source"], edge["target"], edge["kind"]) for edge in entry["edges"] if not edge.get("optional")}
    optional = {(edge["source"], edge["target"], edge["kind"]) for edge in entry["edges"] if edge.get("optional")}
    return edges, optional
