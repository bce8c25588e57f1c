"""Whatever somebody does, in whatever order, and whatever caches are lost meanwhile: what is stored is the fold of the log."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.models import Checkpoint, CommandStatus
from flows.runs import api, checkpoints, simulations
from flows.runs.bounds import Bound
from flows.runs.cache import HOT
from flows.traces import chunk as codec
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

DEEDS = st.one_of(
    st.tuples(st.just("play"), st.integers(1, 20 * SECOND)),
    st.tuples(st.just("send"), st.integers(0, 10 * SECOND)),
    st.tuples(st.just("see"), st.integers(0, 10 * SECOND)),
    st.tuples(st.just("step"), st.just(0)),
    st.tuples(st.just("next"), st.just(0)),
    st.tuples(st.just("forget"), st.just(0)),
    st.tuples(st.just("delete checkpoints"), st.just(0)),
)
"""What is done, and how far from the playhead or the frontier."""


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    deeds=st.lists(DEEDS, min_size=4, max_size=16), records=st.integers(30, 2_000), fork_at=st.integers(0, 20 * SECOND)
)
def test_what_is_stored_is_the_fold_of_the_command_log(
    an_execution, send, run, work, monkeypatch, deeds, records, fork_at
):
    monkeypatch.setattr(checkpoints, "SHARE", 1e9)
    execution = an_execution()
    send(execution, count=60)
    for deed, far in deeds:
        execution.refresh_from_db()
        if deed == "play":
            run(execution, "until", execution.frontier_at + far, bound=lambda: Bound(records=records))
        elif deed == "send":
            assert send(execution, at=execution.seen_at + far, count=7).fork is None
            work(execution, bound=lambda: Bound(records=records))
        elif deed == "see":
            api.set_seen(execution.id, execution.seen_at + far)
        elif deed in ("step", "next"):
            run(execution, deed)
        elif deed == "forget":
            HOT.clear()
        else:
            Checkpoint.objects.all().delete()
    run(execution, "until", execution.frontier_at)
    assert execution.state == "idle", execution.error
    assert_stored_is_the_fold(execution)
    branch = api.fork(execution.id, min(fork_at, execution.frontier_at), "Bob")
    assert_stored_is_the_fold(work(branch))


def assert_stored_is_the_fold(execution):
    simulation = simulations.begin(execution).simulation
    for command in execution.commands.exclude(status=CommandStatus.PENDING).order_by("at", "ordinal"):
        simulation.apply(simulations.as_logged(command))
    simulation.run_until(execution.frontier_at)
    assert (execution.head, execution.digest) == (simulation.sequence, simulation.digest())
    stored = codec.join([codec.decode(chunk.frame) for chunk in execution.chunks.all()])
    fresh = codec.join([simulation.drain()])
    assert all((stored.columns[name] == fresh.columns[name]).all() for name in fresh.columns)
    assert all((stored.subjects[name] == fresh.subjects[name]).all() for name in fresh.subjects)
    texts = api.bodies(execution.id, range(1, len(fresh.bodies) + 10))
    assert (stored.details, texts) == (fresh.details, dict(fresh.bodies))
