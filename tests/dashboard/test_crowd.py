"""Twenty people and a burst ten times larger than any buffer on the way. The same with the real product: `python -m tests.load.streaming`."""

from __future__ import annotations

import asyncio
from inspect import signature

import pytest
from daphne.server import Server

from dashboard import frames, stores
from dashboard.fanout import room as rooms
from dashboard.fanout import viewer as viewers
from dashboard.fanout.source import CHUNKS_PER_READ
from dashboard.fanout.viewer import Viewer
from tests.dashboard.fakes import EXECUTION, FakeSocket, settled

BUFFER = 100
BURST = 10


async def test_a_burst_reaches_everybody_in_order_whoever_sleeps_or_crawls(stage, monkeypatch):
    monkeypatch.setattr("dashboard.fanout.window.WINDOW_BYTES", BUFFER)
    for bound in ("LEAST", "FIRST", "MOST"):
        monkeypatch.setattr(rooms, bound, BUFFER)
    quick = [await stage.join(f"quick {number}", answers=True) for number in range(18)]
    frozen, thin = await stage.join("frozen", answers=True), await stage.join("thin")
    thin_viewer = stage.joined["thin"][1]
    frozen.gate.clear()
    while sum(map(len, quick[0].chunks)) < BURST * BUFFER:
        stage.source.write(10, chunk_size=10)
        await stage.ring()
    head = stage.source.standing.head
    everything = [f"1:{first}-{first + 9}" for first in range(1, head, 10)]
    assert all(socket.chunks == everything for socket in quick)
    assert all(socket.frames[-1]["head"] == head for socket in quick)
    watch = stage.joined["frozen"][0]
    assert watch.window.size <= BUFFER + max(map(len, everything))
    assert frozen.chunks == []
    assert sum(map(len, thin.chunks)) <= BUFFER + max(map(len, everything))
    frozen.gate.set()
    await settled()
    assert frozen.chunks == everything
    while thin.chunks != everything:
        had = len(thin.chunks)
        thin_viewer.got(had * 10)
        await settled()
        assert len(thin.chunks) > had


async def test_the_one_who_crawls_may_skip_to_a_snapshot(stage, monkeypatch):
    monkeypatch.setattr(rooms, "FIRST", BUFFER)
    monkeypatch.setattr(viewers, "WINDOW_RECORDS", 1000)
    thin = await stage.join("thin")
    viewer = stage.joined["thin"][1]
    stage.source.write(500, chunk_size=10)
    await stage.ring()
    skipped = len(thin.chunks)
    assert skipped < 50
    viewer.look(500 * 1_000_000)
    await settled()
    assert thin.chunks[skipped:] == ["begins:470", "1:471-480", "1:481-490", "1:491-500"]
    assert thin.frames[-1]["head"] == 500


def test_nothing_closes_a_socket_because_it_is_silent():
    for url in ("unix:///tmp/valkey.sock", "redis://127.0.0.1:6379/0"):
        (host,) = stores.channel_layers_of(url)["default"]["CONFIG"]["hosts"]
        assert host["socket_timeout"] is None
    defaults = {name: given.default for name, given in signature(Server.__init__).parameters.items()}
    assert defaults["ping_interval"] < defaults["ping_timeout"] < 60
    assert defaults["websocket_timeout"] >= 24 * 3600


async def test_those_who_are_behind_together_are_served_of_the_same_readings(stage):
    stage.source.write(3200, chunk_size=10)
    await stage.join("alice")
    reads = stage.source.reads
    late = await asyncio.gather(*(stage.join(f"late {number}") for number in range(10)))
    for _ in range(5):
        await settled()
    assert all(len(socket.chunks) == 320 for socket in late)
    assert stage.source.reads - reads <= 320 / CHUNKS_PER_READ + 5


async def test_a_reading_that_was_cut_off_meanwhile_serves_nobody(stage):
    stage.source.write(400, chunk_size=10)
    frozen = await stage.join("frozen")
    watch, _ = stage.joined["frozen"]
    held = await watch.reaching(0)
    assert await watch.reaching(50) is held
    stage.source.truncate(after=55)
    await stage.ring()
    again = await watch.reaching(0)
    assert again is not held
    assert again.chunks[-1].last == 55
    assert frozen.of("truncated")[0]["after"] == 55


async def test_a_room_that_comes_at_once_is_seated_in_a_few_turns_of_the_wheel(stage):
    await stage.join("teacher")
    began = stage.wheel.turns
    people = [f"person {number}" for number in range(300)]
    sockets = await asyncio.gather(*(stage.join(person) for person in people))
    assert stage.wheel.turns - began <= 3
    assert [socket.of("snapshot")[0]["you"] for socket in sockets] == people
    assert all(socket.of("snapshot")[0]["driver"]["name"] == "teacher" for socket in sockets)
    assert not any(socket.of("driver") for socket in sockets)


async def test_a_room_that_leaves_at_once_leaves_in_a_few_turns_and_the_others_hear_of_the_driver_once(stage):
    people = [f"person {number}" for number in range(300)]
    await asyncio.gather(*(stage.join(person) for person in people))
    last = await stage.join("last")
    began = stage.wheel.turns
    await asyncio.gather(*(stage.leave(person) for person in people))
    assert stage.wheel.turns - began <= 4
    assert [frame["name"] for frame in last.of("driver")][-1:] == ["last"]
    assert len(last.of("driver")) <= 3


@pytest.mark.parametrize("given_up_after", range(1, 4))
async def test_who_gives_up_while_coming_is_not_left_sitting(stage, given_up_after):
    await stage.join("alice")
    watch, _ = stage.joined["alice"]
    viewer = Viewer("bob", "bob", FakeSocket())
    coming = asyncio.create_task(stage.hub.join(EXECUTION, viewer, frames.Hello()))
    for _ in range(given_up_after):
        await asyncio.sleep(0)
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
    await watch.seats.settle()
    assert stage.wheel.viewers == ["alice"]
