"""Looking at a long run through a window: it begins where one looks, goes no further than one wants, and nothing is skipped in it."""

from __future__ import annotations

import asyncio

import pytest

from dashboard.fanout import room as rooms
from dashboard.fanout import viewer as viewers
from tests.dashboard.fakes import settled

SECOND = 1_000_000


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(viewers, "LONG_RECORDS", 1000)
    monkeypatch.setattr(viewers, "BEHIND_RECORDS", 1000)
    monkeypatch.setattr(viewers, "WINDOW_RECORDS", 300)


async def test_a_long_run_begins_where_the_driver_is(stage):
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice", window=True)
    assert alice.chunks == ["begins:1000", "1:1001-1100", "1:1101-1200", "1:1201-1300"]
    assert alice.types[-1] == "advanced"
    assert alice.frames[-1]["head"] == 2000


async def test_whoever_does_not_say_that_a_window_will_do_gets_all_of_it(stage):
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice")
    assert alice.chunks[0] == "1:1-100"
    assert len(alice.chunks) == 20


async def test_a_short_run_is_sent_whole(stage):
    stage.source.write(900, seen_at=450 * SECOND)
    assert (await stage.join("alice", window=True)).chunks[0] == "1:1-100"


async def test_more_is_sent_when_more_is_wanted(stage):
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice", window=True)
    alice.frames.clear()
    stage.joined["alice"][1].got(1300, 1500)
    await settled()
    assert alice.chunks == ["1:1301-1400", "1:1401-1500"]


async def test_looking_elsewhere_begins_anew_there(stage):
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice", window=True)
    alice.frames.clear()
    stage.joined["alice"][1].look(350 * SECOND)
    await settled()
    assert alice.chunks == ["begins:100", "1:101-200", "1:201-300", "1:301-400"]


async def test_what_was_under_way_from_elsewhere_takes_no_room(stage, monkeypatch):
    monkeypatch.setattr(rooms, "FIRST", 20)
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice", window=True)
    stage.joined["alice"][1].got(1001, 2000)
    await settled()
    alice.frames.clear()
    stage.joined["alice"][1].look(350 * SECOND)
    await settled()
    assert alice.chunks[:2] == ["begins:100", "1:101-200"]


async def test_a_window_that_reaches_the_head_follows_the_run(stage):
    stage.source.write(2000, seen_at=2000 * SECOND)
    alice = await stage.join("alice", window=True)
    stage.joined["alice"][1].got(2000, 9999)
    await settled()
    alice.frames.clear()
    stage.source.write(50)
    await stage.ring()
    assert alice.types == ["chunk", "advanced"]
    assert alice.chunks == ["1:2001-2050"]


async def test_a_truncation_below_the_window_is_told_and_a_look_mends_it(stage):
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice", window=True)
    alice.frames.clear()
    stage.source.truncate(after=650)
    await stage.ring("truncated")
    assert alice.types[0] == "truncated"
    alice.frames.clear()
    stage.joined["alice"][1].look(650 * SECOND)
    await settled()
    assert alice.chunks[0] == "begins:400"
    assert alice.chunks[-1] == "2:601-650" or alice.chunks[-1].endswith("-650")


async def test_a_window_of_a_run_that_has_changed_meanwhile_is_asked_for_again(stage):
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice", window=True)
    alice.frames.clear()
    stage.source.truncate(after=1500)
    stage.joined["alice"][1].look(1250 * SECOND)
    await settled()
    assert alice.types[0] == "truncated"
    assert alice.chunks[0] == "begins:1000"


async def test_after_a_lost_connection_a_window_goes_on_where_it_was(stage):
    stage.source.write(2000, seen_at=1250 * SECOND)
    alice = await stage.join("alice", generation=1, after=1300, until=1500, window=True)
    assert alice.chunks == ["1:1301-1400", "1:1401-1500"]


# ── a thin line ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def behind(stage, monkeypatch, seen_at=1250 * SECOND, **hello):
    """Bob, whose answers come late, follows a run that has grown long since he came; its driver is far ahead of him."""
    monkeypatch.setattr(rooms, "FIRST", 20)
    monkeypatch.setattr(rooms, "TARGET_S", -1)
    monkeypatch.setattr(rooms, "LEAST", 20)
    await stage.join("alice")
    bob = await stage.join("bob", **hello)
    stage.source.write(2000, seen_at=seen_at)
    await stage.ring()
    bob.frames.clear()
    stage.joined["bob"][1].got(100)
    await settled()
    return bob


async def test_who_falls_far_behind_skips_to_where_the_driver_is(stage, monkeypatch):
    bob = await behind(stage, monkeypatch, window=True)
    assert bob.types == ["chunk", "snapshot", "chunk"]
    assert bob.chunks == ["begins:1000", "1:1001-1100"]
    assert [bob.frames[1][name] for name in ("after", "head", "seen_at")] == [1000, 2000, 1250 * SECOND]
    viewer = stage.joined["bob"][1]
    bob.frames.clear()
    viewer.got(300)  # said before it saw where the window begins
    await settled()
    assert bob.frames == []
    viewer.got(1100, 1300)
    await settled()
    assert bob.chunks == ["1:1101-1200", "1:1201-1300"]


async def test_nobody_is_taken_on_before_the_beginning_of_the_last_window_has_arrived(stage, monkeypatch):
    """Behind it on a thin line the next would only stand, and the one after that."""
    monkeypatch.setattr(viewers, "SKIP_EVERY_S", 0)
    bob = await behind(stage, monkeypatch, window=True)
    viewer = stage.joined["bob"][1]
    monkeypatch.setattr(viewers, "BEHIND_RECORDS", 500)
    for seen_at in (1450, 1650, 1850):
        stage.source.stand(seen_at=seen_at * SECOND)
        await stage.ring()
    assert [chunk for chunk in bob.chunks if chunk.startswith("begins")] == ["begins:1000"]
    viewer.got(1100)
    await settled()
    assert [chunk for chunk in bob.chunks if chunk.startswith("begins")] == ["begins:1000", "begins:1600"]


async def test_a_room_that_opens_a_long_run_reads_where_it_begins_once(stage, monkeypatch):
    stage.source.write(2000, seen_at=1250 * SECOND)
    read = []
    beginning = stage.source.beginning

    async def counted(execution_id, at):
        read.append(at)
        return await beginning(execution_id, at)

    monkeypatch.setattr(stage.source, "beginning", counted)
    sockets = await asyncio.gather(*(stage.join(f"person {number}", window=True) for number in range(100)))
    assert all(socket.chunks[0] == "begins:1000" for socket in sockets)
    assert len(read) <= 3


async def test_who_waits_for_its_line_holds_no_more_than_its_room(stage, monkeypatch):
    monkeypatch.setattr(rooms, "FIRST", 20)
    stage.source.write(5000)
    thin = await stage.join("thin")
    viewer = stage.joined["thin"][1]
    assert thin.chunks == ["1:1-100", "1:101-200", "1:201-300"]
    assert sum(len(chunk.frame) for chunk in viewer._stretch.chunks) <= 20 + len("1:4901-5000")
    viewer.got(300)
    await settled()
    assert thin.chunks[3] == "1:301-400"


async def test_who_is_further_than_the_driver_does_not_skip_back(stage, monkeypatch):
    bob = await behind(stage, monkeypatch, seen_at=50 * SECOND, window=True)
    assert bob.chunks == ["1:301-400"]


async def test_who_wants_every_record_gets_every_record(stage, monkeypatch):
    bob = await behind(stage, monkeypatch)
    assert bob.chunks == ["1:301-400"]
