"""`python -m tests.importers.running [MANIFEST] [--all]`: every template imported and run, with traffic from where its messages come from.

Sources are what takes requests and is fed by nothing else in the template, the routes of its APIs, the rules' own patterns, and schedules,
which fire by themselves. A template runs when its ledger adds up, every message ends or comes to rest where messages rest (a
queue that nobody reads, a stream, a table, a bucket), and nothing on the way stands still for want of its service.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.engine.segment import Segment
from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology import compile_topology, validate
from flows.topology.compiled import CompiledLink, CompiledNode, CompiledTopology
from flows.traces.projections.ledger import Books, violations
from flows.traces.reading import Reading
from tests.builders import MINUTE
from tests.importers.corpus import imported, manifest
from tests.importers.samples import MISSING, sample
from tests.importers.score import OURS

LONG = 180 * MINUTE
PATIENCE = 30 * MINUTE
"""What is at the same place for so long waits; what came later is on its way."""
RECORDS = 60_000
TAKES = {
    "queue",
    "topic",
    "bucket",
    "function",
    "machine",
    "stream",
    "table",
    "graphql-api",
    "delivery-stream",
    "container-task",
}
RESTS = {"stream", "table", "bucket", "archive", "stub"}
"""Where messages may stay; so they may in a queue that nothing reads."""
ASIDE = {"connector", "db-member", "alarm-action", "call", "send"}
"""Links over which messages need not go: a call may only read."""
PLAIN = '{"id": "{{index}}", "order": {{index}}, "detail": {"order": {{index}}}}'


@dataclass
class Ran:
    id: str
    wrong: list[str] = field(default_factory=list)
    """Why it does not count as running."""
    quiet: list[str] = field(default_factory=list)
    """Links over which nothing went."""
    waiting: dict[str, int] = field(default_factory=dict)
    records: int = 0

    @property
    def runs(self) -> bool:
        return not self.wrong


def run(id_: str, document: dict[str, Any]) -> Ran:
    ran = Ran(id_)
    ran.wrong += [found.message for found in validate(document) if found.severity == "error"]
    if ran.wrong:
        return ran
    topology = compile_topology(document)
    simulation = Simulation.begin(topology, seed=1)
    for ordinal, params in enumerate(traffic(topology), 1):
        answer = simulation.apply(Command(ordinal, 0, "Alice", "client:StartTraffic", params))
        if answer.refusal is not None:
            ran.wrong.append(f"{params['TargetArn']}: {answer.refusal.message}")
    simulation.run_until(LONG - PATIENCE, records=RECORDS)
    early = simulation.drain()
    simulation.run_until(LONG, records=RECORDS)
    parts = [early, simulation.drain()]
    ran.wrong += violations(KINDS, parts)[:3]
    stayed = _present(parts[:1]) & _present(parts)
    for node, count in Counter(node for node, _ in stayed).items():
        if not _may_rest(topology, topology.nodes[node]):
            ran.waiting[topology.nodes[node].id] = count
    reading = Reading(KINDS, parts)
    ran.records = reading.count
    used = links_used(reading)
    if ran.records < 3:
        ran.wrong.append("nothing happened")
    ran.quiet = [_said(topology, link) for link in topology.links if link.index not in used and link.kind not in ASIDE]
    ran.wrong += [
        f"{node.id} stands still: {node.missing}" for node in topology.nodes if node.missing and node.kind != "stub"
    ]
    ran.wrong += [f"stands still: {_said(topology, link)}" for link in topology.links if _stands(topology, link)]
    ran.wrong += [f"{count} wait at {node} after three hours" for node, count in ran.waiting.items()]
    return ran


def _present(parts: list[Segment]) -> set[tuple[int, int]]:
    """(node, copy) of everything that is somewhere at the end."""
    books = Books()
    books.read(Reading(KINDS, parts))
    return {(node, subject) for node, here in books.here.items() for subject in here}


def traffic(topology: CompiledTopology) -> list[dict[str, Any]]:
    fed = {link.target for link in topology.links if link.kind not in {"send", "connector"} and _feeds(link)}
    found: list[dict[str, Any]] = []
    for node in topology.nodes:
        if node.missing:
            continue
        if node.kind == "bus":
            found += _events(topology, node)
        elif node.kind == "api":
            found += _requests(topology, node)
        elif node.kind in TAKES and node.index not in fed:
            found += [_sent(node, body) for body in _bodies(topology, node)]
    return found


def _feeds(link: CompiledLink) -> bool:
    """Whether it begins something at its end: a call that only reads does not, nor one that answers a token."""
    return link.config is not None and "states:SendTaskSuccess" not in link.properties.get("operations", ())


def _sent(node: CompiledNode, body: str, **more: Any) -> dict[str, Any]:
    return {"TargetArn": node.arn, "Mode": "rate", "RatePerSecond": 1, "Count": 3, "MessageBody": body, **more}


def _bodies(topology: CompiledTopology, node: CompiledNode) -> list[str]:
    """A plain body, and one for each filter that stands behind the node."""
    bodies = [PLAIN]
    for link in topology.links_from(node.index):
        mapping = getattr(link.config, "filters", None) or ()
        for text in mapping if isinstance(mapping, tuple) else ():
            found = sample(json.loads(text)) if isinstance(text, str) else MISSING
            inner = found.get("body", found.get("data")) if isinstance(found, dict) else None
            if isinstance(inner, dict):
                bodies.append(json.dumps(inner))
    return bodies


def _events(topology: CompiledTopology, bus: CompiledNode) -> list[dict[str, Any]]:
    found = []
    for link in topology.links_from(bus.index):
        pattern = topology.nodes[link.target].properties.get("EventPattern")
        wanted = (
            sample(json.loads(pattern) if isinstance(pattern, str) else pattern) if link.kind == "bus-rule" else None
        )
        if isinstance(wanted, dict):
            entry = {
                "Source": wanted.get("source", "the.client"),
                "DetailType": wanted.get("detail-type", "Something"),
                "Detail": wanted.get("detail", {"order": 1}),
            }
            found.append(_sent(bus, json.dumps(entry)))
    return found


def _requests(topology: CompiledTopology, api: CompiledNode) -> list[dict[str, Any]]:
    routes = [route for link in topology.links_from(api.index) for route in link.properties.get("routes", ())]
    found = []
    for route in routes or ["POST /"]:
        method, _, path = route.partition(" ")
        if path.startswith("/"):
            parts = ["1" if part.startswith("{") else part for part in path.split("/")]
            found.append(_sent(api, PLAIN, Method="POST" if method == "ANY" else method, Path="/".join(parts)))
        else:
            found.append(_sent(api, PLAIN))
    return found


def links_used(reading: Reading) -> set[int]:
    """The links that any record speaks of."""
    return {
        link
        for index in range(reading.count)
        for name, link in reading.record(index).fields.items()
        if name == "link" and isinstance(link, int)
    }


def _may_rest(topology: CompiledTopology, node: CompiledNode) -> bool:
    read = any(
        link.kind in {"esm", "pipe-source", "ecs-poll"} and link.config is not None
        for link in topology.links_from(node.index)
    )
    return node.kind in RESTS or (node.kind == "queue" and not read)


def _stands(topology: CompiledTopology, link: CompiledLink) -> bool:
    return link.config is None and link.kind not in ASIDE and topology.nodes[link.source].kind != "stub"


def _said(topology: CompiledTopology, link: CompiledLink) -> str:
    return f"{link.kind} {topology.nodes[link.source].id} → {topology.nodes[link.target].id}"


def main(given: list[str]) -> None:
    folder = Path(given[0]).resolve().parents[1] if given else OURS
    found = []
    for entry in manifest(folder):
        document = imported(folder, entry).document
        assert document is not None
        ran = run(entry["id"], document)
        found.append(ran)
        print(f"{'runs ' if ran.runs else 'STOPS'}  {ran.id:28} {ran.records:6} records", flush=True)
        for line in [*ran.wrong, *(f"quiet: {each}" for each in ran.quiet)]:
            print(f"         {line}")
    print(f"{sum(each.runs for each in found)} of {len(found)} run from their sources to an end")


if __name__ == "__main__":
    main(sys.argv[1:])
