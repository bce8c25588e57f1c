"""What goes by itself and what stays; and that what is deleted is gone, from the disk too."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, connections

from flows.models import (
    Answered,
    BodyBlock,
    Checkpoint,
    Command,
    Effect,
    Execution,
    Keyframe,
    TraceChunk,
    Truncation,
    Viewing,
)
from flows.runs import api, retention, usage, wall_clock
from flows.runs.slices import go_on
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

DAY = timedelta(days=1)
OF_AN_EXECUTION = (BodyBlock, Command, Effect, Keyframe, TraceChunk, Truncation, Viewing)


@pytest.fixture
def a_run(an_execution, send, run, monkeypatch):
    """An execution with a hundred orders in it and a checkpoint, last moved so many days ago."""
    monkeypatch.setattr("flows.runs.checkpoints.SHARE", 1e9)

    def begin(days: float = 0):
        execution = an_execution()
        send(execution, count=100)
        run(execution, "until", 5 * SECOND)
        Execution.objects.filter(id=execution.id).update(updated_at=wall_clock.now() - timedelta(days=days))
        return execution

    return begin


def a_viewing(execution, renewed_at):
    Viewing.objects.create(
        execution=execution,
        viewer=uuid4().hex,
        name="Bob",
        may_drive=True,
        joined_at=renewed_at,
        renewed_at=renewed_at,
    )


def living():
    return set(Execution.objects.values_list("id", flat=True))


def test_by_default_no_execution_goes_whatever_its_age(a_run):
    old = a_run(days=4000)
    assert retention.tidy() == 0
    assert living() == {old.id}


def test_what_nobody_has_moved_for_so_many_days_goes_with_all_that_hangs_on_it(a_run, settings):
    old, young = a_run(days=31), a_run(days=29)
    Effect.objects.create(execution=old, ordinal=1, code_hash="c", input_hash="i", outcome={}, at=0)
    Truncation.objects.create(execution=old, generation=2, at=0, after=0)
    settings.KEEP_DAYS = 30
    assert retention.tidy() == 1
    assert living() == {young.id}
    for model in (*OF_AN_EXECUTION, Checkpoint):
        assert not model.objects.filter(execution_id=old.id).exists(), model
    assert TraceChunk.objects.filter(execution=young).exists()


def test_what_is_asked_for_or_looked_at_stays(a_run, settings):
    wanted, seen, left = a_run(days=9), a_run(days=9), a_run(days=9)
    Execution.objects.filter(id=wanted.id).update(wanted=True)
    a_viewing(seen, wall_clock.now())
    a_viewing(left, wall_clock.now() - timedelta(minutes=5))
    settings.KEEP_DAYS = 1
    assert list(retention.due()) == [left.id]


def test_when_all_take_too_much_the_longest_unmoved_go_until_they_do_not(a_run, settings):
    oldest, older, newest = a_run(days=3), a_run(days=2), a_run(days=1)
    sizes = usage.of_executions([oldest.id, older.id, newest.id])
    assert min(sizes.values()) > 1000
    settings.KEEP_BYTES = sizes[newest.id] + sizes[older.id]
    assert list(retention.due()) == [oldest.id]
    settings.KEEP_BYTES = 1
    assert list(retention.due()) == [oldest.id, older.id, newest.id]
    assert list(retention.due(days=0, most_bytes=0)) == []


def test_deleting_an_execution_keeps_its_forks_and_stops_its_worker(a_run, work):
    execution = a_run()
    fork = api.fork(execution.id, SECOND, "Bob")
    api.demand(execution.id, kind="until", until_at=20 * SECOND)
    api.delete_execution(execution.id)
    assert go_on(execution.id) is None
    fork.refresh_from_db()
    assert (fork.parent, work(fork).frontier_at) == (None, SECOND)


def test_of_an_execution_at_rest_the_newest_checkpoint_is_enough(a_run, run):
    resting, busy = a_run(), a_run()
    for execution in (resting, busy):
        for second in (6, 7):
            run(execution, "until", second * SECOND)
    Execution.objects.filter(id=resting.id).update(updated_at=wall_clock.now() - 2 * DAY)
    before = Checkpoint.objects.filter(execution_id=busy.id).count()
    newest = Checkpoint.objects.filter(execution_id=resting.id).latest("id")
    retention.collect_garbage()
    assert list(Checkpoint.objects.filter(execution_id=resting.id)) == [newest]
    assert Checkpoint.objects.filter(execution_id=busy.id).count() == before > 1


def test_garbage_is_what_nobody_can_ask_for(a_run):
    execution = a_run()
    Checkpoint.objects.filter(execution_id=execution.id).update(execution_id=uuid4())
    a_viewing(execution, wall_clock.now() - 2 * timedelta(hours=1))
    a_viewing(execution, wall_clock.now())
    Answered.objects.create(key="old", route="POST /", status=201)
    Answered.objects.update(created_at=wall_clock.now() - 2 * DAY)
    Answered.objects.create(key="new", route="POST /", status=201)
    stray = Checkpoint.objects.count()
    assert stray >= 1
    assert retention.collect_garbage() == stray + 2
    assert (Checkpoint.objects.count(), Viewing.objects.count(), Answered.objects.get().key) == (0, 1, "new")


@pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])
def test_the_file_shrinks_after_a_deletion(a_run, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("a server gives room back in its own way")
    execution = a_run()
    BodyBlock.objects.create(execution=execution, first=10**6, last=10**6, blob=bytes(8 * 2**20))
    before = usage.of_disk().taken
    api.delete_execution(execution.id)
    assert retention.shrink() > 2_000
    assert usage.of_disk().taken < before - 8 * 2**20
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)


def test_the_command_says_what_would_go_and_then_what_went(a_run, capsys):
    old, young = a_run(days=31), a_run()
    call_command("tidy", "--days", "30", "--dry-run")
    said = capsys.readouterr().out
    assert str(old.id) in said
    assert str(young.id) not in said
    assert said.endswith("1 executions would be deleted.\n")
    assert living() == {old.id, young.id}
    call_command("tidy", "--days", "30")
    assert "1 executions deleted" in capsys.readouterr().out
    assert living() == {young.id}
