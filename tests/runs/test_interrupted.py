"""A replay lets a click go first, loses nothing by it, and comes to the same."""

from __future__ import annotations

import pytest

from flows.models import Checkpoint, Execution
from flows.runs import api, dispatch, leases, patience, queued, restore, slices
from flows.runs.bounds import Bound
from flows.runs.cache import HOT
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

STEPS = 40


@pytest.fixture
def cold(an_execution, send, run, monkeypatch):
    """Half a run, in nobody's memory."""
    execution = an_execution()
    send(execution, count=300)
    run(execution, "until", 2 * SECOND)
    forget()
    monkeypatch.setattr(restore, "RECORDS_AT_A_TIME", STEPS)
    monkeypatch.setattr(restore, "STEPS_AT_A_TIME", 1)
    monkeypatch.setattr(patience, "UNASKED_S", 0.0)
    monkeypatch.setattr(patience, "ASK_EVERY_S", 0.0)
    return execution


@pytest.fixture
def clicks(monkeypatch):
    """Whether one waits, each time it is asked; after that none does."""
    waiting: list[bool] = []
    monkeypatch.setattr(queued, "click_behind", lambda _queue: lambda: bool(waiting) and waiting.pop(0))
    return waiting


def forget():
    HOT.clear()
    restore.PARTS.clear()
    Checkpoint.objects.all().delete()


def test_a_replay_is_interrupted_again_and_again_and_comes_to_the_same(cold, an_execution, send, run, work, clicks):
    undisturbed = an_execution()
    send(undisturbed, count=300)
    run(undisturbed, "until", 6 * SECOND)
    api.demand(cold.id, kind="until", until_at=6 * SECOND)
    clicks.extend([True] * 5)
    got_to = []
    for _ in range(5):
        assert slices.go_on(cold.id, bound=Bound()) is None
        got_to.append(restore.PARTS[cold.id].simulation.sequence)
    assert got_to == sorted(set(got_to)), "each goes on where the last was interrupted"
    assert work(cold).digest == undisturbed.digest
    assert not restore.PARTS


def test_an_interrupted_replay_gives_its_lease_up_and_stands_behind_the_click(cold, broker, priorities, clicks):
    api.demand(cold.id, kind="until", until_at=6 * SECOND)
    clicks.append(True)
    slices.go_on(cold.id)
    assert (broker[-1], priorities[-1]) == ((cold.id, None), dispatch.CONTINUED)
    cold.refresh_from_db()
    assert not leases.is_held(cold)
    assert cold.wanted


def test_a_replay_for_a_click_stands_behind_other_clicks_and_before_all_else(cold, send, work, priorities, clicks):
    send(cold, at=SECOND)
    clicks.append(True)
    slices.go_on(cold.id)
    assert priorities[-1] == dispatch.CLICKED
    generation = cold.generation
    assert work(cold).generation == generation + 1
    assert not cold.commands.exclude(status="applied").exists()


def test_what_an_interrupted_replay_had_got_to_is_of_no_use_when_somebody_else_went_on(cold, work, clicks):
    api.demand(cold.id, kind="until", until_at=6 * SECOND)
    clicks.append(True)
    slices.go_on(cold.id)
    part = restore.PARTS.pop(cold.id)
    row = slices.go_on(cold.id, bound=Bound(records=100))
    assert not part.leads_to(row, row.frontier_at, row.head)
    HOT.clear()
    restore.PARTS[cold.id] = part
    assert work(cold).frontier_at == 6 * SECOND


def test_only_a_few_are_kept(cold, clicks, monkeypatch):
    monkeypatch.setattr(restore, "PARTS_KEPT", 0)
    api.demand(cold.id, kind="until", until_at=6 * SECOND)
    clicks.append(True)
    slices.go_on(cold.id)
    assert not restore.PARTS
    assert Execution.objects.get(id=cold.id).wanted
