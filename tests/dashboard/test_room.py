"""How much may be under way to a client, by how quickly it answered."""

from __future__ import annotations

import pytest

from dashboard.fanout.room import FIRST, LEAST, MOST, TARGET_S, Room

CHUNK = 10 * 1024
MODEM = 56_000 / 8
PING_S = 20


class Line:
    """A line that takes so many bytes a second, and a client that says `got` of each chunk as it comes off it."""

    def __init__(self, bytes_per_second, latency_s=0.0):
        self.now = 0.0
        self.room = Room(lambda: self.now)
        self._speed, self._latency_s = bytes_per_second, latency_s
        self._free_at = 0.0
        self._answers = []
        self.sent = 0

    def fill(self):
        while self.room.is_left:
            self.sent += 1
            self.room.sent(self.sent, CHUNK)
            self._free_at = max(self._free_at, self.now) + CHUNK / self._speed
            self._answers.append((self._free_at + self._latency_s, self.sent))

    def answer(self):
        """The oldest chunk under way is answered; says how long a ping would have waited that was sent with the newest."""
        queued_s = self._free_at - self.now
        at, last = self._answers.pop(0)
        self.now = max(self.now, at)
        self.room.got(last)
        return queued_s


def test_a_stranger_is_sent_a_little():
    line = Line(MODEM)
    line.fill()
    assert FIRST <= line.room.under_way < FIRST + CHUNK
    assert not line.room.is_answered


def test_a_quick_client_gets_more_with_every_round():
    line = Line(50_000_000, latency_s=0.03)
    sizes = [line.room.size]
    for _ in range(3):
        line.fill()
        for _ in range(line.room.under_way // CHUNK):
            line.answer()
        sizes.append(line.room.size)
    assert sizes[0] == FIRST
    assert sizes[1] >= 2 * FIRST
    assert sizes[-1] == MOST
    assert not line.room.is_thin


def test_a_far_one_fills_its_line():
    """0.3 s away, at a megabyte a second: 300 kB are on the line, the room is the most of them."""
    line = Line(1_000_000, latency_s=0.3)
    for _ in range(500):
        line.fill()
        line.answer()
    assert line.sent * CHUNK / line.now > 0.8 * MOST / (0.3 + CHUNK / 1_000_000)


def test_behind_a_modem_nothing_waits_long():
    line = Line(MODEM)
    waits = []
    for _ in range(100):
        line.fill()
        waits.append(line.answer())
    assert max(waits) < PING_S
    assert max(waits[10:]) <= (LEAST + CHUNK) / MODEM
    assert line.room.is_thin
    assert line.sent * CHUNK / line.now > 0.99 * MODEM


def test_a_line_that_becomes_thin_is_seen_at_its_first_late_answer():
    line = Line(50_000_000)
    for _ in range(100):
        line.fill()
        line.answer()
    assert line.room.size == MOST
    line.room.clear()
    line._answers.clear()
    line._speed = 4 * CHUNK
    line.fill()
    for _ in range(5):
        line.answer()
    assert line.room.size == pytest.approx(4 * CHUNK * TARGET_S, rel=0.01)


def test_a_nap_is_soon_forgotten():
    line = Line(50_000_000)
    line.fill()
    line.now = 30.0
    line.answer()
    assert line.room.size == LEAST
    for _ in range(100):
        line.fill()
        line.answer()
    assert line.room.size == MOST


def test_what_leads_a_window_is_answered_with_its_first_chunk():
    room = Room(lambda: 0.0)
    room.sent(1, CHUNK)
    room.clear(leading=5000)
    assert room.under_way == 0
    room.sent(2, CHUNK)
    assert room.under_way == CHUNK + 5000
    room.got(2)
    assert room.under_way == 0
