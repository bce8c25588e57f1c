"""The benchmark of executions runs and says what it compares. No time is asserted."""

from __future__ import annotations

import pytest

from tests.benchmarks import executions


@pytest.mark.parametrize("name", ["loop", "waiting", "items"])
def test_every_candidate_of_ours_does_what_it_says(name):
    assert executions.measure(name, 20).done == (42 if name == "loop" else 20)


def test_the_table_states_the_ratio():
    found = {"loop": executions.Measured(1000, 1.0), "moto": executions.Measured(1000, 250.0)}
    assert executions.table(found).splitlines()[-1] == f"{'states per second, times moto':44}{250:>9}   ≥ 200"
