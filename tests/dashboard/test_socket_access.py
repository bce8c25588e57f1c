"""Who may open the websocket of an execution, and from which page."""

from __future__ import annotations

import uuid

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from dashboard.asgi import application
from flows.models import Execution
from tests.dashboard.browsers import HELLO

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])


@pytest.mark.parametrize(
    ("host", "origin", "gets_in"),
    [
        (b"localhost:8000", b"http://localhost:8000", True),
        (b"127.0.0.1:8000", b"http://127.0.0.1:8000", True),
        (b"localhost:8000", b"http://evil.example", False),
        (b"localhost:8000", b"http://localhost:3000", False),
        (b"localhost:8000", b"null", False),
        (b"localhost:8000", None, False),
        (b"evil.example:8000", b"http://evil.example:8000", False),
    ],
)
async def test_only_our_own_pages_open_a_websocket(opened, host, origin, gets_in):
    assert bool(await opened(headers={b"host": host, b"origin": origin})) is gets_in


async def test_who_sits_at_another_machine_is_nobody(opened):
    assert await opened(client=("10.0.0.7", 50_000)) is None


@pytest.mark.parametrize(("name", "gets_in"), [("alice", True), ("bob", False), (None, False)])
async def test_where_there_are_accounts_an_execution_is_its_owners(opened, hosted, alice, bob, name, gets_in):
    user = {"alice": alice, "bob": bob, None: None}[name]
    assert bool(await opened(headers={b"cookie": await sync_to_async(_cookie)(user)})) is gets_in


async def test_who_is_turned_away_learns_nothing_by_talking_on(execution, hosted):
    headers = [(b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000")]
    stranger = WebsocketCommunicator(application, f"/ws/executions/{execution.pk}/", headers)
    assert await stranger.connect(timeout=5) == (True, None)
    await stranger.send_json_to(HELLO)
    assert await stranger.receive_output() == {"type": "websocket.close", "code": 4404}
    assert await stranger.receive_nothing(timeout=0.2)
    await stranger.disconnect()


async def test_a_public_execution_may_be_followed_but_not_driven(opened, hosted, bob, execution):
    await Execution.objects.filter(pk=execution.pk).aupdate(visibility="public")
    follower = await opened(headers={b"cookie": await sync_to_async(_cookie)(bob)})
    await follower.say(**HELLO)
    snapshot, *_ = await follower.hear_until("advanced")
    assert (snapshot["driver"], snapshot["drives"]) == (None, False)
    for frame in ({"type": "demand", "kind": "end"}, {"type": "seen", "at": 0}, {"type": "control", "action": "ask"}):
        await follower.say(**frame)
        assert (await follower.hear())["message"] == "This execution is not yours to drive."


async def test_an_execution_that_is_not_there_is_not_opened_and_the_page_hears_why(opened):
    assert await opened(address=f"/ws/executions/{uuid.uuid4()}/") is None
    assert opened.closed_with == 4404


def _cookie(user):
    if user is None:
        return b""
    client = Client()
    client.force_login(user)
    return f"redrive_session={client.cookies['redrive_session'].value}".encode()
