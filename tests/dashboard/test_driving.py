"""The wheel, as several web processes share it."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from dashboard import driving
from dashboard.driving import DatabaseWheel
from dashboard.fanout.hub import Hub
from dashboard.fanout.source import Seat
from dashboard.fanout.viewer import Viewer
from dashboard.frames import Hello
from dashboard.live import RunsSource
from flows.models import Viewing
from tests.dashboard.fakes import FakeSocket, FakeSurroundings
from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])]


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stands_still(monkeypatch):
    """But for a microsecond at each look: however long a test takes, nobody's lease lapses by that."""
    looks = itertools.count()
    monkeypatch.setattr(driving, "timezone", SimpleNamespace(now=lambda: NOW + timedelta(microseconds=next(looks))))


@pytest.fixture
def wheel():
    return DatabaseWheel()


@pytest.fixture
def sit(wheel, execution):
    async def sit_(viewer, *, may_drive=True, name="Viewer"):
        settled = await wheel.settle(execution.pk, [], [seat(viewer, may_drive=may_drive, name=name)])
        return settled.names[viewer], settled.driver and settled.driver.viewer

    return sit_


@pytest.fixture
def rise(wheel, execution):
    async def rise_(*viewers):
        return (await wheel.settle(execution.pk, [], [], viewers)).driver

    return rise_


def seat(viewer, *, may_drive=True, name="Viewer"):
    return Seat(viewer, name, None, may_drive)


async def test_the_first_to_come_drives_and_namesakes_are_numbered(sit):
    assert await sit("a") == ("Viewer", "a")
    assert await sit("b") == ("Viewer 2", "a")
    assert await sit("c", name="alice") == ("alice", "a")


async def test_whoever_may_only_look_never_drives(sit, rise):
    assert await sit("guest", may_drive=False) == ("Viewer", None)
    assert await sit("owner") == ("Viewer 2", "owner")
    assert await rise("owner") is None


async def test_a_process_that_no_longer_renews_loses_the_wheel_after_ten_seconds(sit, wheel, execution):
    await sit("a")
    await sit("b")
    for seconds, driver in ((9, "a"), (11, "b")):
        await Viewing.objects.filter(viewer="a").aupdate(renewed_at=NOW - timedelta(seconds=seconds))
        assert (await wheel.settle(execution.pk, [seat("b")])).driver.viewer == driver


async def test_a_process_that_slept_sits_down_again_behind_the_others(sit, rise, wheel, execution):
    await sit("a")
    await sit("b")
    await Viewing.objects.filter(viewer="a").aupdate(renewed_at=NOW - timedelta(seconds=11))
    assert (await wheel.settle(execution.pk, [seat("b")])).driver.viewer == "b"
    assert (await wheel.settle(execution.pk, [seat("a")])).driver.viewer == "b"
    assert (await rise("b")).viewer == "a"


async def test_who_asked_first_is_next_before_who_came_first(sit, rise, wheel, execution):
    for viewer in "abcd":
        await sit(viewer)
    await wheel.ask(execution.pk, "d")
    assert (await wheel.ask(execution.pk, "c")).asks == ("Viewer 4", "Viewer 3")
    assert (await wheel.release(execution.pk, "a")).viewer == "d"
    assert (await rise("d")).viewer == "c"
    assert (await rise("c")).viewer == "b"
    assert (await rise("b")).viewer == "a"


async def test_those_who_come_together_are_numbered_in_order_and_the_first_drives(wheel, execution):
    await wheel.settle(execution.pk, [], [seat("early")])
    coming = [seat("a"), seat("b", name="alice"), seat("c"), seat("d", name="alice")]
    settled = await wheel.settle(execution.pk, [seat("early")], coming, ["nobody"])
    assert settled.names == {"a": "Viewer 2", "b": "alice", "c": "Viewer 3", "d": "alice 2"}
    settled = await wheel.settle(execution.pk, coming, [seat("e")], ["early"])
    assert (settled.driver.viewer, settled.names) == ("a", {"e": "Viewer"})


async def test_many_arriving_at_once_make_one_driver(sit, execution):
    drivers = {driver for _, driver in await asyncio.gather(*(sit(viewer) for viewer in "abcdefgh"))}
    assert len(drivers) == 1
    assert await Viewing.objects.filter(execution=execution, drives=True).acount() == 1


async def test_two_processes_agree_who_drives(wheel, execution):
    sockets = [FakeSocket(), FakeSocket()]
    hubs = [Hub(RunsSource(), wheel, FakeSurroundings()) for _ in sockets]
    viewers = [Viewer(name, name, socket) for name, socket in zip("ab", sockets, strict=True)]
    watches = [await hub.join(execution.pk, viewer, Hello()) for hub, viewer in zip(hubs, viewers, strict=True)]
    await hubs[0].leave(watches[0], viewers[0])
    async with asyncio.timeout(60):
        while not sockets[1].of("driver"):  # noqa: ASYNC110 - what it waits for comes out of a thread
            await asyncio.sleep(0.01)
    assert sockets[1].of("driver")[-1]["drives"]
    await hubs[1].leave(watches[1], viewers[1])
