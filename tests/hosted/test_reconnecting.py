"""A worker whose broker is away for a moment tries again in tenths of a second."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from kombu.utils import functional

from dashboard import stores
from dashboard.celery import app
from dashboard.hosting.reconnecting import Reconnecting
from tests.servers import a_directory, valkey


class Away:
    """A broker that nobody finds until a worker has paused so many times. `pauses`: seconds that it would have slept."""

    def __init__(self, url: str) -> None:
        self.url = stores.broker_of(url)
        self.socket = Path(url.removeprefix("unix://"))
        self.hidden = self.socket.with_name("away")
        self.socket.rename(self.hidden)
        self.pauses: list[float] = []
        self.back_after = 0

    def pause(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 1))
        if len(self.pauses) == self.back_after:
            self.hidden.rename(self.socket)


@pytest.fixture
def broker(monkeypatch):
    with a_directory() as directory, valkey(directory) as url:
        away = Away(url)
        monkeypatch.setattr(functional, "sleep", away.pause)
        yield away


def connects(broker: Away) -> bool:
    worker = Reconnecting(on_task_request=None, app=app, controller=SimpleNamespace(use_eventloop=False, state=None))
    with worker.ensure_connected(app.connection_for_read(broker.url)) as connection:
        return connection.connected


def test_a_broker_that_is_back_soon_is_found_soon(broker):
    broker.back_after = 3
    assert connects(broker)
    assert broker.pauses == [0.1, 0.2, 0.3]


def test_a_broker_that_is_away_for_long_is_asked_as_celery_does(broker):
    broker.back_after = 30
    assert connects(broker)
    assert broker.pauses[:10] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert broker.pauses[-2:] == [1.0, 0.0]
