"""One holder at a time; whoever slept past its lease commits nothing."""

from __future__ import annotations

import itertools
import subprocess
import sys
from datetime import timedelta

import pytest

from flows.models import Checkpoint, Execution, TraceChunk
from flows.runs import api, commit, dispatch, leases, slices, stopping, sweeper, wall_clock
from flows.runs.bounds import Bound
from flows.runs.cache import HOT
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def wanted(an_execution, send):
    execution = an_execution()
    send(execution, count=100)
    api.demand(execution.id, kind="until", until_at=10 * SECOND)
    return execution


def lapse(execution):
    Execution.objects.filter(id=execution.id).update(lease_until=wall_clock.now() - timedelta(seconds=1))


def test_only_one_of_two_takes_the_lease(wanted):
    first, second = leases.take(wanted.id), leases.take(wanted.id)
    assert (first.token, second) == (1, None)
    assert slices.go_on(wanted.id) is None


def test_a_lapsed_lease_is_taken_under_a_new_token_and_the_old_one_is_worth_nothing(wanted):
    first = leases.take(wanted.id)
    lapse(wanted)
    assert leases.take(wanted.id).token == 2
    assert leases.take(wanted.id, first.token) is None
    first.renewed_s -= 60
    with pytest.raises(leases.LeaseLost):
        first.renew()


def test_a_lease_of_before_the_clock_was_put_back_is_void(wanted, broker):
    leases.take(wanted.id)
    Execution.objects.filter(id=wanted.id).update(
        lease_owner="elsewhere:1:1", lease_until=wall_clock.now() + timedelta(hours=1)
    )
    broker.clear()
    assert sweeper.sweep() == 1
    assert broker == [(wanted.id, None)]
    Execution.objects.filter(id=wanted.id).update(
        lease_owner="elsewhere:1:1", lease_until=wall_clock.now() + timedelta(hours=1)
    )
    assert leases.take(wanted.id).token == 2


def test_of_two_runners_racing_the_one_whose_lease_lapsed_commits_nothing(wanted, work, monkeypatch):
    original = commit.commit

    def overtaken(done, simulation):
        """While the first runner was busy its lease lapsed, and a second one did the slice and the rest."""
        monkeypatch.setattr(commit, "commit", original)
        lapse(wanted)
        HOT.clear()
        work(wanted)
        return original(done, simulation)

    monkeypatch.setattr(commit, "commit", overtaken)
    assert slices.go_on(wanted.id, bound=Bound(records=300)) is None
    wanted.refresh_from_db()
    chunks = list(TraceChunk.objects.values_list("first", "last"))
    assert chunks[0][0] == 1
    assert chunks[-1][1] == wanted.head
    assert all(before[1] + 1 == after[0] for before, after in itertools.pairwise(chunks))
    assert (wanted.state, wanted.frontier_at, wanted.lease_token) == ("idle", 10 * SECOND, 2)


def test_a_demand_that_comes_during_a_slice_is_not_lost(wanted, work, broker, monkeypatch):
    original = commit.commit

    def meanwhile(done, simulation):
        monkeypatch.setattr(commit, "commit", original)
        api.demand(wanted.id, kind="until", until_at=12 * SECOND)
        return original(done, simulation)

    monkeypatch.setattr(commit, "commit", meanwhile)
    broker.clear()
    row = slices.go_on(wanted.id, bound=Bound())
    assert row.wanted
    assert broker == [(wanted.id, row.lease_token)]
    lapse(wanted)
    assert work(wanted).frontier_at == 12 * SECOND


def test_a_click_takes_a_waiting_lease_from_its_queue_and_the_task_it_was_left_to_ends(
    wanted, send, broker, django_capture_on_commit_callbacks
):
    row = slices.go_on(wanted.id, bound=Bound(records=100))
    assert row.lease_owner == leases.WAITING + leases.owner()
    broker.clear()
    with django_capture_on_commit_callbacks(execute=True):
        send(wanted, at=row.frontier_at)
    assert broker == [(wanted.id, None)]
    hurried = slices.go_on(wanted.id, bound=Bound(records=100))
    assert hurried.lease_token == row.lease_token + 1
    assert slices.go_on(wanted.id, row.lease_token) is None
    assert slices.go_on(wanted.id, hurried.lease_token).head > hurried.head


def test_a_click_while_somebody_is_at_work_hurries_that_one_and_nobody_else_begins(
    wanted, send, broker, priorities, django_capture_on_commit_callbacks
):
    leases.take(wanted.id)
    with django_capture_on_commit_callbacks(execute=True):
        send(wanted)
    assert (broker[-1], priorities[-1]) == ((wanted.id, None), dispatch.CLICKED)
    assert slices.go_on(wanted.id) is None


def test_a_demand_while_somebody_is_at_work_wakes_nobody(wanted, broker, django_capture_on_commit_callbacks):
    leases.take(wanted.id)
    broker.clear()
    with django_capture_on_commit_callbacks(execute=True):
        api.demand(wanted.id, kind="until", until_at=12 * SECOND)
    assert broker == []


def test_a_click_goes_before_a_demand_and_that_before_what_goes_on_by_itself(
    wanted, send, priorities, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        api.demand(wanted.id, kind="quiet")
        api.demand(wanted.id, kind="step")
        send(wanted, at=0)
    assert priorities == sorted(priorities, reverse=True)
    assert priorities == [dispatch.FRESH, dispatch.CLICKED, dispatch.CLICKED]


def test_a_click_that_came_during_a_slice_is_answered_by_the_next_which_goes_before_all_others(
    wanted, send, priorities, monkeypatch
):
    slices.go_on(wanted.id, bound=Bound(records=100))
    original = commit.commit

    def meanwhile(done, simulation):
        monkeypatch.setattr(commit, "commit", original)
        send(wanted, at=0)
        return original(done, simulation)

    row = Execution.objects.get(id=wanted.id)
    assert priorities[-1] == dispatch.FRESH, "it has just answered a click"
    row = slices.go_on(wanted.id, row.lease_token, bound=Bound(records=100))
    assert priorities[-1] == dispatch.CONTINUED
    monkeypatch.setattr(commit, "commit", meanwhile)
    row = slices.go_on(wanted.id, row.lease_token, bound=Bound(records=100))
    assert priorities[-1] == dispatch.CLICKED


def test_what_is_asked_anew_during_a_slice_does_not_wait_behind_what_goes_on_by_itself(wanted, priorities, monkeypatch):
    row = slices.go_on(wanted.id, bound=Bound(records=100))
    original = commit.commit

    def meanwhile(done, simulation):
        api.demand(wanted.id, kind="until", until_at=12 * SECOND)
        return original(done, simulation)

    monkeypatch.setattr(commit, "commit", meanwhile)
    slices.go_on(wanted.id, row.lease_token, bound=Bound(records=100))
    assert priorities[-1] == dispatch.FRESH


def test_a_slice_that_answers_a_click_is_short_and_told_with_the_first_that_comes_of_it(wanted, monkeypatch):
    monkeypatch.setattr("flows.runs.patience.SECONDS_PER_ANSWER", 0.0)
    row = slices.go_on(wanted.id)
    assert row.commands.get().status == "applied"
    assert (row.frontier_at, row.wanted) == (0, True)


def test_who_looks_at_a_run_that_waits_for_its_turn_does_not_take_it_from_its_worker(wanted, broker, queues):
    row = slices.go_on(wanted.id, bound=Bound(records=100))
    Execution.objects.filter(id=wanted.id).update(long_running=True)
    api.wake(wanted.id)
    assert (broker[-1], queues[-1]) == ((wanted.id, dispatch.VOID), "long.0")
    assert slices.go_on(*broker[-1]) is None
    assert slices.go_on(wanted.id, row.lease_token).head > row.head


def test_who_looks_at_a_run_that_nobody_goes_on_with_sends_it_on_its_way(wanted, broker):
    api.wake(wanted.id)
    assert broker[-1] == (wanted.id, None)


def test_a_worker_asked_to_stop_in_a_replay_gives_its_lease_up_and_another_goes_on(wanted, work, broker):
    slices.go_on(wanted.id, bound=Bound(records=300))
    Checkpoint.objects.all().delete()
    HOT.clear()
    broker.clear()
    stopping.ask()
    try:
        assert slices.go_on(wanted.id) is None
    finally:
        stopping.forget()
    wanted.refresh_from_db()
    assert not leases.is_live(wanted)
    assert broker == [(wanted.id, None)]
    assert work(wanted).frontier_at == 10 * SECOND


def test_what_was_swept_is_not_swept_again_at_once_and_may_be_taken(wanted, broker):
    leases.take(wanted.id)
    lapse(wanted)
    assert [sweeper.sweep(), sweeper.sweep()] == [1, 0]
    assert leases.take(wanted.id).token == 2


def test_what_was_left_to_a_broker_that_is_no_more_is_sent_at_once(wanted, broker):
    row = slices.go_on(wanted.id, bound=Bound(records=100))
    broker.clear()
    assert [sweeper.sweep(), sweeper.sweep(hints_lost=True)] == [0, 1]
    assert broker == [(wanted.id, None)]
    assert slices.go_on(wanted.id).head > row.head


def test_what_waits_longer_in_its_queue_than_a_lease_lasts_goes_before_nobody(wanted, priorities):
    slices.go_on(wanted.id, bound=Bound(records=100))
    lapse(wanted)
    assert (sweeper.sweep(), priorities[-1]) == (1, dispatch.CONTINUED)


def test_who_is_at_work_does_not_mind_a_new_broker(wanted):
    leases.take(wanted.id)
    assert sweeper.sweep(hints_lost=True) == 0


def test_the_sweeper_sends_only_what_is_stranded(wanted, an_execution, broker):
    an_execution()
    broker.clear()
    assert sweeper.sweep() == 1
    leases.take(wanted.id)
    assert sweeper.sweep() == 0
    lapse(wanted)
    assert sweeper.sweep() == 1
    assert broker == [(wanted.id, None)] * 2


def test_a_dead_neighbours_lease_is_found_behind_any_number_of_earlier_ones(wanted, an_execution, broker, monkeypatch):
    monkeypatch.setattr(sweeper, "AT_A_TIME", 1)
    other = an_execution()
    api.demand(other.id, kind="until", until_at=SECOND)
    leases.take(other.id)
    leases.take(wanted.id)
    Execution.objects.filter(id=wanted.id).update(lease_until=wall_clock.now() + timedelta(hours=1))
    assert (sweeper.sweep(), broker[-1]) == (1, (wanted.id, None))


def test_the_lease_of_a_killed_process_of_this_machine_is_void_at_once(wanted):
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    machine = leases.owner().rpartition(":")[0]
    assert leases.is_gone(f"{machine}:{int(child.stdout)}")
    assert not leases.is_gone(leases.owner())
    assert not leases.is_gone("elsewhere:1:1")
    leases.take(wanted.id)
    Execution.objects.filter(id=wanted.id).update(lease_owner=f"{machine}:{int(child.stdout)}")
    assert sweeper.sweep() == 1
    assert leases.take(wanted.id).token == 2


def test_a_process_killed_between_simulating_and_committing_leaves_nothing(wanted, work, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(commit, "_decide", die)
        with pytest.raises(Killed):
            slices.go_on(wanted.id)
    assert not TraceChunk.objects.exists()
    assert Execution.objects.get().head == 0
    HOT.clear()
    lapse(wanted)
    assert work(wanted).frontier_at == 10 * SECOND


def test_a_simulator_that_raises_fails_with_a_sentence_and_keeps_what_was_recorded(wanted, work, run, monkeypatch):
    work(wanted)
    head = wanted.head

    def broken(*_args, **_options):
        raise ZeroDivisionError("a bug")

    live = HOT.take(wanted)
    monkeypatch.setattr(live.simulation, "run_until", broken, raising=True)
    HOT.put(live)
    run(wanted, "until", 20 * SECOND)
    assert (wanted.state, wanted.head) == ("failed", head)
    assert wanted.error == "The simulator stopped: ZeroDivisionError: a bug"
    refusal = api.demand(wanted.id, kind="step")
    assert refusal.code == "ExecutionFailed"
    assert TraceChunk.objects.order_by("last").last().last == head


def test_records_that_do_not_come_out_again_fail_the_execution(wanted, work, run):
    work(wanted)
    Execution.objects.update(digest="0" * 64)
    HOT.clear()
    Checkpoint.objects.all().delete()
    assert run(wanted, "until", 20 * SECOND).error == "Simulated again, its past differs from what is stored."


def test_another_engine_reads_but_does_not_go_on_and_a_command_forks(wanted, work, send):
    work(wanted)
    Execution.objects.update(engine_fingerprint="another")
    assert api.demand(wanted.id, kind="step").code == "OtherEngine"
    fork = send(wanted, at=10 * SECOND).fork
    assert work(fork).digest
    assert fork.frontier_at == 10 * SECOND
    assert api.chunks_after(wanted.id, 0)


def test_a_worker_with_another_engine_stops_and_one_with_its_own_goes_on(wanted, work):
    own = wanted.engine_fingerprint
    Execution.objects.update(engine_fingerprint="that of a newer web process")
    slices.go_on(wanted.id)
    assert api.status(wanted.id).state == "stopped"
    assert "another version of the engine" in api.status(wanted.id).error
    Execution.objects.update(engine_fingerprint=own)
    api.demand(wanted.id, kind="until", until_at=SECOND)
    assert (work(wanted).state, wanted.error) == ("idle", "")


def test_stop_ends_what_was_asked_and_the_next_demand_goes_on(wanted, work, run):
    slices.go_on(wanted.id, bound=Bound(records=100))
    api.stop(wanted.id)
    assert api.status(wanted.id).state == "stopped"
    assert slices.go_on(wanted.id) is None
    assert run(wanted, "until", 10 * SECOND).state == "idle"


def test_a_hint_that_cannot_be_sent_leaves_the_execution_to_the_sweeper(wanted, monkeypatch, broker):
    monkeypatch.setattr("flows.runs.dispatch.hint", lambda *_args, **_options: False)
    assert slices.go_on(wanted.id, bound=Bound(records=100)).wanted
    wanted.refresh_from_db()
    assert not leases.is_live(wanted)


def test_delete_means_gone(wanted, work, monkeypatch):
    monkeypatch.setattr("flows.runs.checkpoints.SHARE", 1e9)
    fork = api.fork(wanted.id, 0, "Bob")
    work(wanted)
    assert Checkpoint.objects.exists()
    api.delete_execution(wanted.id)
    assert not Checkpoint.objects.exists()
    assert not TraceChunk.objects.exists()
    fork.refresh_from_db()
    assert fork.parent is None
