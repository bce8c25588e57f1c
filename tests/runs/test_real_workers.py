"""Real workers on a real broker: killed without warning in the middle of slices, and two that race for one execution."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from django.db import connections
from redis import Redis

from flows.models import CommandStatus, Execution
from flows.runs import api, dispatch, simulations, sweeper, wall_clock
from flows.runs.cache import HOT
from flows.traces import chunk as codec
from tests.runs.conftest import SECOND
from tests.runs.test_any_history import assert_stored_is_the_fold

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"]),
]

CHECKOUT = Path(__file__).resolve().parents[2]
MESSAGES = 18_000
PATIENCE_S = 120
HAMMERED_S = 8


@pytest.fixture(autouse=True)
def broker(settings):
    """Hints go the real way."""
    with Redis.from_url(settings.REDIS_URL) as server:
        server.flushall()
    dispatch._sender.cache_clear()
    HOT.clear()
    yield
    dispatch._sender.cache_clear()


@pytest.fixture
def start_worker(settings, ground, request):
    started = []
    databases = {alias: str(connections[alias].settings_dict["NAME"]) for alias in ("default", "checkpoints")}
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.runs.worker_settings",
        "REDRIVE_TEST_DATABASES": json.dumps(databases),
        "DATABASE_URL": request.getfixturevalue("postgres_database") if ground == "servers" else "",
        "REDIS_URL": settings.REDIS_URL,
    }
    command = "-m celery --quiet --app dashboard.celery:app worker --pool solo --queues sim.0,sim.1,long.0"
    options = "--without-mingle --without-gossip --without-heartbeat --loglevel ERROR"

    def start():
        started.append(
            subprocess.Popen([sys.executable, *command.split(), *options.split()], cwd=CHECKOUT, env=environ)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition, patience_s: float = PATIENCE_S):
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until, "in vain"
        time.sleep(0.01)


def has_recorded(execution, records: int) -> bool:
    status = api.status(execution.id)
    assert not status.error
    return status.head > records


def test_a_worker_killed_in_the_middle_of_slices_loses_nothing(an_execution, send, start_worker):
    execution = an_execution()
    send(execution, count=MESSAGES, rate=1_000)
    api.demand(execution.id, kind="until", until_at=60 * SECOND)
    undisturbed = simulations.begin(execution).simulation
    undisturbed.apply(simulations.as_logged(execution.commands.get()))
    undisturbed.run_until(60 * SECOND)

    worker = start_worker()
    for milestone in (0, undisturbed.sequence // 4):
        wait_for(partial(has_recorded, execution, milestone))
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert api.status(execution.id).state == "running"
        assert sweeper.sweep() == 1
        worker = start_worker()
    wait_for(lambda: api.status(execution.id).state == "idle")

    execution.refresh_from_db()
    assert (execution.digest, execution.head) == (undisturbed.digest(), undisturbed.sequence)
    assert execution.frontier_at == 60 * SECOND
    chunks = [codec.decode(chunk.frame) for chunk in execution.chunks.all()]
    assert sum(chunk.count for chunk in chunks) == execution.head
    assert execution.commands.get().status == CommandStatus.APPLIED
    # One for each hint at most: the command's, the demand's and the sweeper's two; a task left by a killed worker needs none.
    assert 1 <= execution.lease_token <= 4


def test_two_workers_that_race_while_somebody_hammers_store_the_fold_of_the_log(an_execution, send, start_worker):
    execution = an_execution()
    start_worker()
    start_worker()
    send(execution, count=500)
    wait_for(partial(has_recorded, execution, 0))
    chance = Random(7)
    until = time.monotonic() + HAMMERED_S
    while time.monotonic() < until:
        status = api.status(execution.id)
        assert not status.error
        hammer(execution, status, chance, send)
    api.demand(execution.id, kind="until", until_at=api.status(execution.id).frontier_at + SECOND)
    wait_for(partial(is_idle, execution))
    execution.refresh_from_db()
    assert execution.lease_token > 1
    assert_stored_is_the_fold(execution)


def hammer(execution, status, chance: Random, send) -> None:
    """One deed: most ask for time; some send into the speculative stretch; some make the lease lapse under its holder."""
    deed = chance.randrange(8)
    if deed < 3:
        until_at = status.frontier_at + chance.randrange(5 * SECOND)
        api.demand(execution.id, kind="until", until_at=until_at)
    elif deed == 3:
        send(execution, at=status.seen_at + chance.randrange(3 * SECOND), count=5)
    elif deed == 4:
        api.set_seen(execution.id, status.seen_at + chance.randrange(2 * SECOND))
    elif deed == 5:
        lapsed = wall_clock.now() - timedelta(seconds=1)
        Execution.objects.filter(id=execution.id, wanted=True).update(lease_until=lapsed)
        dispatch.hint(execution.id)
    else:
        time.sleep(chance.random() * 0.05)


def is_idle(execution) -> bool:
    sweeper.sweep()
    return api.status(execution.id).state == "idle"
