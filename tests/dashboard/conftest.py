"""The cast: Alice owns an `orders` topology and runs it, Bob is a stranger, Carol comes without an account."""

from __future__ import annotations

import asyncio
from threading import Barrier

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import Client

from dashboard import library, threads
from dashboard.asgi import application
from flows.models import Topology
from flows.runs import api as runs
from tests.dashboard.browsers import Browser
from tests.dashboard.fakes import Stage

DOCUMENT = {
    "format": 1,
    "name": "orders",
    "region": "eu-west-1",
    "account": "123456789012",
    "resources": {
        "Orders": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": "orders",
                "VisibilityTimeout": 30,
                "RedrivePolicy": {
                    "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:orders-dlq",
                    "maxReceiveCount": 5,
                },
            },
        },
        "OrdersDlq": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": "orders-dlq", "MessageRetentionPeriod": 1209600},
        },
    },
}


@pytest.fixture
def alice(db):
    return User.objects.create_user("alice")


@pytest.fixture
def bob(db):
    return User.objects.create_user("bob")


@pytest.fixture
def hosted(settings):
    """An installation with accounts."""
    settings.REDRIVE_MODE = "hosted"


@pytest.fixture
def topology(alice):
    return library.save(DOCUMENT, alice).version.topology


@pytest.fixture
def example(db):
    version = library.save({**DOCUMENT, "name": "an example"}, None).version
    Topology.objects.filter(pk=version.topology.pk).update(is_example=True)
    return Topology.objects.get(pk=version.topology.pk)


@pytest.fixture
def execution(topology, alice):
    return runs.create_execution(topology.latest, seed=1, actor="alice", owner=alice)


@pytest.fixture
def local():
    """The one owner of a local installation, at her own machine."""
    return Client(headers={"host": "localhost"})


@pytest.fixture
def by():
    """A browser in which somebody has logged in; None: nobody has."""

    def browser(user=None, **kwargs):
        client = Client(**kwargs)
        if user is not None:
            client.force_login(user)
        return client

    return browser


@pytest.fixture
async def stage(monkeypatch):
    """Nobody looks by himself, however long a test takes: it counts readings."""
    monkeypatch.setattr("dashboard.fanout.watch.POLL_SECONDS", 3600)
    stage = Stage()
    yield stage
    for name in list(stage.joined):
        await stage.leave(name)
    assert stage.hub.held == {}


@pytest.fixture
async def opened(execution):
    """Opens a websocket on Alice's execution from her own machine."""
    browsers = []

    async def open_(address=None, headers=None, client=("127.0.0.1", 50_000)):
        address = address or f"/ws/executions/{execution.pk}/"
        given = {b"host": b"localhost:8000", b"origin": b"http://localhost:8000", **(headers or {})}
        communicator = WebsocketCommunicator(
            application, address, [(name, value) for name, value in given.items() if value]
        )
        communicator.scope["client"] = client
        accepted, _ = await communicator.connect(timeout=60)
        if not accepted:
            open_.closed_with = None
            return None
        await communicator.send_to(bytes_data=b"Who?")  # bytes are always a problem, unless one was turned away
        said = await communicator.receive_output(timeout=60)
        if said["type"] == "websocket.close":
            open_.closed_with = said["code"]
            return None
        browsers.append(Browser(communicator))
        return browsers[-1]

    yield open_
    for browser in browsers:
        await browser.leave()
    await asyncio.to_thread(wait_for_threads)


def wait_for_threads():
    """What a viewer that has left had begun in the database goes on in a thread: not while the next test's is emptied."""
    together = Barrier(threads.THREADS)
    for waiting in [threads._executor.submit(together.wait) for _ in range(threads.THREADS)]:
        waiting.result()
