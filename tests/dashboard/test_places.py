"""How many pages one address, one account, one execution may have open."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from dashboard import consumers, live
from dashboard.access import address_of_socket
from dashboard.asgi import application
from dashboard.fanout.places import FULL, Places, neighbourhood
from dashboard.fanout.seats import Seats
from tests.dashboard.browsers import HELLO

ROOM = 300
HEADERS = [(b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000")]

in_database = pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])


def test_a_place_is_taken_until_it_is_given_back():
    places = Places(lambda: {"address": 2})
    assert [places.take("address", "10.0.0.1") for _ in range(3)] == [True, True, False]
    assert places.take("address", "10.0.0.2")
    places.give_back("address", "10.0.0.1")
    assert places.take("address", "10.0.0.1")


def test_zero_is_as_many_as_come_and_nothing_is_kept_of_who_left():
    places = Places(lambda: {"address": 0})
    assert all(places.take("address", "10.0.0.1") for _ in range(5000))
    for _ in range(5000):
        places.give_back("address", "10.0.0.1")
    assert len(places) == 0


def test_a_room_behind_one_router_fits_with_three_pages_each(settings):
    assert settings.SOCKETS["address"] >= 3 * ROOM
    assert settings.SOCKETS["execution"] >= 3 * ROOM
    assert settings.SOCKETS["account"] >= ROOM


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_address_of_the_new_kind_counts_with_its_neighbours(address, counts_as):
    assert neighbourhood(address) == counts_as


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, [b"203.0.113.9"], "10.0.0.1"),
        (1, [b"203.0.113.9"], "203.0.113.9"),
        (1, [b"8.8.8.8, 203.0.113.9"], "203.0.113.9"),
        (1, [b"8.8.8.8", b"203.0.113.9"], "203.0.113.9"),
        (1, [b"anything"], "10.0.0.1"),
        (2, [b"203.0.113.9"], "10.0.0.1"),
    ],
)
def test_behind_proxies_it_is_whom_the_outermost_of_ours_saw(settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    headers = [(b"x-forwarded-for", value) for value in forwarded]
    assert address_of_socket({"client": ("10.0.0.1", 5000), "headers": headers}) == address


@pytest.fixture(autouse=True)
def nobody_else():
    """Browsers of other tests may not have said goodbye."""
    live.places.cache_clear()


async def opened(execution, cookie=b""):
    page = WebsocketCommunicator(application, f"/ws/executions/{execution.pk}/", [*HEADERS, (b"cookie", cookie)])
    page.scope["client"] = ("127.0.0.1", 50_000)
    assert (await page.connect(timeout=60))[0]
    return page


async def is_let_in(page):
    await page.send_to(bytes_data=b"Who?")
    return (await page.receive_json_from(timeout=60))["type"] == "problem"


@in_database
@pytest.mark.parametrize("kind", ["address", "execution", "account"])
async def test_who_comes_when_all_places_are_taken_is_told_so_and_comes_again_later(
    settings, hosted, alice, execution, kind
):
    settings.SOCKETS = {"address": 0, "execution": 0, "account": 0, kind: 2}
    client = Client()
    await sync_to_async(client.force_login)(alice)
    cookie = f"redrive_session={client.cookies['redrive_session'].value}".encode()
    first, second = await opened(execution, cookie), await opened(execution, cookie)
    assert await is_let_in(first)
    assert await is_let_in(second)
    third = await opened(execution, cookie)
    said = await third.receive_json_from(timeout=60)
    assert (said["type"], said["message"]) == ("trouble", FULL[kind])
    assert await third.receive_output(timeout=60) == {"type": "websocket.close", "code": 4430}
    await third.disconnect()
    await first.disconnect()
    fourth = await opened(execution, cookie)
    assert await is_let_in(fourth)
    await fourth.disconnect()
    await second.disconnect()
    assert len(live.places()) == 0


@in_database
async def test_who_never_says_hello_gives_its_place_up(monkeypatch, execution):
    monkeypatch.setattr(consumers, "HELLO_S", 0.0)
    page = await opened(execution)
    assert await page.receive_output(timeout=60) == {"type": "websocket.close", "code": 4408}
    await page.disconnect()
    assert len(live.places()) == 0


@in_database
async def test_a_database_that_does_not_answer_in_time_is_away_and_nothing_is_left_of_who_came(monkeypatch, execution):
    async def mute(*_args):
        raise TimeoutError

    page = await opened(execution)
    assert await is_let_in(page)
    monkeypatch.setattr(Seats, "settle", mute)
    await page.send_json_to(HELLO)
    assert (await page.receive_json_from(timeout=60))["type"] == "trouble"
    assert await page.receive_output(timeout=60) == {"type": "websocket.close", "code": 4503}
    await page.disconnect()
    assert live.hub().held == {}
