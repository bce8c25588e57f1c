"""Who may open the websocket of an execution, and from which page."""

from __future__ import annotations

import uuid
from typing import get_args

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from dashboard.asgi import application
from dashboard.frames import ClientFrame
from flows.models import Execution
from tests.dashboard.browsers import HELLO
from tests.grounds import on_both_grounds

COMMAND = {"key": "k-1", "at": 0, "operation": "sqs:SendMessage", "params": {}}

pytestmark = [on_both_grounds, pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])]


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
    assert await stranger.connect(timeout=60) == (True, None)
    await stranger.send_json_to(HELLO)
    assert await stranger.receive_output(timeout=60) == {"type": "websocket.close", "code": 4404}
    assert await stranger.receive_nothing(timeout=0.2)
    await stranger.disconnect()


async def test_a_public_execution_has_no_driver_among_those_who_may_only_look(opened, hosted, bob, execution):
    await _publish(execution)
    follower = await opened(headers={b"cookie": await sync_to_async(_cookie)(bob)})
    await follower.say(**HELLO)
    snapshot, *_ = await follower.hear_until("advanced")
    assert (snapshot["driver"], snapshot["drives"]) == (None, False)


async def test_who_was_let_in_is_sent_away_when_it_is_no_longer_shared(opened, hosted, alice, bob, execution):
    await _publish(execution)
    owner, *others = [
        await opened(headers={b"cookie": await sync_to_async(_cookie)(user)}) for user in (alice, bob, None)
    ]
    for browser in (owner, *others):
        await browser.say(**HELLO)
        await browser.hear_until("advanced")
    await Execution.objects.filter(pk=execution.pk).aupdate(visibility="private")
    await owner.say(type="control", action="release")
    assert [await browser.is_closed_with() for browser in others] == [4404, 4404]
    assert await owner.complains_of() == []


async def test_who_has_no_account_any_more_is_sent_away(opened, hosted, alice, execution):
    browser = await opened(headers={b"cookie": await sync_to_async(_cookie)(alice)})
    await browser.say(**HELLO)
    await browser.hear_until("advanced")
    alice.is_active = False
    await alice.asave()
    await browser.say(type="control", action="release")
    assert await browser.is_closed_with() == 4404


async def test_a_sign_out_closes_that_browsers_other_pages_and_nobody_elses(opened, hosted, alice, execution):
    await _publish(execution)
    browsers = {}
    for name in ("desk", "phone"):
        browsers[name] = client = Client()
        await sync_to_async(client.force_login)(alice)
    cookies = {name: f"redrive_session={client.cookies['redrive_session'].value}" for name, client in browsers.items()}
    phone, *tabs = [
        await opened(headers={b"cookie": cookie.encode()})
        for cookie in (cookies["phone"], cookies["desk"], cookies["desk"])
    ]
    for page in (phone, *tabs):
        await page.say(**HELLO)
        await page.hear_until("advanced")
    await sync_to_async(browsers["desk"].logout)()
    await phone.say(type="control", action="release")
    assert [await page.is_closed_with() for page in tabs] == [4401, 4401]
    assert await phone.complains_of() == []


async def test_a_new_password_closes_the_pages_that_were_let_in_with_the_old_one(opened, hosted, alice, execution):
    page = await opened(headers={b"cookie": await sync_to_async(_cookie)(alice)})
    await page.say(**HELLO)
    await page.hear_until("advanced")
    alice.set_password("another one")
    await alice.asave()
    await page.say(type="control", action="release")
    assert await page.is_closed_with() == 4401


# ── every frame × everybody ───────────────────────────────────────────────────────────────────────────────────────────

READS = "This execution is not yours to drive."
FOLLOWS = "Somebody else drives this execution."
TWICE = "`hello` was said already."
DOES = ""

# A frame, after `hello` · what the owner is told as the driver, the owner in a second window, and whoever may only look
FRAMES = [
    (HELLO, TWICE, TWICE, TWICE),
    ({"type": "got", "after": 0}, DOES, DOES, DOES),
    ({"type": "look", "at": 0}, DOES, DOES, DOES),
    ({"type": "look", "at": 0}, DOES, DOES, DOES),
    ({"type": "demand", "kind": "until", "until_at": 1_000_000}, DOES, FOLLOWS, READS),
    ({"type": "demand", "kind": "end"}, DOES, FOLLOWS, READS),
    ({"type": "seen", "at": 0}, DOES, FOLLOWS, READS),
    ({"type": "control", "action": "ask"}, DOES, DOES, READS),
    ({"type": "control", "action": "release"}, DOES, DOES, READS),
    ({"type": "command", **COMMAND}, DOES, FOLLOWS, READS),
]


def test_the_table_knows_every_frame():
    assert {frame["type"] for frame, *_ in FRAMES} == {kind.__struct_config__.tag for kind in get_args(ClientFrame)}


@pytest.mark.parametrize(("frame", "driver", "follower", "reader"), FRAMES, ids=lambda value: str(value)[:60])
async def test_who_may_say_what(opened, hosted, alice, bob, execution, frame, driver, follower, reader):
    await _publish(execution)
    cookies = [await sync_to_async(_cookie)(user) for user in (alice, alice, bob, None)]
    told = []
    for cookie in cookies:
        browser = await opened(headers={b"cookie": cookie})
        await browser.say(**HELLO)
        await browser.hear_until("advanced")
        await browser.say(**frame)
        told.append("".join(await browser.complains_of()))
    assert told == [driver, follower, reader, reader]
    await execution.arefresh_from_db()
    assert await execution.commands.acount() == (frame["type"] == "command")


@pytest.mark.parametrize("frame", [frame for frame, *_ in FRAMES[1:]], ids=str)
async def test_nothing_is_obeyed_before_hello(opened, execution, frame):
    browser = await opened()
    await browser.say(**frame)
    assert (await browser.hear())["message"] == "The first frame is `hello`."
    await execution.arefresh_from_db()
    assert (execution.wanted, await execution.commands.acount()) == (False, 0)


async def test_an_execution_that_is_not_there_is_not_opened_and_the_page_hears_why(opened):
    assert await opened(address=f"/ws/executions/{uuid.uuid4()}/") is None
    assert opened.closed_with == 4404


async def _publish(execution):
    await Execution.objects.filter(pk=execution.pk).aupdate(visibility="public")


def _cookie(user):
    if user is None:
        return b""
    client = Client()
    client.force_login(user)
    return f"redrive_session={client.cookies['redrive_session'].value}".encode()
