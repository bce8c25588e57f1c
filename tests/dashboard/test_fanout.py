"""The fan-out over a list of chunks: order, resume, truncation, slowness, the wheel."""

from __future__ import annotations

import asyncio

import pytest

from dashboard import frames
from dashboard.fanout import viewer as viewers
from dashboard.fanout.hub import Hub
from dashboard.fanout.viewer import Viewer
from tests.dashboard.fakes import EXECUTION, FakeSocket, FakeSource, FakeWheel, settled


class Stage:
    """One hub, and the clients in front of it."""

    def __init__(self):
        self.source = FakeSource()
        self.wheel = FakeWheel()
        self.hub = Hub(self.source, self.wheel)
        self.joined = {}

    async def join(self, name, *, may_drive=True, **hello):
        socket = FakeSocket()
        viewer = Viewer(name, name, socket, may_drive=may_drive)
        watch = await self.hub.join(EXECUTION, viewer, frames.Hello(**hello))
        self.joined[name] = (watch, viewer)
        await settled()
        return socket

    async def leave(self, name):
        await self.hub.leave(*self.joined.pop(name))
        await settled()

    async def ring(self, kind="doorbell"):
        await self.source.ring(kind)
        await settled()

    def command(self, ordinal, status, key="k"):
        return frames.CommandChanged(key=key, status=status, at=0, operation="sqs:SendMessage", ordinal=ordinal)


@pytest.fixture
async def stage():
    stage = Stage()
    yield stage
    for name in list(stage.joined):
        await stage.leave(name)
    assert stage.hub.held == {}


async def test_a_viewer_gets_the_snapshot_then_the_chunks_then_how_far_it_is(stage):
    stage.source.write(250)
    alice = await stage.join("alice")
    assert alice.types == ["snapshot", "chunk", "chunk", "chunk", "advanced"]
    assert alice.chunks == ["1:1-100", "1:101-200", "1:201-250"]
    assert alice.frames[0] | {"commands": []} == {
        "type": "snapshot",
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
    await asyncio.sleep(0.05)
    assert alice.chunks == ["1:1-10"]


async def test_a_browser_that_was_away_for_ten_thousand_records_catches_up_without_a_gap(stage):
    stage.source.write(500)
    await stage.join("bob")
    await stage.join("alice")
    await stage.leave("alice")
    stage.source.write(10_000, chunk_size=16)
    alice = await stage.join("alice", generation=1, after=500)
    assert alice.frames[0]["after"] == 500
    assert [int(chunk.split(":")[1].split("-")[0]) for chunk in alice.chunks] == list(range(501, 10_501, 16))
    assert alice.frames[-1]["head"] == 10_500


async def test_a_client_inside_a_merged_chunk_gets_the_whole_chunk(stage):
    stage.source.write(100)
    alice = await stage.join("alice", generation=1, after=40)
    assert alice.chunks == ["1:1-100"]
    assert alice.frames[0]["after"] == 40


async def test_a_truncation_is_said_before_the_records_of_the_new_generation(stage):
    stage.source.write(100)
    alice = await stage.join("alice")
    alice.frames.clear()
    stage.source.truncate(after=60)
    stage.source.write(5)
    await stage.ring()
    assert alice.types == ["truncated", "chunk", "advanced"]
    assert alice.frames[0] == {"type": "truncated", "generation": 2, "at": 60_000_000, "after": 60}
    assert alice.chunks == ["2:61-65"]


async def test_a_client_of_an_older_generation_is_told_what_to_drop_when_it_resumes(stage):
    stage.source.write(100)
    stage.source.truncate(after=60)
    stage.source.write(20)
    stage.source.truncate(after=70)
    stage.source.write(10)
    alice = await stage.join("alice", generation=1, after=100)
    assert alice.types == ["snapshot", "truncated", "chunk", "chunk", "advanced"]
    assert alice.frames[0]["after"] == 60
    assert alice.frames[1] == {"type": "truncated", "generation": 3, "at": 60_000_000, "after": 60}
    assert alice.chunks == ["2:61-70", "3:71-80"]


async def test_a_client_that_claims_an_unknown_generation_starts_over(stage):
    stage.source.write(10)
    alice = await stage.join("alice", generation=7, after=1000)
    assert alice.frames[0]["after"] == 0
    assert alice.chunks == ["1:1-10"]


async def test_a_slow_client_holds_nobody_up_and_loses_nothing(stage, monkeypatch):
    monkeypatch.setattr("dashboard.fanout.window.WINDOW_BYTES", 100)
    slow, quick = await stage.join("slow"), await stage.join("quick")
    slow.gate.clear()
    for _ in range(50):
        stage.source.write(10)
        await stage.ring()
    assert quick.frames[-1]["head"] == 500
    assert slow.chunks == []
    slow.gate.set()
    await settled()
    assert slow.chunks == quick.chunks
    assert slow.frames[-1]["head"] == 500


async def test_a_slow_client_that_sleeps_through_a_truncation_is_told_of_it(stage):
    slow = await stage.join("slow")
    stage.source.write(10)
    await stage.ring()
    slow.frames.clear()
    slow.gate.clear()
    stage.source.write(10)
    await stage.ring()
    stage.source.truncate(after=15)
    stage.source.write(1)
    await stage.ring()
    slow.gate.set()
    await settled()
    assert slow.frames[0] == b"1:11-20"
    assert slow.types[1:] == ["truncated", "chunk", "advanced"]
    assert slow.chunks[-1] == "2:16-16"


async def test_a_client_that_says_got_has_little_under_way(stage, monkeypatch):
    monkeypatch.setattr(viewers, "BYTES_UNDER_WAY", 20)
    alice = await stage.join("alice")
    _, viewer = stage.joined["alice"]
    viewer.got(0)
    stage.source.write(100, chunk_size=10)
    await stage.ring()
    assert len(alice.chunks) == 3
    viewer.got(30)
    await settled()
    assert len(alice.chunks) == 6


async def test_a_broken_client_ends_nobody_else(stage):
    broken, alice = await stage.join("broken"), await stage.join("alice")
    broken.broken = True
    stage.source.write(10)
    await stage.ring()
    stage.source.write(10)
    await stage.ring()
    assert alice.chunks == ["1:1-10", "1:11-20"]


async def test_a_hole_in_the_trace_closes_the_socket_instead_of_hiding_it(stage, caplog):
    alice = await stage.join("alice")
    stage.source.write(10)
    stage.source.chunks.clear()
    stage.source.write(10)
    await stage.ring()
    assert alice.closed == viewers.CLOSE_RESUME
    assert "the records 1 to 10 are missing" in caplog.text


async def test_a_client_that_never_reads_is_cut_off_to_resume(stage):
    slow = await stage.join("slow")
    watch, viewer = stage.joined["slow"]
    slow.gate.clear()
    for ordinal in range(viewers.OUTBOX_FRAMES + 2):
        watch.note(stage.command(ordinal, "accepted"), viewer)
    await settled()
    slow.gate.set()
    await settled()
    assert len(slow.frames) >= viewers.OUTBOX_FRAMES or slow.closed == viewers.CLOSE_RESUME


async def test_commands_are_told_to_everybody_when_their_status_changes(stage):
    alice, bob = await stage.join("alice"), await stage.join("bob")
    watch, viewer = stage.joined["alice"]
    watch.note(stage.command(1, "accepted"), viewer)
    stage.source.log = [stage.command(1, "applied")]
    await stage.ring("command.changed")
    for socket in (alice, bob):
        assert [frame["status"] for frame in socket.of("command")] == ["accepted", "applied"]


async def test_a_repeated_key_is_answered_with_what_became_of_the_first(stage):
    alice = await stage.join("alice")
    watch, viewer = stage.joined["alice"]
    stage.source.log = [stage.command(1, "applied")]
    await stage.ring("command.changed")
    watch.note(stage.command(1, "accepted"), viewer)
    await settled()
    assert [frame["status"] for frame in alice.of("command")] == ["applied", "applied"]


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
    stage.source.stand(state="failed", error="The disk is full.")
    await stage.ring()
    assert [frame["message"] for frame in alice.of("problem")] == ["The disk is full."]
    assert alice.of("advanced")[-1]["state"] == "failed"


async def test_a_deleted_execution_closes_its_sockets(stage):
    alice = await stage.join("alice")
    stage.source.deleted = True
    await stage.ring()
    assert alice.closed == viewers.CLOSE_GONE


async def test_joining_an_execution_that_is_not_there_is_answered_with_nothing(stage):
    stage.source.deleted = True
    await stage.join("alice")
    watch, _ = stage.joined.pop("alice")
    assert watch is None
    assert stage.hub.held == {}
