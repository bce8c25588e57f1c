"""Other people's templates, run as they are: everything that takes messages gets some, and the ledger adds up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology import compile_topology, validate
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import MINUTE
from tests.importers.corpus import imported, manifest

CASES = Path(__file__).parents[3] / "shared" / "cases"
TAKERS = ("queue", "topic", "bucket", "function")
pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not CASES.exists(), reason="the recorded cases are not here (../shared/cases)"),
]


ENTRIES = manifest(CASES) if CASES.exists() else []


def traffic(topology: CompiledTopology) -> list[dict[str, Any]]:
    return [
        {"TargetArn": node.arn, "Mode": "rate", "RatePerSecond": 1, "Count": 5, "MessageBody": '{"order": {{index}}}'}
        for node in topology.nodes
        if node.kind in TAKERS and not node.missing
    ]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_a_template_runs(entry: dict[str, Any]):
    result = imported(CASES, entry)
    if any(problem.severity == "error" for problem in validate(result.document)):
        pytest.skip("AWS would not take it as it is")
    topology = compile_topology(result.document)
    simulation = Simulation.begin(topology, seed=1)
    for ordinal, params in enumerate(traffic(topology), 1):
        answer = simulation.apply(Command(ordinal, 0, "Alice", "client:StartTraffic", params))
        assert answer.refusal is None, answer.refusal
    simulation.run_until(30 * MINUTE, records=20_000)
    assert violations(KINDS, [simulation.drain()]) == []
