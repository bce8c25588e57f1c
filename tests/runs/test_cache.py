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
    HOT.put(HOT.take(execution))
    Execution.objects.update(**{name: value if isinstance(value, str) else value + 5 for name, value in moved.items()})
    execution.refresh_from_db()
    assert HOT.take(execution) is None


def test_what_one_thread_goes_on_with_no_other_gets(an_execution, run):
    """As `tests/dashboard/test_live_run.py` once met it: a slice boxed its state while the next one went on with it."""
    execution = run(an_execution(), "until", SECOND)
    live = HOT.take(execution)
    assert HOT.take(execution) is None
    HOT.put(live)
    assert HOT.take(execution) is live


def test_the_least_recently_used_goes_first(an_execution, run):
    first, second, third = (run(an_execution(), "until", SECOND) for _ in range(3))
    kept = HotCache(capacity=2)
    for execution in (first, second):
        kept.put(HOT.take(execution))
    kept.put(kept.take(first))
    kept.put(HOT.take(third))
    assert [kept.take(execution) is not None for execution in (first, second, third)] == [True, False, True]


def test_large_simulations_are_few_but_the_one_at_work_stays(an_execution, send, run, monkeypatch):
    monkeypatch.setattr(cache, "SUBJECTS", 50)
    small, large = an_execution(), an_execution()
    run(small, "until", SECOND)
    send(large, count=100)
    HOT.put(HOT.take(small))
    run(large, "until", SECOND)
    assert HOT.take(small) is None
    assert HOT.take(large) is not None
