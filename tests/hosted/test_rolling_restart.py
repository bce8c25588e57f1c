"""Every process of an installation is replaced while runs go on. Nobody sweeps here: what goes on was handed on."""

from __future__ import annotations

import asyncio
import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from asgiref.sync import sync_to_async

from flows.models import Execution
from flows.runs import api, simulations
from tests.grounds import on_both_grounds
from tests.load.kills import until
from tests.load.page import Page
from tests.load.wire import Closed, Wire
from tests.runs.conftest import SECOND, traffic
from tests.servers import free_port, wait_for

pytestmark = [
    on_both_grounds,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"]),
]

RUNS = 10
MESSAGES = 400
END_AT = 20 * SECOND
WORKERS = (("worker", "sim.0", "long.0"), ("worker", "sim.1"))
PATIENCE_S = 120


def begin(version, seed: int) -> Execution:
    execution = api.create_execution(version, seed=seed, actor="Alice")
    params = traffic(MESSAGES, rate=100)
    api.submit_command(execution.id, key="k", at=0, operation="client:StartTraffic", params=params, actor="Alice")
    return execution


def undisturbed(execution: Execution):
    simulation = simulations.begin(execution).simulation
    simulation.apply(simulations.as_logged(execution.commands.get()))
    simulation.run_until(END_AT)
    return simulation


def head_of_all() -> int:
    return sum(Execution.objects.values_list("head", flat=True))


def test_workers_replaced_while_ten_runs_go_on_lose_nothing(installation, version):
    executions = [begin(version, seed) for seed in range(RUNS)]
    workers = installation.start_all(*WORKERS)
    for execution in executions:
        api.demand(execution.id, kind="until", until_at=END_AT)
    for _ in range(2):
        for number, words in enumerate(WORKERS):
            before = head_of_all()
            wait_for(lambda before=before: head_of_all() > before or not unmet(), "a slice")
            code, workers[number] = installation.replace(workers[number], *words)
            assert code == 0
    wait_for(lambda: not unmet(), "all runs", PATIENCE_S)
    for execution in executions:
        execution.refresh_from_db()
        wanted = undisturbed(execution)
        assert (execution.state, execution.error) == ("idle", "")
        assert (execution.digest, execution.head) == (wanted.digest(), wanted.sequence)


def unmet() -> bool:
    assert not Execution.objects.filter(state="failed").exists()
    return Execution.objects.filter(wanted=True).exists()


async def test_a_browser_is_told_to_connect_again_and_has_no_gap(installation, version):
    execution = await sync_to_async(begin)(version, 7)
    port = str(free_port())
    words = ("web", "--port", port, "--share-port")
    first = await sync_to_async(installation.start)(*words)
    await sync_to_async(installation.start)("worker", "sim.0", "sim.1", "long.0")
    page = Page(int(port), str(execution.id))
    browser = asyncio.create_task(page.run())
    async with asyncio.timeout(PATIENCE_S):
        await until(lambda: page.driving)
        page.say(type="demand", kind="until", until_at=END_AT)
        await until(lambda: page.store.head > 0)
        watching = await Wire.open(int(port), f"/ws/executions/{execution.id}/", host="localhost")
        watching.say(type="hello", generation=None, after=0)
        farewell = asyncio.create_task(code_of_the_close(watching))
        await sync_to_async(installation.start)(*words)  # the next is there before the first is asked to end
        assert await sync_to_async(installation.stop)(first) == 0
        assert await farewell == 4512
        watching.close()
        await until(lambda: page.has_all and page.progress["frontier_at"] >= END_AT)
    browser.cancel()
    wanted = await sync_to_async(undisturbed)(execution)
    assert page.connects >= 2  # a third time if it knocked at the first server's door once more
    assert (page.store.gaps, page.store.head) == (0, wanted.sequence)
    assert page.store.differs_from([wanted.drain()]) == ""


async def code_of_the_close(wire: Wire) -> int:
    """It is read meanwhile: a server drops who does not answer its pings."""
    try:
        while True:
            await wire.hear()
    except Closed as closed:
        return closed.code


def test_a_server_on_its_way_out_says_so_and_answers_what_it_has_in_hand(installation, version):
    port = free_port()
    server = installation.start("web", "--port", str(port), "--notice", "300")
    assert urlopen(f"http://localhost:{port}/ready/").read() == b"ready\n"
    server.terminate()
    wait_for(lambda: status_of(f"http://localhost:{port}/ready/") == 503, "503")
    assert json.loads(urlopen(f"http://localhost:{port}/healthz").read())["database"]
    server.terminate()  # once more: at once
    assert server.wait(60) == 0


def status_of(url: str) -> int:
    try:
        return urlopen(url).status
    except HTTPError as error:
        return error.code
