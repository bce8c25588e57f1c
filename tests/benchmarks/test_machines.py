"""The benchmark of state machines runs and says what it compares. No time is asserted."""

from __future__ import annotations

import pytest

from tests.benchmarks.machines import CANDIDATES, measure, table
from tests.benchmarks.measuring import Measured


@pytest.mark.parametrize("name", [name for name in CANDIDATES if name != "moto"])
def test_every_candidate_does_what_it_is_asked(name):
    assert measure(name, 20).done == (42 if name == "ours" else 20)


def test_the_table_says_how_far_the_bar_is_met():
    best = {name: Measured(1000, 0.5) for name in CANDIDATES}
    assert "MISSED by 100 %" in table(best)
    best["ours"] = Measured(1_000_000, 0.5)
    assert "by 400 %" in table(best)
