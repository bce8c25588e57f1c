"""What a page is told while the database, the broker or the room on the disk is away, and when it is back."""

from __future__ import annotations

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.backends.db import SessionStore
from django.db.utils import InterfaceError, OperationalError, ProgrammingError
from django.test import Client

from dashboard import frames, live, stores
from dashboard.asgi import application
from dashboard.fanout import watch as watches
from dashboard.fanout.closes import CLOSE_AWAY
from dashboard.surroundings import Surroundings
from flows.runs import refusals, space
from flows.runs.refusals import BROKER_AWAY, DATABASE_AWAY, NO_SPACE, why_away
from tests.dashboard.browsers import HELLO

REFUSED = OperationalError("connection refused")


class Full(Exception):
    sqlstate = "53100"


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (REFUSED, DATABASE_AWAY),
        (OperationalError("database is locked"), DATABASE_AWAY),
        (OperationalError("disk I/O error"), DATABASE_AWAY),
        (InterfaceError("connection already closed"), DATABASE_AWAY),
        (OperationalError("database or disk is full"), NO_SPACE),
        (caused(OperationalError("could not extend file"), Full()), NO_SPACE),
        (OperationalError("no such column: flows_execution.mood"), None),
        (ProgrammingError("relation does not exist"), None),
        (ValueError("connection refused"), None),
        (None, None),
    ],
)
def test_an_error_of_the_database_is_told_from_a_mistake_of_ours(error, why):
    assert why_away(error) is why


async def told(socket, messages):
    """Until these are the messages of trouble that the page has heard."""
    async with asyncio.timeout(60):
        while [frame["message"] for frame in socket.of("trouble")] != messages:  # noqa: ASYNC110 - the watch looks by itself
            await asyncio.sleep(0.01)


async def test_a_watch_that_cannot_read_says_so_once_and_says_when_it_can_again(stage, monkeypatch):
    monkeypatch.setattr(watches, "POLL_SECONDS", 0.05)
    alice = await stage.join("alice")
    stage.source.away = REFUSED
    await told(alice, [DATABASE_AWAY.message])
    stage.source.away = None
    stage.source.write(5)
    await told(alice, [DATABASE_AWAY.message, ""])
    assert alice.chunks == ["1:1-5"]


async def test_the_broker_that_is_away_is_said_to_whoever_watches_and_to_whoever_comes(stage):
    alice = await stage.join("alice")
    stage.surroundings.now = frames.trouble(BROKER_AWAY)
    await stage.ring()
    bob = await stage.join("bob")
    said = {"type": "trouble", "message": BROKER_AWAY.message, "hint": BROKER_AWAY.hint}
    assert (alice.of("trouble"), bob.of("trouble")) == ([said], [said])


async def test_what_the_execution_says_of_itself_goes_before_the_surroundings(stage):
    stage.surroundings.now = frames.trouble(BROKER_AWAY)
    stage.source.stand(state="stopped", error="It was stopped.")
    alice = await stage.join("alice")
    assert [frame["message"] for frame in alice.of("trouble")] == ["It was stopped."]


async def test_surroundings_know_a_broker_that_is_not_there_and_a_full_disk(settings, monkeypatch, tmp_path):
    settings.CHANNEL_LAYERS = stores.channel_layers_of(f"unix://{tmp_path}/nobody.sock")
    around = Surroundings()
    monkeypatch.setattr("dashboard.surroundings.LOOK_EVERY_S", 0)
    assert await around.trouble() == frames.trouble(BROKER_AWAY)
    monkeypatch.setattr(space, "is_left", lambda: False)
    assert await around.trouble() == frames.trouble(NO_SPACE)


@pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])
async def test_a_command_that_could_not_be_written_down_closes_the_socket_with_a_sentence(opened, monkeypatch):
    browser = await opened()
    await browser.say(**HELLO)
    await browser.hear_until("snapshot")

    async def away(*_):
        raise REFUSED

    monkeypatch.setattr(live, "demand", away)
    await browser.say(type="demand", kind="quiet")
    trouble = (await browser.hear_until("trouble"))[-1]
    assert trouble == {"type": "trouble", "message": DATABASE_AWAY.message, "hint": DATABASE_AWAY.hint}
    closed = await browser.communicator.receive_output(timeout=60)
    assert closed == {"type": "websocket.close", "code": CLOSE_AWAY}


@pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])
async def test_who_cannot_even_be_asked_for_who_he_is_hears_that_the_database_is_away(
    hosted, execution, alice, monkeypatch
):
    signed_in = Client()
    await sync_to_async(signed_in.force_login)(alice)
    cookie = f"redrive_session={signed_in.cookies['redrive_session'].value}".encode()

    def away(*_):
        raise REFUSED

    monkeypatch.setattr(SessionStore, "load", away)
    headers = [(b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000"), (b"cookie", cookie)]
    socket = WebsocketCommunicator(application, f"/ws/executions/{execution.pk}/", headers)
    assert await socket.connect(timeout=60) == (True, None)
    assert await socket.receive_json_from(timeout=60) == {
        "type": "trouble",
        "message": DATABASE_AWAY.message,
        "hint": DATABASE_AWAY.hint,
    }
    assert await socket.receive_output(timeout=60) == {"type": "websocket.close", "code": CLOSE_AWAY}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/executions/", "/api/executions/00000000-0000-4000-8000-000000000001"])
def test_a_page_and_the_api_answer_503_in_a_sentence(client, monkeypatch, path):
    def away(*_args, **_options):
        raise REFUSED

    monkeypatch.setattr("flows.models.owned.OwnedQuerySet.listed_for", away)
    monkeypatch.setattr("dashboard.library.execution_for", away)
    client.raise_request_exception = False
    response = client.get(path)
    text = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert DATABASE_AWAY.message in text
    assert "Traceback" not in text
    if path.startswith("/api/"):
        assert json.loads(text)["code"] == refusals.DATABASE_AWAY.code
