"""Under ASGI an answer is made piece by piece, and nothing is made before it is asked for."""

from __future__ import annotations

import asyncio
import threading

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from dashboard.streaming import streamed
from dashboard.threads import in_thread


def pieces(made):
    for number in range(3):
        made.append(number)
        yield b"%d" % number


@pytest.mark.django_db  # the thread that makes a piece gives its connection back
async def test_pieces_are_made_as_they_are_taken():
    made = []
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    response = streamed(ASGIRequest(scope, None), pieces(made), content_type="text/csv", name="a.csv")
    assert response.is_async
    taken = []
    async for piece in response:
        taken.append(piece)
        assert made == list(range(len(taken)))
    assert taken == [b"0", b"1", b"2"]
    assert response["Content-Disposition"] == 'attachment; filename="a.csv"'


@pytest.mark.django_db
async def test_however_many_take_files_away_who_watches_a_run_does_not_wait_for_them():
    made = threading.Event()

    def slowly():
        made.wait(60)
        yield b"at last"

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    files = [streamed(ASGIRequest(scope, None), slowly(), content_type="text/csv", name="a.csv") for _ in range(8)]
    taken = [asyncio.ensure_future(anext(aiter(file))) for file in files]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(50):
            assert await in_thread(lambda: "seen")() == "seen"
    finally:
        made.set()
    assert await asyncio.gather(*taken) == [b"at last"] * 8


def test_without_asgi_they_are_iterated():
    made = []
    response = streamed(RequestFactory().get("/"), pieces(made), content_type="text/csv", name="a.csv")
    assert made == []
    assert b"".join(response) == b"012"
