"""An execution is a fold over its logs: however it is cut, cached, restored or killed, the records are the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.models import Checkpoint
from flows.runs import api, checkpoints, restore
from flows.runs.bounds import Bound
from flows.runs.cache import HOT
from flows.traces import chunk as codec
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def undisturbed(an_execution, send, run):
    execution = an_execution()
    send(execution, count=300)
    send(execution, at=2 * SECOND, count=50, rate=None)
    return run(execution, "until", 60 * SECOND)


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    sizes=st.lists(st.integers(10, 700), min_size=2, max_size=8),
    stops=st.lists(st.integers(0, 60 * SECOND), max_size=3),
)
def test_slices_of_any_size_and_pauses_anywhere_give_the_same_digest(
    undisturbed, an_execution, send, run, sizes, stops
):
    execution = an_execution()
    send(execution, count=300)
    send(execution, at=2 * SECOND, count=50, rate=None)
    size = iter(sizes * 10_000)
    for until_at in [*sorted(stops), 60 * SECOND]:
        run(execution, "until", until_at, bound=lambda: Bound(records=next(size)))
    assert (execution.digest, execution.head) == (undisturbed.digest, undisturbed.head)


def test_without_the_hot_cache_every_slice_begins_with_a_replay_and_nothing_differs(
    undisturbed, an_execution, send, run
):
    execution = an_execution()
    send(execution, count=300)
    send(execution, at=2 * SECOND, count=50, rate=None)
    run(execution, "until", 60 * SECOND, bound=lambda: Bound(records=200), before_each=HOT.clear)
    assert execution.digest == undisturbed.digest


def test_with_every_checkpoint_deleted_in_the_middle_nothing_is_lost(undisturbed, an_execution, send, run, monkeypatch):
    monkeypatch.setattr(checkpoints, "SHARE", 1e9)
    execution = an_execution()
    send(execution, count=300)
    send(execution, at=2 * SECOND, count=50, rate=None)
    run(execution, "until", 20 * SECOND, bound=lambda: Bound(records=200))
    assert Checkpoint.objects.filter(execution_id=execution.id).count() == checkpoints.KEPT
    HOT.clear()
    Checkpoint.objects.all().delete()
    run(execution, "until", 60 * SECOND, bound=lambda: Bound(records=200))
    assert execution.digest == undisturbed.digest


def test_a_restart_goes_on_from_the_newest_checkpoint(undisturbed, an_execution, send, run, monkeypatch):
    monkeypatch.setattr(checkpoints, "SHARE", 1e9)
    execution = an_execution()
    send(execution, count=300)
    send(execution, at=2 * SECOND, count=50, rate=None)
    opened = []
    original = restore.simulations.open_box
    monkeypatch.setattr(
        restore.simulations, "open_box", lambda row, blob: opened.append(row.head) or original(row, blob)
    )
    run(execution, "until", 60 * SECOND, bound=lambda: Bound(records=200), before_each=HOT.clear)
    assert len(opened) > 5
    assert execution.digest == undisturbed.digest


def test_a_checkpoint_that_somebody_else_made_is_not_opened(an_execution, send, run, monkeypatch):
    monkeypatch.setattr(checkpoints, "SHARE", 1e9)
    execution = an_execution()
    send(execution, count=30)
    run(execution, "until", 10 * SECOND)
    Checkpoint.objects.update(blob=b"anything a stranger would like to have unpickled")
    HOT.clear()
    restore.to_frontier(execution, lambda: None)
    assert not Checkpoint.objects.exists()


def test_steps_one_at_a_time_record_what_a_run_does(an_execution, send, run):
    whole, stepped = an_execution(), an_execution()
    for execution in (whole, stepped):
        send(execution, count=5)
    run(whole, "quiet")
    for _ in range(2_000):
        if run(stepped, "step").quiet and not stepped.commands.filter(status="pending").exists():
            break
    run(stepped, "until", whole.frontier_at)
    assert stepped.digest == whole.digest


def test_the_stored_chunks_hold_every_record_once_in_aligned_blocks(undisturbed, an_execution, send, run):
    execution = an_execution()
    send(execution, count=2_000, rate=1_000)
    run(execution, "until", 60 * SECOND, bound=lambda: Bound(records=300))
    chunks = list(execution.chunks.all())
    assert [chunk.first for chunk in chunks] == [1, *(chunk.last + 1 for chunk in chunks[:-1])]
    assert chunks[-1].last == execution.head
    assert [chunk.last % 4096 for chunk in chunks if not chunk.provisional] == [0] * (execution.head // 4096)
    assert len([chunk for chunk in chunks if chunk.provisional]) < 16
    assert all(codec.decode(chunk.frame).last == chunk.last for chunk in chunks)


def test_a_replay_writes_the_very_records_that_are_stored(undisturbed):
    stored = codec.join([codec.decode(chunk.frame) for chunk in undisturbed.chunks.all()])
    again = restore.simulations.begin(undisturbed).simulation
    for command in undisturbed.commands.order_by("at", "ordinal"):
        again.apply(restore.simulations.as_logged(command))
    again.run_until(undisturbed.frontier_at)
    segment = codec.join([again.drain()])
    assert all((stored.columns[name] == segment.columns[name]).all() for name in segment.columns)
    assert stored.details == segment.details
    assert all((stored.subjects[name] == segment.subjects[name]).all() for name in segment.subjects)
    assert api.bodies(undisturbed.id, range(1, 10_000)) == dict(segment.bodies)
