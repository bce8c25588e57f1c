"""The benchmark of executions runs and says what it compares. No time is asserted."""

from __future__ import annotations

import pytest

from tests.benchmarks import executions


@pytest.mark.parametrize("name", ["loop", "waiting", "items"])
def test_every_candidate_of_ours_does_what_it_says(name):
    assert executions.measure(name, 20).done == (42 if name == "loop" else 20)


def test_the_table_states_the_ratio():
    found = {"loop": executions.Measured(1000, 1.0), "moto": executions.Measured(1000, 250.0)}
    printed = executions.table(found).splitlines()[-1]
    assert " ".join(printed.split()) == "states through the service, times moto 250.00 ≥ 200 by 25 % (1,000 and 4/s)"
