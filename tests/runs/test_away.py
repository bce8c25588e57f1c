"""The database or its disk is away in the middle of a run: nothing is lost, nothing is half written, and it goes on by itself."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.utils import DataError, InterfaceError, OperationalError

from flows.models import Execution, TraceChunk
from flows.runs import api, checkpoints, commit, simulations, slices, space, sweeper, upkeep
from flows.runs.bounds import Bound
from flows.runs.cache import HOT
from flows.runs.refusals import NO_SPACE
from tests.runs.conftest import SECOND
from tests.runs.test_any_history import assert_stored_is_the_fold

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def running(an_execution, send):
    """A slice of it is stored, more is asked for."""
    execution = an_execution()
    send(execution, count=400)
    api.demand(execution.id, kind="until", until_at=10 * SECOND)
    slices.go_on(execution.id, bound=Bound(records=300))
    execution.refresh_from_db()
    return execution


@pytest.fixture
def undisturbed(running):
    simulation = simulations.begin(running).simulation
    simulation.apply(simulations.as_logged(running.commands.get()))
    simulation.run_until(10 * SECOND)
    return simulation.sequence, simulation.digest()


def standing(execution):
    execution.refresh_from_db()
    return execution.state, execution.error, execution.wanted


def is_whole(execution, undisturbed):
    execution.refresh_from_db()
    assert (execution.head, execution.digest) == undisturbed
    assert_stored_is_the_fold(execution)


@pytest.mark.parametrize("error", [DataError("out of range"), ValueError("a NUL \x00 and half a pair \ud800")])
def test_what_no_database_takes_ends_the_run_with_a_sentence_and_is_not_tried_for_ever(
    running, monkeypatch, caplog, error
):
    caplog.set_level(logging.CRITICAL, slices.__name__)  # pytest-xdist cannot pass half a pair on

    def refused(*_):
        raise error

    monkeypatch.setattr(commit, "_write_answers", refused)
    slices.go_on(running.id, running.lease_token)
    state, sentence, wanted = standing(running)
    assert (state, wanted) == ("failed", False)
    assert sentence in (
        "The simulator stopped: DataError: out of range",
        "The simulator stopped: ValueError: a NUL ␀ and half a pair ?",
    )


@pytest.mark.parametrize(
    "error", [OperationalError("server closed the connection"), InterfaceError("connection closed")]
)
def test_a_database_that_goes_away_in_a_slice_costs_that_slice_only(running, work, undisturbed, monkeypatch, error):
    def away(*_):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(commit, "_write_answers", away)
        with pytest.raises(type(error)):
            slices.go_on(running.id, running.lease_token)
    assert standing(running) == ("running", "", True)
    Execution.objects.update(lease_until="2026-01-01T00:00:00Z")
    assert sweeper.sweep() == 1
    Execution.objects.update(lease_until="2026-01-01T00:00:00Z")
    work(running)
    is_whole(running, undisturbed)


def test_without_room_a_run_stops_with_a_sentence_and_goes_on_when_there_is_some(
    running, work, undisturbed, monkeypatch
):
    head = running.head
    with monkeypatch.context() as patch:
        patch.setattr(space, "is_left", lambda: False)
        assert slices.go_on(running.id, running.lease_token) is None
        assert standing(running) == ("stopped", NO_SPACE.message, True)
        assert running.head == head
        assert upkeep.look_after() == 0
        assert not checkpoints.write_if_cheap(None)
        assert api.demand(running.id, kind="until", until_at=10 * SECOND) is None
        assert standing(running) == ("stopped", NO_SPACE.message, True)
        assert sweeper.sweep() == 1
    assert slices.go_on(running.id, bound=Bound(records=10)).wanted
    assert standing(running) == ("running", "", True)
    Execution.objects.update(lease_until="2026-01-01T00:00:00Z")
    assert work(running).state == "idle"
    is_whole(running, undisturbed)


def test_somebody_may_stop_what_waits_for_room(running, monkeypatch):
    monkeypatch.setattr(space, "is_left", lambda: False)
    slices.go_on(running.id, running.lease_token)
    api.stop(running.id)
    assert not standing(running)[2]
    assert sweeper.sweep() == 0


def test_a_database_that_is_full_stops_the_run_whole_and_goes_on_when_it_may_grow(running, work, undisturbed):
    if connection.vendor != "sqlite":
        pytest.skip("a server is not told how large it may grow")

    def may_grow(pages: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {pages}")

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
    may_grow(pages)
    try:
        chunks = TraceChunk.objects.count()
        token = running.lease_token
        while standing(running)[0] == "running":
            slices.go_on(running.id, token)
        assert standing(running) == ("stopped", NO_SPACE.message, True)
        assert_stored_is_the_fold(running)
        assert TraceChunk.objects.count() >= chunks
        HOT.clear()
    finally:
        may_grow(2**30)
    work(running)
    assert standing(running) == ("idle", "", False)
    is_whole(running, undisturbed)


def test_room_is_what_is_left_on_the_disk_of_the_database(monkeypatch, tmp_path):
    database = {"ENGINE": space.SQLITE, "NAME": tmp_path / "redrive.sqlite3"}
    said = SimpleNamespace(DATABASES={"default": database}, RESERVED_BYTES=0)
    monkeypatch.setattr(space, "settings", said)
    assert space.is_left()
    said.RESERVED_BYTES = 2**62
    assert not space.is_left()
    database["ENGINE"] = "django.db.backends.postgresql"
    assert space.is_left()
