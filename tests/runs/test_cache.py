"""The hot cache serves only what stands exactly where the row does, and keeps within bounds."""

from __future__ import annotations

import pytest

from flows.models import Execution
from flows.runs import cache
from flows.runs.cache import HOT, HotCache
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.mark.parametrize(
    "moved", [{"generation": 2}, {"head": 1}, {"frontier_at": 1}, {"engine_fingerprint": "another"}]
)
def test_a_simulation_that_stands_elsewhere_is_forgotten(an_execution, run, moved):
    execution = run(an_execution(), "until", SECOND)
    assert HOT.get(execution) is not None
    Execution.objects.update(**{name: value if isinstance(value, str) else value + 5 for name, value in moved.items()})
    execution.refresh_from_db()
    assert HOT.get(execution) is None


def test_the_least_recently_used_goes_first(an_execution, run):
    first, second, third = (run(an_execution(), "until", SECOND) for _ in range(3))
    kept = HotCache(capacity=2)
    for execution in (first, second):
        kept.put(HOT.get(execution))
    kept.get(first)
    kept.put(HOT.get(third))
    assert [kept.get(execution) is not None for execution in (first, second, third)] == [True, False, True]


def test_large_simulations_are_few_but_the_one_at_work_stays(an_execution, send, run, monkeypatch):
    monkeypatch.setattr(cache, "SUBJECTS", 50)
    small, large = an_execution(), an_execution()
    run(small, "until", SECOND)
    send(large, count=100)
    assert HOT.get(small) is not None
    run(large, "until", SECOND)
    assert HOT.get(small) is None
    assert HOT.get(large) is not None
