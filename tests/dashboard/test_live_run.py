"""The whole way, but for Celery: a frame in, a slice simulated and stored, chunks out.

`Mirror` is a browser's store: it applies frames to what it has. The test of tests is Zulip's: what it has come to by
frames is what somebody who opens the page now would get.
"""

from __future__ import annotations

import asyncio
import json

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator

from dashboard import library
from dashboard.asgi import application
from dashboard.fanout import room
from dashboard.live import RunsSource
from flows.models import Execution
from flows.runs import api as runs
from flows.runs import slices
from flows.services.kinds import KINDS
from flows.traces.chunk import decode
from tests.builders import SECOND, a_function, a_mapping, a_queue, arn, url
from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])]

POISON = {
    "body": {"path": "$.poison", "equals": True},
    "error": {"type": "PoisonMessage", "message": "No."},
    "how": "item",
}
DOCUMENT = {
    "format": 1,
    "name": "orders",
    "resources": {
        "Orders": a_queue("orders", "orders-dlq", VisibilityTimeout=30),
        "OrdersDlq": a_queue("orders-dlq", MessageRetentionPeriod=1_209_600),
        "ChargeCard": a_function("charge-card", failures=[POISON]),
        "Mapping": a_mapping("orders", "charge-card", FunctionResponseTypes=["ReportBatchItemFailures"]),
    },
}
SEND = {"operation": "sqs:SendMessage", "params": {"QueueUrl": url("orders"), "MessageBody": '{"order": 1}'}}
BURST = {
    "operation": "client:StartTraffic",
    "params": {"TargetArn": arn("orders"), "Mode": "burst", "Count": 200, "MessageBody": '{"order": {{index}}}'},
}


class Mirror:
    def __init__(self, communicator, records):
        self.communicator = communicator
        self.records = list(records)
        self.frames = []
        self.generation = None
        self.says_got = False

    async def say(self, **frame):
        await self.communicator.send_json_to(frame)

    async def hear_until(self, wanted):
        """Applies frames as they come, until `wanted` says yes to one; answers it."""
        async with asyncio.timeout(60):
            while True:
                event = await self.communicator.receive_output(timeout=60)
                frame = (
                    json.loads(event["text"])
                    if event.get("text") is not None
                    else {"type": "chunk", "bytes": event["bytes"]}
                )
                self.frames.append(frame)
                self.apply(frame)
                if frame["type"] == "chunk" and self.says_got:
                    await self.say(type="got", after=len(self.records))
                if wanted(frame):
                    return frame

    def apply(self, frame):
        if frame["type"] == "chunk":
            fresh = rows(frame["bytes"])
            assert fresh[0][0] <= len(self.records) + 1, "a gap"
            self.records += [row for row in fresh if row[0] > len(self.records)]
        elif frame["type"] in ("truncated", "snapshot"):
            del self.records[frame["after"] :]
            self.generation = frame["generation"]
        elif frame["type"] == "advanced":
            assert len(self.records) >= frame["head"], "a chunk comes before the `advanced` that names its head"

    @property
    def names(self):
        return [name for _, _, name, _ in self.records]


def rows(chunk):
    """(sequence, instant, kind, subject) of every record."""
    columns = decode(chunk)
    kinds = [KINDS.by_number[number].name for number in columns.columns["kind"].tolist()]
    sequences = range(columns.first, columns.first + len(kinds))
    return list(zip(sequences, columns.at.tolist(), kinds, columns.columns["subject"].tolist(), strict=True))


def reached(at):
    return lambda frame: frame["type"] == "advanced" and frame["frontier_at"] >= at


def command(status):
    return lambda frame: frame["type"] == "command" and frame["status"] == status


@pytest.fixture
def running():
    execution = runs.create_execution(library.save(DOCUMENT, None).version, seed=7, actor="Viewer")
    return execution.pk


@pytest.fixture(autouse=True)
async def worker(monkeypatch):
    """What a hint brings about: a slice in a thread of its own, whose doorbell rings on this loop."""
    loop, going = asyncio.get_running_loop(), set()

    def hint(execution_id, *, token=None, **_kwargs):
        loop.call_soon_threadsafe(start, execution_id, token)

    def start(execution_id, token):
        task = asyncio.ensure_future(database_sync_to_async(slices.go_on, thread_sensitive=False)(execution_id, token))
        going.add(task)
        task.add_done_callback(going.discard)

    monkeypatch.setattr("flows.runs.dispatch.hint", hint)
    yield
    while going:
        await asyncio.gather(*going)


@pytest.fixture
async def browse(running, worker):
    opened = []

    async def browse_(execution_id=running, records=(), **hello):
        communicator = WebsocketCommunicator(
            application,
            f"/ws/executions/{execution_id}/",
            [(b"host", b"localhost"), (b"origin", b"http://localhost")],
        )
        communicator.scope["client"] = ("127.0.0.1", 50_000)
        await communicator.connect(timeout=60)
        mirror = Mirror(communicator, records)
        opened.append(communicator)
        await mirror.say(type="hello", **hello)
        await mirror.hear_until(lambda frame: frame["type"] == "advanced")
        return mirror

    yield browse_
    for communicator in opened:
        await communicator.disconnect()


async def test_a_message_is_sent_received_and_deleted_and_the_browser_sees_it(browse, running):
    alice = await browse()
    await alice.say(type="command", key="k-1", at=0, **SEND)
    await alice.say(type="demand", kind="until", until_at=2 * SECOND)
    await alice.hear_until(reached(2 * SECOND))
    assert [frame["status"] for frame in alice.frames if frame["type"] == "command"] == ["accepted", "applied"]
    sent = [name for name in alice.names if name.startswith("Message")]
    assert sent == ["MessageSent", "MessageReceived", "MessageDeleted"]
    assert alice.records == await _stored(running)


async def test_a_command_in_the_speculative_stretch_truncates_and_the_mirror_is_still_the_truth(browse, running):
    alice = await browse()
    await alice.say(type="command", key="k-1", at=0, **BURST)
    await alice.say(type="demand", kind="until", until_at=60 * SECOND)
    await alice.hear_until(reached(60 * SECOND))
    before = len(alice.records)
    await alice.say(type="seen", at=1000)
    await alice.say(type="command", key="k-2", at=1000, **SEND)
    await alice.hear_until(command("applied"))
    await alice.say(type="demand", kind="until", until_at=60 * SECOND)
    await alice.hear_until(reached(60 * SECOND))
    truncated = next(frame for frame in alice.frames if frame["type"] == "truncated")
    assert (truncated["generation"], truncated["at"]) == (2, 1000)
    assert truncated["after"] < before
    assert alice.names.count("MessageSent") == 201
    assert alice.records == await _stored(running)


async def test_what_is_said_to_be_applied_is_in_the_standing_said_with_it(running, monkeypatch):
    """A slice that commits while a watch reads: the watch may hear of its commands later, never before its records."""
    given, hints = {"key": "k-1", "at": 0, "actor": "Alice", **SEND}, []
    monkeypatch.setattr("flows.runs.dispatch.hint", lambda _id, *, token=None, **_options: hints.append(token))
    await database_sync_to_async(runs.submit_command)(running, **given)
    status = runs.status

    def committed_meanwhile(execution_id):
        before = status(execution_id)
        slices.go_on(execution_id, hints.pop())
        return before

    monkeypatch.setattr(runs, "status", committed_meanwhile)
    reading = await RunsSource().read(running, after=0, since=0)
    assert (reading.standing.head, [each.status for each in reading.commands]) == (0, ["accepted"])
    monkeypatch.setattr(runs, "status", status)
    reading = await RunsSource().read(running, after=0, since=0)
    assert reading.standing.head > 0
    assert [each.status for each in reading.commands] == ["applied"]


async def test_a_browser_that_slept_through_a_truncation_comes_to_the_same(browse, running):
    alice, bob = await browse(), await browse()
    await alice.say(type="command", key="k-1", at=0, **BURST)
    await alice.say(type="demand", kind="until", until_at=60 * SECOND)
    for browser in (alice, bob):
        await browser.hear_until(reached(60 * SECOND))
    await bob.communicator.disconnect()
    await alice.say(type="command", key="k-2", at=500, **SEND)
    await alice.hear_until(command("applied"))
    await alice.say(type="demand", kind="until", until_at=90 * SECOND)
    await alice.hear_until(reached(90 * SECOND))
    again = await browse(records=bob.records, generation=1, after=len(bob.records))
    assert again.records == alice.records == await _stored(running)


async def test_a_page_that_has_not_said_got_is_sent_no_more_than_its_room(browse, running, monkeypatch):
    for bound in ("LEAST", "FIRST", "MOST"):
        monkeypatch.setattr(room, bound, 1)
    alice, bob = await browse(), await browse()
    alice.says_got = True
    for number in range(3):
        await alice.say(type="command", key=f"k-{number}", at=number * 20 * SECOND, **BURST)
        await alice.say(type="demand", kind="until", until_at=(number + 1) * 20 * SECOND)
        await alice.hear_until(reached((number + 1) * 20 * SECOND))
    for _ in range(2):
        await bob.say(type="seen", at=0)  # is answered in turn: by then all has come that comes
        await bob.hear_until(lambda frame: frame["type"] == "problem")
        assert [frame["type"] for frame in bob.frames].count("chunk") == 1
    assert len(bob.records) < len(alice.records)
    bob.says_got = True
    await bob.say(type="got", after=len(bob.records))
    await bob.hear_until(reached(60 * SECOND))
    assert bob.records == alice.records == await _stored(running)


async def test_a_command_in_the_seen_past_goes_on_in_a_fork(browse, running):
    alice = await browse()
    await alice.say(type="command", key="k-1", at=0, **SEND)
    await alice.say(type="demand", kind="until", until_at=5 * SECOND)
    await alice.hear_until(reached(5 * SECOND))
    await alice.say(type="seen", at=4 * SECOND)
    await alice.say(type="command", key="k-2", at=2 * SECOND, **SEND)
    forked = await alice.hear_until(command("forked"))
    fork = await browse(forked["execution"])
    await fork.say(type="demand", kind="until", until_at=5 * SECOND)
    await fork.hear_until(reached(5 * SECOND))
    assert (alice.names.count("MessageSent"), fork.names.count("MessageSent")) == (1, 2)
    assert fork.records == await _stored((await Execution.objects.aget(pk=forked["execution"])).pk)


async def test_six_silent_virtual_hours_pass_on_the_clock(browse):
    alice = await browse()
    await alice.say(type="command", key="k-1", at=0, **SEND)
    await alice.say(type="demand", kind="quiet")
    await alice.hear_until(command("applied"))
    await alice.hear_until(lambda frame: frame["type"] == "advanced" and frame["quiet"])
    records = len(alice.records)
    six_hours = 6 * 3600 * SECOND
    await alice.say(type="demand", kind="until", until_at=six_hours)
    await alice.hear_until(reached(six_hours))
    assert len(alice.records) == records


async def test_a_refused_command_says_why_in_aws_words(browse):
    alice = await browse()
    missing = {"QueueUrl": url("nothing"), "MessageBody": "hello"}
    await alice.say(type="command", key="k-1", at=0, operation="sqs:SendMessage", params=missing)
    refused = await alice.hear_until(command("refused"))
    assert refused["error"]["code"] == "AWS.SimpleQueueService.NonExistentQueue"


@database_sync_to_async
def _stored(execution_id):
    stored = []
    for *_, frame in runs.chunks_after(execution_id, 0, 10_000):
        stored += [row for row in rows(frame) if row[0] > len(stored)]
    return stored
