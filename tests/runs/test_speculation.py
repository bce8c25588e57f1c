"""What lies after the driver's playhead is speculative: a command there truncates it, one in the seen past forks."""

from __future__ import annotations

import pytest

from flows.models import CommandStatus, Execution
from flows.runs import api, restore, truncate
from flows.runs.bounds import Bound
from flows.runs.cache import HOT
from flows.traces import chunk as codec
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def played(an_execution, send, run):
    """Alice has seen five seconds of twenty that are simulated."""
    execution = an_execution()
    send(execution, count=1_000)
    run(execution, "until", 20 * SECOND, bound=lambda: Bound(records=700))
    api.set_seen(execution.id, 5 * SECOND)
    return execution


@pytest.mark.parametrize("memory", ["boxes in memory", "nothing in memory"])
def test_a_command_in_the_speculative_stretch_truncates_and_goes_on(played, an_execution, send, run, work, memory):
    before = [codec.decode(chunk.frame) for chunk in played.chunks.all()]
    if memory == "nothing in memory":
        HOT.clear()
    submitted = send(played, at=8 * SECOND, count=3)
    assert submitted.fork is None
    work(played)
    kept = api.kept_since(played.id, 1)
    assert kept.at == 8 * SECOND
    assert (played.generation, played.frontier_at, played.state) == (2, 8 * SECOND, "idle")
    stored = codec.join([codec.decode(chunk.frame) for chunk in played.chunks.all()])
    assert stored.last == played.head
    whole = codec.join(before)
    assert (stored.columns["at"][: kept.after] == whole.columns["at"][: kept.after]).all()
    assert whole.columns["at"][kept.after] > 8 * SECOND
    run(played, "until", 20 * SECOND)

    other = an_execution()
    send(other, count=1_000)
    send(other, at=8 * SECOND, count=3)
    run(other, "until", 20 * SECOND)
    assert (other.digest, other.head) == (played.digest, played.head)
    assert api.bodies(other.id, range(1, 2_000)) == api.bodies(played.id, range(1, 2_000))
    columns = codec.join([codec.decode(chunk.frame) for chunk in other.chunks.all()])
    stored = codec.join([codec.decode(chunk.frame) for chunk in played.chunks.all()])
    assert all((columns.subjects[name] == stored.subjects[name]).all() for name in columns.subjects)


def test_a_command_at_the_frontier_truncates_nothing(an_execution, send, run, work):
    execution = an_execution()
    run(execution, "until", 3 * SECOND)
    send(execution, at=3 * SECOND, count=1, rate=None)
    work(execution)
    assert (execution.generation, execution.frontier_at) == (1, 3 * SECOND)
    assert execution.commands.get().status == CommandStatus.APPLIED


def test_a_later_command_is_done_again_after_a_truncation(played, send, run, work):
    send(played, at=15 * SECOND, count=3, key="later")
    work(played)
    run(played, "until", 20 * SECOND)
    send(played, at=9 * SECOND, count=3, key="earlier")
    work(played)
    assert played.commands.get(key="later").status == CommandStatus.PENDING
    assert played.commands.get(key="earlier").status == CommandStatus.APPLIED
    run(played, "until", 20 * SECOND)
    assert played.commands.get(key="later").status == CommandStatus.APPLIED
    HOT.clear()
    assert restore.to_frontier(played, lambda: None).simulation.digest() == played.digest


def test_a_command_in_the_seen_past_forks_and_leaves_the_original_alone(played, send, work, run):
    digest = played.digest
    submitted = send(played, at=3 * SECOND, count=2, key="too late")
    fork = submitted.fork
    assert (fork.parent_id, fork.forked_at, fork.seen_at) == (played.id, 3 * SECOND, 3 * SECOND)
    work(fork)
    assert (fork.state, fork.frontier_at) == ("idle", 3 * SECOND)
    assert [command.status for command in fork.commands.all()] == [CommandStatus.APPLIED] * 2
    played.refresh_from_db()
    assert (played.digest, played.generation, played.commands.count()) == (digest, 1, 1)
    records = codec.join([codec.decode(chunk.frame) for chunk in fork.chunks.all()])
    originals = codec.join([codec.decode(chunk.frame) for chunk in played.chunks.all()])
    shared = int((originals.columns["at"] <= 3 * SECOND).sum())
    assert (records.columns["kind"][:shared] == originals.columns["kind"][:shared]).all()


def test_the_same_key_again_is_the_same_command_and_the_same_fork(played, send, work):
    first, again = (send(played, at=3 * SECOND, key="once") for _ in range(2))
    assert first.fork == again.fork
    assert first.command == again.command
    first, again = (send(played, at=6 * SECOND, key="once more") for _ in range(2))
    assert first.command == again.command
    assert Execution.objects.count() == 2


def test_a_command_that_comes_while_an_earlier_one_truncates_is_applied_at_its_own_instant(
    played, an_execution, send, run, work, monkeypatch
):
    original = truncate.truncate

    def meanwhile(execution, *rest):
        monkeypatch.setattr(truncate, "truncate", original)
        row = original(execution, *rest)
        send(execution, at=6 * SECOND, count=3, rate=None)
        return row

    monkeypatch.setattr(truncate, "truncate", meanwhile)
    send(played, at=8 * SECOND, count=3, rate=None)
    work(played)
    run(played, "until", 20 * SECOND)
    other = an_execution()
    send(other, count=1_000)
    send(other, at=9 * SECOND, count=1)
    other.commands.filter(ordinal=2).update(at=8 * SECOND, params=played.commands.get(ordinal=2).params)
    send(other, at=6 * SECOND, count=3, rate=None)
    run(other, "until", 20 * SECOND)
    assert (other.digest, other.generation, played.generation) == (played.digest, 1, 3)


def test_nothing_that_has_been_seen_is_ever_truncated(played, send, work):
    send(played, at=7 * SECOND, count=1)
    api.set_seen(played.id, 12 * SECOND)
    played.refresh_from_db()
    assert played.seen_at == 7 * SECOND
    work(played)
    assert (played.frontier_at, played.seen_at) == (7 * SECOND, 7 * SECOND)


def test_the_playhead_neither_goes_back_nor_overtakes_the_frontier(played):
    api.set_seen(played.id, 2 * SECOND)
    assert api.status(played.id).seen_at == 5 * SECOND
    api.set_seen(played.id, 99 * SECOND)
    assert api.status(played.id).seen_at == 20 * SECOND


def test_a_fork_at_the_frontier_is_the_same_execution_again(played, work):
    fork = api.fork(played.id, 20 * SECOND, "Bob")
    work(fork)
    assert (fork.digest, fork.head, fork.created_by) == (played.digest, played.head, "Bob")


def test_six_silent_hours_pass_in_one_slice(an_execution, run):
    execution = an_execution()
    slices: list[str] = []
    run(execution, "until", 6 * 3_600 * SECOND, before_each=lambda: slices.append("another"))
    assert execution.frontier_at == 21_600 * SECOND
    assert execution.head == 1
    assert len(slices) == 1


def test_demands_coalesce_and_the_last_one_wins(an_execution, send, work):
    execution = an_execution()
    send(execution, count=100)
    for until_at in (50, 30, 2):
        api.demand(execution.id, kind="until", until_at=until_at * SECOND)
    assert work(execution).frontier_at == 2 * SECOND


def test_next_goes_to_the_next_instant_at_which_something_is_recorded(an_execution, send, run):
    execution = an_execution()
    send(execution, at=4 * SECOND, count=1)
    run(execution, "until", 1 * SECOND)
    head = execution.head
    run(execution, "next")
    assert (execution.frontier_at, execution.commands.get().status) == (4 * SECOND, "applied")
    assert execution.head > head


def test_until_quiet_stops_where_the_last_message_is_done(an_execution, send, run):
    execution = an_execution()
    send(execution, count=1)
    run(execution, "quiet")
    assert execution.quiet
    assert 0 < execution.frontier_at < 60 * SECOND
    assert execution.next_at is None or execution.next_at > execution.frontier_at
    run(execution, "end")
    assert execution.next_at is None
