"""The 44 public templates: each gives a topology and a report, with the nodes and edges somebody read in it by eye."""

from __future__ import annotations

import pytest

from flows.topology import validate
from flows.topology.types import NODE_TYPES
from tests.conftest import CASES
from tests.importers.corpus import CONTEXT, declared, drawn, imported, manifest
from tests.importers.score import score, table

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
ENTRIES = {entry["id"]: entry for entry in manifest(CASES)} if CASES.is_dir() else {}
KIND_OF = {row.corpus: row.kind for row in NODE_TYPES.values()}
FLOOR = 0.98


def test_there_are_forty_four():
    assert len(ENTRIES) == 44


@pytest.mark.parametrize("id_", ENTRIES)
def test_a_template_gives_a_topology_and_a_report(id_):
    result = imported(CASES, ENTRIES[id_])
    assert result.document is not None
    assert result.report
    assert result.problems == []
    assert [problem for problem in validate(result.document) if problem.severity == "error"] == []


@pytest.mark.parametrize("id_", ENTRIES)
def test_every_resource_is_in_the_picture_or_in_the_report(id_):
    entry = ENTRIES[id_]
    result = imported(CASES, entry)
    nodes, _, _ = drawn(result)
    assert nodes == {node["id"]: KIND_OF[node["kind"]] for node in entry["nodes"]}
    told = {line.resource for line in result.report}
    assert set(entry["other_resources"]) <= told
    assert {node["id"] for node in entry["nodes"] if not node.get("implicit")} <= told


@pytest.mark.parametrize("id_", ENTRIES)
def test_the_edges_are_those_of_the_manifest(id_):
    entry = ENTRIES[id_]
    _, edges, _ = drawn(imported(CASES, entry))
    wanted, optional = declared(entry)
    assert {edge for edge in edges - optional if edge[2] not in CONTEXT} == wanted


def test_precision_and_recall_by_kind(capsys):
    edges, calls = score(CASES)
    with capsys.disabled():
        print("\n" + table(edges, calls))
    assert edges.precision() >= FLOOR
    assert edges.recall() >= FLOOR
    assert calls.precision("solid") >= 0.9
    assert calls.recall("solid") >= 0.8
