"""What is asked, where it is worked on, and what is said about it."""

from __future__ import annotations

import pytest

from flows.models import Effect
from flows.runs import api, commit, dispatch, doorbell, simulations, slices
from flows.runs.bounds import Bound
from flows.services.effects import Effect as LoggedEffect
from flows.services.effects import Outcome
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def rung(monkeypatch):
    heard: list[dict] = []
    monkeypatch.setattr(doorbell, "_send", lambda _id, message: heard.append(message))
    return heard


def test_an_execution_always_meets_the_same_worker(an_execution):
    execution = an_execution()
    assert dispatch.worker_queue(execution.id) == dispatch.worker_queue(execution.id)
    assert {dispatch.worker_queue(an_execution().id) for _ in range(40)} == {"sim.0", "sim.1"}


def test_a_long_demand_moves_to_the_queue_for_long_ones_and_back_when_it_is_met(
    an_execution, send, run, monkeypatch, queues
):
    monkeypatch.setattr(commit, "LONG_S", 0.0)
    execution = an_execution()
    send(execution, count=300)
    run(execution, "until", 10 * SECOND, bound=lambda: Bound(records=300))
    assert len(queues) >= 3
    assert set(queues) == {"long.0"}
    assert not execution.long_running
    assert dispatch.worker_queue(execution.id) != "long.0"


def test_until_quiet_with_traffic_that_never_ends_is_given_up(an_execution, send, run, monkeypatch):
    monkeypatch.setattr(slices, "RECORDS_PER_DEMAND", 1_000)
    execution = an_execution()
    send(execution, count=0)
    run(execution, "quiet", bound=lambda: Bound(records=400))
    assert (execution.state, execution.error) == ("stopped", commit.ENDLESS)
    assert 1_000 < execution.head < 2_000
    assert run(execution, "until", execution.frontier_at + SECOND).error == ""


def test_more_commands_than_a_slice_reads_are_applied_in_their_order(an_execution, send, run, monkeypatch):
    digests = set()
    for at_a_time in (1_000, 2):
        monkeypatch.setattr(slices, "COMMANDS_AT_A_TIME", at_a_time)
        execution = an_execution()
        for second in (5, 1, 4, 1, 3, 9):
            send(execution, at=second * SECOND, count=3)
        run(execution, "quiet")
        run(execution, "until", 60 * SECOND)
        assert (execution.generation, execution.commands.filter(status="applied").count()) == (1, 6)
        digests.add(execution.digest)
    assert len(digests) == 1


def test_the_bell_says_how_far_it_is_after_every_commit(an_execution, send, run, work, rung):
    execution = an_execution()
    send(execution, count=200)
    run(execution, "until", 5 * SECOND, bound=lambda: Bound(records=200))
    heads = [message["head"] for message in rung if message["type"] == "doorbell"]
    assert heads == sorted(heads)
    assert heads[-1] == execution.head
    assert {"type": "command.changed", "ordinal": 1} in rung
    api.set_seen(execution.id, 1 * SECOND)
    rung.clear()
    send(execution, at=2 * SECOND)
    work(execution)
    assert (rung[0]["truncated_at"], rung[0]["generation"], rung[0]["frontier_at"]) == (2 * SECOND, 2, 2 * SECOND)
    assert [message.get("truncated_at") for message in rung[1:] if message["type"] == "doorbell"] == [None]


def test_the_speed_is_virtual_seconds_per_second(an_execution, send, run):
    execution = an_execution()
    send(execution, count=50)
    assert run(execution, "until", 30 * SECOND).effective_speed > 1


def test_an_effect_comes_back_from_the_log_as_it_was(an_execution):
    execution = an_execution()
    outcome = Outcome(error_type="Declined", failed_items=(1, 3), item_errors=(("A", "b"), ("C", "d")), calls=("x",))
    for ordinal in (1, 2, 1):
        commit._write_effects(execution, [LoggedEffect(ordinal, "code", "input", outcome)])
    assert Effect.objects.count() == 2
    assert simulations.begin(execution).effects.recorded(1, "code", "input") == outcome
    assert simulations.begin(execution).effects.recorded(3, "code", "input") is None
