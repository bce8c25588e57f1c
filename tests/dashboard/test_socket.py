"""The websocket, as a browser meets it: `WebsocketCommunicator` on the whole ASGI application, rows in a real database."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db.models import F

from flows.models import Command, CommandStatus, Execution, TraceChunk, Truncation
from flows.runs import api as runs
from flows.runs.doorbell import group
from tests.dashboard.browsers import HELLO
from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])]


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """These tests write what a worker would have written."""
    monkeypatch.setattr("flows.runs.dispatch.hint", lambda *_args, **_kwargs: None)


# ── the worker's part ─────────────────────────────────────────────────────────────────────────────────────────────────


def write(execution, records, size=4096):
    """So many records of one second each, as a slice commits them."""
    execution.refresh_from_db()
    for first in range(execution.head + 1, execution.head + records + 1, size):
        last = min(first + size - 1, execution.head + records)
        TraceChunk.objects.create(
            execution=execution,
            generation=execution.generation,
            first=first,
            last=last,
            first_at=first * 1_000_000,
            last_at=last * 1_000_000,
            header=f"{execution.generation}:{first}-{last}".encode(),
            hot=b"",
            cold=b"",
            provisional=False,
        )
    head = execution.head + records
    Execution.objects.filter(pk=execution.pk).update(head=head, frontier_at=head * 1_000_000)


def truncate(execution, after):
    execution.refresh_from_db()
    execution.chunks.filter(first__gt=after).delete()
    execution.chunks.filter(last__gt=after).update(last=after, last_at=after * 1_000_000, header=b"cut")
    Truncation.objects.create(
        execution=execution, generation=execution.generation + 1, at=after * 1_000_000, after=after
    )
    Execution.objects.filter(pk=execution.pk).update(
        generation=F("generation") + 1, head=after, frontier_at=after * 1_000_000
    )


def apply_commands(execution):
    Command.objects.filter(execution=execution).update(status=CommandStatus.APPLIED, result={"MessageId": "m-1"})


async def ring(execution, kind="doorbell"):
    await get_channel_layer().group_send(group(execution.pk), {"type": kind})


# ── following ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_browser_gets_the_snapshot_then_the_chunks_then_advanced(opened, execution):
    await database_sync_to_async(write)(execution, 5000)
    alice = await opened()
    await alice.say(**HELLO)
    snapshot, *rest = await alice.hear_until("advanced")
    assert (snapshot["type"], snapshot["after"], snapshot["head"], snapshot["drives"]) == ("snapshot", 0, 5000, True)
    assert [frame for frame in rest if isinstance(frame, bytes)] == [b"1:1-4096", b"1:4097-5000"]
    await database_sync_to_async(write)(execution, 10)
    await ring(execution)
    assert await alice.hear() == b"1:5001-5010"
    assert (await alice.hear())["head"] == 5010


async def test_ten_thousand_records_later_it_resumes_without_a_gap(opened, execution):
    await database_sync_to_async(write)(execution, 300)
    alice = await opened()
    await alice.say(**HELLO)
    await alice.hear_until("advanced")
    await alice.leave()
    await database_sync_to_async(write)(execution, 10_000)
    alice = await opened()
    await alice.say(type="hello", generation=1, after=300)
    snapshot, *rest = await alice.hear_until("advanced")
    assert snapshot["after"] == 300
    assert [frame for frame in rest if isinstance(frame, bytes)] == [b"1:301-4396", b"1:4397-8492", b"1:8493-10300"]


async def test_it_is_told_what_to_drop_when_its_generation_has_ended(opened, execution):
    await database_sync_to_async(write)(execution, 100)
    await database_sync_to_async(truncate)(execution, 40)
    await database_sync_to_async(write)(execution, 5)
    alice = await opened()
    await alice.say(type="hello", generation=1, after=100)
    heard = await alice.hear_until("advanced")
    assert [frame["type"] if isinstance(frame, dict) else frame for frame in heard] == [
        "snapshot",
        "truncated",
        b"2:41-45",
        "advanced",
    ]
    assert heard[1] == {"type": "truncated", "generation": 2, "at": 40_000_000, "after": 40}


# ── driving ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_two_browsers_one_drives_the_other_follows_and_takes_over(opened, execution):
    alice = await opened()
    await alice.say(**HELLO)
    await alice.hear_until("advanced")
    follower = await opened()
    await follower.say(**HELLO)
    snapshot, *_ = await follower.hear_until("advanced")
    assert (snapshot["driver"]["name"], snapshot["drives"]) == ("Viewer", False)
    await follower.say(type="demand", kind="until", until_at=2_000_000)
    problem = await follower.hear()
    assert (problem["type"], problem["message"]) == ("problem", "Somebody else drives this execution.")
    await alice.leave()
    driver = await follower.hear()
    assert (driver["type"], driver["name"], driver["drives"]) == ("driver", "Viewer 2", True)
    await follower.say(type="demand", kind="until", until_at=2_000_000)
    assert await follower.complains_of() == []
    await sync_to_async(execution.refresh_from_db)()
    assert (execution.demand_kind, execution.demand_at, execution.wanted) == ("until", 2_000_000, True)


async def test_the_wheel_is_handed_to_whoever_asked_first(opened, execution):
    first, second, third = [await opened() for _ in range(3)]
    for browser in (first, second, third):
        await browser.say(**HELLO)
        await browser.hear_until("advanced")
    await third.say(type="control", action="ask")
    assert (await first.hear_until("driver"))[-1]["asks"] == ["Viewer 3"]
    await first.say(type="control", action="release")
    assert (await third.hear_until("driver"))[-1]["asks"] == ["Viewer 3"]
    assert (await third.hear_until("driver"))[-1]["drives"]
    assert not (await first.hear_until("driver"))[-1]["drives"]


async def test_a_command_is_accepted_at_once_and_applied_later_and_everybody_hears_it(opened, execution):
    alice, follower = await opened(), await opened()
    for browser in (alice, follower):
        await browser.say(**HELLO)
        await browser.hear_until("advanced")
    await alice.say(type="command", key="k-1", at=0, operation="sqs:SendMessage", params={"MessageBody": "hello"})
    accepted = (await alice.hear_until("command"))[-1]
    assert (accepted["key"], accepted["ordinal"], accepted["status"]) == ("k-1", 1, "accepted")
    await sync_to_async(apply_commands)(execution)
    await ring(execution, "command.changed")
    applied = (await alice.hear_until("command"))[-1]
    assert (applied["key"], applied["status"], applied["result"]) == ("k-1", "applied", {"MessageId": "m-1"})
    assert [frame["status"] for frame in await _commands(follower, 2)] == ["accepted", "applied"]


async def test_a_command_sent_twice_is_one_command(opened, execution):
    alice = await opened()
    await alice.say(**HELLO)
    await alice.hear_until("advanced")
    command = {"type": "command", "key": "k-1", "at": 0, "operation": "sqs:SendMessage", "params": {}}
    await alice.say(**command)
    assert [frame["status"] for frame in await _commands(alice, 1)] == ["accepted"]
    await sync_to_async(apply_commands)(execution)
    await ring(execution, "command.changed")
    assert [frame["status"] for frame in await _commands(alice, 1)] == ["applied"]
    await alice.say(**command)
    assert [(frame["ordinal"], frame["status"]) for frame in await _commands(alice, 1)] == [(1, "applied")]
    assert await sync_to_async(execution.commands.count)() == 1


async def test_a_command_in_the_seen_past_names_the_fork_that_took_it(opened, execution):
    await database_sync_to_async(write)(execution, 100)
    await sync_to_async(runs.set_seen)(execution.pk, 50_000_000)
    alice = await opened()
    await alice.say(**HELLO)
    await alice.hear_until("advanced")
    await alice.say(type="command", key="k-1", at=10_000_000, operation="sqs:SendMessage", params={})
    forked = (await alice.hear_until("command"))[-1]
    assert (forked["status"], forked["ordinal"]) == ("forked", None)
    branch = await Execution.objects.aget(pk=forked["execution"])
    assert (branch.parent_id, branch.forked_at) == (execution.pk, 10_000_000)


async def test_the_playhead_of_the_driver_is_kept(opened, execution):
    await database_sync_to_async(write)(execution, 100)
    alice = await opened()
    await alice.say(**HELLO)
    await alice.hear_until("advanced")
    await alice.say(type="seen", at=42_000_000)
    assert await alice.complains_of() == []
    await sync_to_async(execution.refresh_from_db)()
    assert execution.seen_at == 42_000_000


async def test_what_is_not_understood_is_a_problem_and_the_socket_stays_open(opened):
    alice = await opened()
    for text in ("nonsense", '{"type": "teleport"}', '{"type": "seen", "at": 1}'):
        await alice.communicator.send_to(text_data=text)
        assert (await alice.hear())["type"] == "problem"
    await alice.communicator.send_to(bytes_data=b"RDC1")
    assert (await alice.hear())["message"] == "Frames from the client are text."
    await alice.say(**HELLO)
    await alice.hear_until("advanced")
    await alice.say(**HELLO)
    assert (await alice.hear())["message"] == "`hello` was said already."


async def test_deleting_an_execution_closes_its_sockets(opened, execution):
    alice = await opened()
    await alice.say(**HELLO)
    await alice.hear_until("advanced")
    await sync_to_async(runs.delete_execution)(execution.pk)
    await ring(execution)
    assert await alice.communicator.receive_output(timeout=60) == {"type": "websocket.close", "code": 4404}


async def _commands(browser, count):
    heard = []
    async with asyncio.timeout(60):
        while len(heard) < count:
            heard += [frame for frame in await browser.hear_until("command") if frame["type"] == "command"]
    return heard
