"""The fan-out when things do not go smoothly: resuming, truncations, slow clients, holes."""

from __future__ import annotations

import asyncio

from dashboard.fanout import room as rooms
from dashboard.fanout import viewer as viewers
from tests.dashboard.fakes import settled


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


async def test_what_was_applied_after_a_truncation_is_not_said_before_it(stage):
    """Else a page takes the whole run that it has for the one in which its command was applied."""
    slow = await stage.join("slow")
    stage.source.write(10)
    slow.frames.clear()
    slow.gate.clear()
    await stage.ring()
    stage.source.truncate(after=5)
    stage.source.write(1)
    stage.source.log = [stage.command(1, "applied")]
    await stage.ring("command.changed")
    slow.gate.set()
    await settled()
    assert slow.types == ["chunk", "truncated", "command", "chunk", "advanced"]


async def test_little_is_under_way_to_a_client_before_it_says_got(stage, monkeypatch):
    for bound in ("FIRST", "MOST"):
        monkeypatch.setattr(rooms, bound, 20)
    alice = await stage.join("alice")
    _, viewer = stage.joined["alice"]
    stage.source.write(100, chunk_size=10)
    await stage.ring()
    assert len(alice.chunks) == 3
    viewer.got(30)
    await settled()
    assert len(alice.chunks) == 6


async def test_a_client_that_never_says_got_is_told_once_that_nothing_more_is_sent(stage, monkeypatch):
    monkeypatch.setattr(rooms, "FIRST", 20)
    monkeypatch.setattr(viewers, "UNANSWERED_S", 0)
    alice = await stage.join("alice")
    stage.source.write(100, chunk_size=10)
    for _ in range(3):
        await stage.ring()
    assert alice.types[1:] == ["advanced", "chunk", "chunk", "chunk", "problem"]
    assert alice.frames[-1]["message"] == "Nothing more is sent until you say what has arrived."
    stage.joined["alice"][1].got(30)
    await settled()
    assert alice.chunks[3] == "1:31-40"


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
    for ordinal in range(5 * viewers.OUTBOX_FRAMES):
        watch.note(stage.command(ordinal, "accepted"), viewer)
        assert len(viewer._outbox) <= viewers.OUTBOX_FRAMES
        await asyncio.sleep(0)
    slow.gate.set()
    await settled()
    assert slow.closed == viewers.CLOSE_RESUME
