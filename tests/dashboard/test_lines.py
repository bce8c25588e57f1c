"""How much waits between a websocket and its client, with Twisted's own buffers and Daphne's own server around it."""

from __future__ import annotations

import asyncio
import resource
from types import SimpleNamespace

import pytest
from twisted.internet.abstract import FileDescriptor

from dashboard.hosting import lines, web
from dashboard.hosting.lines import Inlet, Outlet
from dashboard.hosting.web import WebServer, take_descriptors

CHUNK = bytes(100_000)


class Line(FileDescriptor):
    """A transport whose kernel takes so many bytes; an HTTP channel was its producer before."""

    def __init__(self):
        idle = SimpleNamespace(addWriter=lambda _: None, removeWriter=lambda _: None, removeReader=lambda _: None)
        super().__init__(idle)
        self.connected = True
        self.takes = 0
        self.registerProducer(SimpleNamespace(), True)

    def writeSomeData(self, data):
        taken, self.takes = min(len(data), self.takes), max(0, self.takes - len(data))
        return taken

    def waiting(self):
        return len(self.dataBuffer) - self.offset + self._tempDataLen

    def arrive(self, size):
        self.takes = size
        while self.takes and self.waiting():
            ended = self.doWrite()
            if ended:
                return ended
        return None


class Protocol:
    """A websocket of Daphne's, as its server sees it."""

    def __init__(self):
        self.transport = Line()
        self.closed = None

    def handle_reply(self, message):
        if message["type"] == "websocket.send":
            self.transport.write(message["bytes"])

    def serverClose(self, code):
        self.closed = code


@pytest.fixture
async def server():
    """Not running: what it does with one connection."""

    async def application(scope, receive, send):
        server.receive, server.send = receive, send
        await asyncio.Event().wait()

    server = WebServer(["tcp:0"], lambda: None)
    server.application = application
    server.protocol = Protocol()
    server.connections = {server.protocol: {}}
    server.inlet = server.create_application(server.protocol, {"type": "websocket"})
    await asyncio.sleep(0)
    yield server
    server.connections[server.protocol]["application_instance"].cancel()


async def test_who_reads_nothing_is_sent_no_more_than_one_message_over_the_edge(server):
    line, sent = server.protocol.transport, []

    async def pour():
        for number in range(50):
            await server.send({"type": "websocket.send", "bytes": CHUNK})
            sent.append(number)

    pouring = asyncio.create_task(pour())
    for _ in range(20):
        await asyncio.sleep(0)
    assert (len(sent), line.waiting()) == (0, len(CHUNK))
    for number in range(50):
        line.arrive(len(CHUNK))
        for _ in range(5):
            await asyncio.sleep(0)
        assert len(sent) == number + 1
        assert line.waiting() <= len(CHUNK)
    await pouring


async def test_who_waits_for_a_client_that_is_gone_waits_no_longer(server):
    sending = asyncio.create_task(server.send({"type": "websocket.send", "bytes": CHUNK}))
    await asyncio.sleep(0)
    assert not sending.done()
    server.protocol.transport.connectionLost(None)
    await sending


def test_a_line_that_is_to_be_closed_is_when_all_has_left():
    line = Line()
    outlet = Outlet(line)
    line.write(CHUNK)
    assert not outlet.is_free.is_set()
    line.loseConnection()
    assert line.arrive(len(CHUNK)) is None
    assert outlet.is_free.is_set()
    assert line.doWrite() is not None  # CONNECTION_DONE: nobody produces any more


async def test_who_pours_into_a_consumer_that_is_busy_is_cut_off_and_the_consumer_still_hears_of_its_end(server):
    for _ in range(lines.WAITING_FRAMES):
        server.inlet.put_nowait({"type": "websocket.receive", "text": "{}"})
    assert server.protocol.closed is None
    server.inlet.put_nowait({"type": "websocket.receive", "text": "{}"})
    assert server.protocol.closed == 4429
    server.inlet.put_nowait({"type": "websocket.disconnect", "code": 4429})
    heard = [await server.receive() for _ in range(lines.WAITING_FRAMES + 1)]
    assert heard[-1]["type"] == "websocket.disconnect"


async def test_bytes_count_too_and_one_large_frame_is_always_taken():
    queue, cut = asyncio.Queue(), []
    inlet = Inlet(queue, lambda: cut.append(True))
    large = {"type": "websocket.receive", "text": "x" * (lines.WAITING_BYTES + 1)}
    inlet.put_nowait(large)
    inlet.put_nowait(large)
    assert (queue.qsize(), len(cut)) == (1, 1)
    await queue.get()
    inlet.put_nowait(large)
    assert (queue.qsize(), len(cut)) == (1, 1)


def test_a_web_server_takes_as_many_descriptors_as_it_may(monkeypatch):
    given = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 4096))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: given.append(limits))
    take_descriptors()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, resource.RLIM_INFINITY))
    take_descriptors()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (65_536, 65_536))
    take_descriptors()
    assert given == [(4096, 4096), (web.DESCRIPTORS, resource.RLIM_INFINITY)]
