"""What an installation tells of itself: to balancers, to monitoring, to Prometheus, to whoever looks after it."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from dashboard.hosting import hearing, presence
from dashboard.hosting.draining import Draining
from flows.runs import api, queued, slices
from tests.grounds import on_both_grounds
from tests.hosted.test_rolling_restart import begin
from tests.runs.conftest import SECOND
from tests.servers import a_directory, valkey

pytestmark = [on_both_grounds, pytest.mark.django_db(databases=["default", "checkpoints"])]


@pytest.fixture
def local(settings):
    presence.broker.cache_clear()
    presence.broker().flushall()
    yield Client(headers={"host": "localhost"})
    presence.broker.cache_clear()


@pytest.fixture
def workers(local, settings):
    """One for every queue, as they would say it themselves."""
    stop = threading.Event()
    queues = [*settings.SIMULATION_QUEUES, *settings.LONG_QUEUES, *settings.UPKEEP_QUEUES]
    presence.announce(queues, stop)
    until = time.monotonic() + 60
    while not presence.present():
        assert time.monotonic() < until
        time.sleep(0.01)
    yield queues
    stop.set()


def test_all_is_well_where_everything_answers(local, workers):
    answer = local.get("/healthz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "well": True,
            "database": True,
            "channel_layer": True,
            "broker": True,
            "workers": True,
            "runs": True,
            "disk": True,
        },
    )


def test_without_workers_pages_are_served_and_it_is_said_which_to_start(local):
    answer = local.get("/healthz")
    assert (answer.status_code, answer.json()["workers"], answer.json()["well"]) == (200, False, False)
    page = local.get("/health/").content.decode()
    assert "Not all is well" in page
    assert "Nobody works on sim.0, sim.1, long.0, upkeep.0. Start one: manage.py worker sim.0" in page


def test_the_page_names_the_workers_and_what_waits(local, workers):
    api_page = local.get("/health/").content.decode()
    assert "All is well" in api_page
    assert f"<td>{os.getpid()}</td>" in api_page
    assert "<td>long.0</td><td>0</td>" in api_page


def test_tasks_of_every_priority_are_counted(local, settings):
    presence.broker().rpush("sim.0", "clicked")
    presence.broker().rpush("sim.0\x06\x163", "fresh")
    presence.broker().rpush("sim.0\x06\x166", "continued", "continued")
    assert presence.waiting(["sim.0", "long.0"]) == {"sim.0": 4, "long.0": 0}


def test_a_slice_hears_of_a_click_behind_it_and_of_nothing_else(local, settings, monkeypatch):
    queued._broker.cache_clear()
    waits = queued.click_behind("long.0")
    presence.broker().rpush("long.0\x06\x163", "fresh")
    presence.broker().rpush("sim.0", "clicked, for another worker")
    assert not waits()
    monkeypatch.setattr(queued, "TAKEN", ["sim.0", "long.0"])
    assert (waits(), queued.click_behind("long.0")()) == (False, True)
    presence.broker().rpush("long.0", "clicked")
    assert waits()


def test_of_a_broker_that_does_not_answer_nobody_is_said_to_wait(settings, monkeypatch):
    queued._broker.cache_clear()
    monkeypatch.setattr(queued._Silent, "until_s", 0.0)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert (queued.click_behind("sim.0")(), queued.standing("upkeep.0", 6)) == (False, 0)
    assert queued._Silent.until_s > 0
    queued._broker.cache_clear()


def test_a_web_server_on_its_way_out_is_alive_and_not_ready(local, monkeypatch):
    monkeypatch.setattr(Draining, "asked", True)
    assert (local.get("/live/").status_code, local.get("/ready/").status_code) == (200, 503)


def test_a_slice_is_counted_with_its_records_and_its_command(local, version_of_orders):
    before = told(local)
    execution = begin(version_of_orders, 7)
    api.demand(execution.id, kind="until", until_at=SECOND)
    row = slices.go_on(execution.id)
    after = told(local)

    def grown(name, **labels):
        key = (name, tuple(sorted(labels.items())))
        return after[key] - before.get(key, 0)

    assert grown("redrive_slices_total", queue="sim", outcome="committed") == 1
    assert grown("redrive_records_total") == row.head
    assert grown("redrive_command_seconds_count") == 1
    assert grown("redrive_chunk_bytes_total") > 0
    assert after[("redrive_up", (("part", "database"),))] == after[("redrive_up", (("part", "broker"),))] == 1
    assert after[("redrive_executions", (("state", str(row.state)),))] == 1


def told(client) -> dict:
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


@pytest.fixture
def version_of_orders(db):
    from flows.models import Topology
    from flows.topology import compile_topology
    from tests.runs.conftest import ORDERS

    topology = Topology.objects.create(name="Orders")
    return topology.versions.create(number=1, document=ORDERS, digest=compile_topology(ORDERS).digest)


@pytest.mark.parametrize(
    ("who", "headers", "status"),
    [
        ("nobody", {}, 404),
        ("alice", {}, 404),
        ("staff", {}, 200),
        ("nobody", {"authorization": "Bearer of-the-scraper"}, 200),
        ("nobody", {"authorization": "Bearer guessed"}, 404),
        ("nobody", {"authorization": "Bearer "}, 404),
    ],
)
def test_where_there_are_accounts_metrics_are_for_those_who_look_after_it(settings, who, headers, status):
    settings.REDRIVE_MODE = "hosted"
    settings.METRICS_TOKEN = "of-the-scraper"
    client = Client(headers=headers)
    if who != "nobody":
        client.force_login(User.objects.create_user(who, is_staff=who == "staff"))
    assert client.get("/metrics").status_code == status
    assert client.get("/health/").status_code == (200 if who == "staff" else 404)
    assert json.loads(client.get("/healthz").content)["database"] is True


def test_a_broker_that_was_started_again_lives_another_life(settings):
    lives = []
    for _ in range(2):
        with a_directory() as directory, valkey(directory) as url:
            settings.REDIS_URL = url
            presence.broker.cache_clear()
            lives += [presence.broker_life(), presence.broker_life()]
    assert lives[0] == lives[1] != lives[2] == lives[3]
    assert presence.broker_life() == ""
    presence.broker.cache_clear()


# Looks, each: does a task wait · is one in hand · how many were begun · is this worker deaf?
LOOKS = {
    "nothing waits": [(0, 0, 5, 0)] * 6,
    "it waits behind a long one": [(1, 1, 5, 0)] * 6,
    "they are taken one after another": [(1, 0, begun, 0) for begun in range(6)],
    "none is taken": [(1, 0, 5, 0), (1, 0, 5, 0), (1, 0, 5, 0), (1, 0, 5, 1)],
    "one is taken in between": [(1, 0, 5, 0), (1, 0, 5, 0), (1, 0, 5, 0), (1, 0, 6, 0), (1, 0, 6, 0)],
}


@pytest.mark.parametrize("looks", LOOKS.values(), ids=LOOKS)
def test_a_worker_is_deaf_when_what_waits_is_never_taken(looks):
    ear = hearing.Hearing()
    said = [ear.is_lost(waiting=bool(waits), busy=bool(busy), begun=begun) for waits, busy, begun, _ in looks]
    assert said == [bool(lost) for *_, lost in looks]
