"""The fan-out over a list of chunks: order, doorbells, commands, the wheel, the end."""

from __future__ import annotations

import asyncio

from dashboard.fanout.closes import CLOSE_GONE, CLOSE_RESUME
from tests.dashboard.fakes import EXECUTION, settled


async def test_a_viewer_gets_the_snapshot_then_the_chunks_then_how_far_it_is(stage):
    stage.source.write(250)
    alice = await stage.join("alice")
    assert alice.types == ["snapshot", "chunk", "chunk", "chunk", "advanced"]
    assert alice.chunks == ["1:1-100", "1:101-200", "1:201-250"]
    assert alice.frames[0] | {"commands": []} == {
        "type": "snapshot",
        "format": 1,
        "execution": str(EXECUTION),
        "generation": 1,
        "after": 0,
        "head": 250,
        "frontier_at": 250_000_000,
        "seen_at": 0,
        "state": "idle",
        "quiet": True,
        "next_at": None,
        "commands": [],
        "driver": {"viewer": "alice", "name": "alice", "asks": []},
        "you": "alice",
        "drives": True,
    }


async def test_a_doorbell_brings_the_chunk_before_the_advanced_that_names_its_head(stage):
    alice = await stage.join("alice")
    alice.frames.clear()
    stage.source.write(50, state="running")
    await stage.ring()
    assert alice.types == ["chunk", "advanced"]
    assert alice.frames[1]["head"] == 50


async def test_six_silent_hours_pass_by_advanced_alone(stage):
    alice = await stage.join("alice")
    alice.frames.clear()
    stage.source.stand(frontier_at=6 * 3600 * 1_000_000)
    await stage.ring()
    assert alice.types == ["advanced"]
    assert alice.frames[0]["frontier_at"] == 21_600_000_000


async def test_a_hundred_doorbells_are_few_readings(stage):
    await stage.join("alice")
    watch, _ = stage.joined["alice"]
    reads = stage.source.reads
    for _ in range(100):
        watch.ring()
    await settled()
    assert stage.source.reads - reads == 1


async def test_two_viewers_get_the_same_bytes_from_one_reading(stage):
    alice, bob = await stage.join("alice"), await stage.join("bob")
    reads = stage.source.reads
    stage.source.write(100)
    await stage.ring()
    assert alice.frames[-2] is bob.frames[-2]
    assert stage.source.reads - reads == 1


async def test_a_lost_doorbell_is_harmless(stage, monkeypatch):
    monkeypatch.setattr("dashboard.fanout.watch.POLL_SECONDS", 0.01)
    alice = await stage.join("alice")
    stage.source.write(10)
    async with asyncio.timeout(60):
        while not alice.chunks:  # noqa: ASYNC110 - the watch looks by itself
            await asyncio.sleep(0.01)
    assert alice.chunks == ["1:1-10"]


async def test_a_broken_client_ends_nobody_else(stage):
    broken, alice = await stage.join("broken"), await stage.join("alice")
    broken.broken = True
    stage.source.write(10)
    await stage.ring()
    stage.source.write(10)
    await stage.ring()
    assert alice.chunks == ["1:1-10", "1:11-20"]


async def test_a_page_that_cannot_be_served_is_closed_so_that_it_comes_again(stage, monkeypatch):
    """Whatever it was: what a database's driver raises may be an OSError too, as what a lost connection raises."""
    frozen, alice = await stage.join("frozen"), await stage.join("alice")
    frozen.gate.clear()
    monkeypatch.setattr("dashboard.fanout.window.WINDOW_BYTES", 10)
    for _ in range(4):
        stage.source.write(10, chunk_size=10)
        await stage.ring()
    watch, _ = stage.joined["frozen"]

    async def away(*_args):
        raise TimeoutError

    monkeypatch.setattr(watch, "reaching", away)
    frozen.gate.set()
    await settled()
    assert (frozen.closed, alice.closed) == (CLOSE_RESUME, None)


async def test_commands_are_told_to_everybody_when_their_status_changes(stage):
    alice, bob = await stage.join("alice"), await stage.join("bob")
    watch, viewer = stage.joined["alice"]
    watch.note(stage.command(1, "accepted"), viewer)
    stage.source.log = [stage.command(1, "applied")]
    await stage.ring("command.changed")
    for socket in (alice, bob):
        assert [frame["status"] for frame in socket.of("command")] == ["accepted", "applied"]


async def test_after_a_command_is_applied_comes_how_far_it_is_even_if_nothing_moved(stage):
    """A page that waits until quiet would otherwise take "quiet" from before its command for the answer."""
    alice = await stage.join("alice")
    stage.source.log = [stage.command(1, "applied")]
    alice.frames.clear()
    await stage.ring("command.changed")
    assert alice.types == ["command", "advanced"]


async def test_a_repeated_key_is_answered_with_what_became_of_the_first(stage):
    alice = await stage.join("alice")
    watch, viewer = stage.joined["alice"]
    stage.source.log = [stage.command(1, "applied")]
    await stage.ring("command.changed")
    watch.note(stage.command(1, "accepted"), viewer)
    await settled()
    assert [frame["status"] for frame in alice.of("command")] == ["applied", "applied"]


async def test_what_is_applied_before_the_watch_knew_of_it_is_said_with_the_standing_it_made(stage):
    """A key said again on a new connection: the answer is from the log, and what the watch has read is older."""
    alice = await stage.join("alice")
    watch, viewer = stage.joined["alice"]
    alice.frames.clear()
    stage.source.write(10)
    stage.source.log = [stage.command(1, "applied")]
    watch.note(stage.command(1, "applied"), viewer)
    await settled()
    assert alice.types == ["command", "chunk", "advanced"]
    assert alice.frames[-1]["head"] == 10


async def test_the_first_viewer_drives_and_the_next_takes_over_when_it_leaves(stage):
    alice, bob = await stage.join("alice"), await stage.join("bob")
    assert (alice.frames[0]["drives"], bob.frames[0]["drives"]) == (True, False)
    await stage.leave("alice")
    assert bob.of("driver") == [{"type": "driver", "viewer": "bob", "name": "bob", "drives": True, "asks": []}]


async def test_a_viewer_of_somebody_elses_execution_never_drives(stage):
    guest = await stage.join("guest", may_drive=False)
    assert guest.frames[0]["driver"] is None
    await stage.join("owner")
    assert guest.of("driver") == [{"type": "driver", "viewer": "owner", "name": "owner", "drives": False, "asks": []}]


async def test_a_failed_execution_says_why(stage):
    alice = await stage.join("alice")
    stage.source.stand(state="failed", error="The simulator stopped.")
    await stage.ring()
    assert [frame["message"] for frame in alice.of("trouble")] == ["The simulator stopped."]
    assert alice.of("advanced")[-1]["state"] == "failed"


async def test_a_deleted_execution_closes_its_sockets(stage):
    alice = await stage.join("alice")
    stage.source.deleted = True
    await stage.ring()
    assert alice.closed == CLOSE_GONE


async def test_joining_an_execution_that_is_not_there_is_answered_with_nothing(stage):
    stage.source.deleted = True
    await stage.join("alice")
    watch, _ = stage.joined.pop("alice")
    assert watch is None
    assert stage.hub.held == {}
