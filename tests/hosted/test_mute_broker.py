"""A broker that takes connections and never answers: nobody waits for it for long, and few at all."""

from __future__ import annotations

import socket
import threading
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from dashboard.hosting import presence
from dashboard.stores import broker_of, channel_layers_of
from flows.models import Execution
from flows.runs import dispatch, doorbell, silence

PATIENCE_S = 60.0
"""Without an end of its own it would be waited for for ever."""


@pytest.fixture
def mute(monkeypatch):
    """The connections it has been asked for."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken = []

    def take():
        while True:
            try:
                taken.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=take, daemon=True).start()
    url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    for module in (dispatch, doorbell):
        monkeypatch.setattr(module, "_silence", silence.Silence())
    with override_settings(
        REDIS_URL=url, CHANNEL_LAYERS=channel_layers_of(url), CELERY_BROKER_URL=broker_of(url), REDRIVE_MODE="local"
    ):
        dispatch._sender.cache_clear()
        presence.broker.cache_clear()
        yield taken
    dispatch._sender.cache_clear()
    presence.broker.cache_clear()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for connection, _ in taken:
        connection.close()


def within_reason(ask):
    answers = []
    asking = threading.Thread(target=lambda: answers.append(ask()), daemon=True)
    asking.start()
    asking.join(PATIENCE_S)
    assert answers, "it is still waiting"
    return answers[0]


def test_a_hint_is_given_up_and_those_right_after_it_are_not_even_tried(mute):
    assert within_reason(lambda: dispatch.hint(uuid4())) is False
    asked = len(mute)
    assert [dispatch.hint(uuid4()) for _ in range(100)] == [False] * 100
    assert len(mute) == asked


def test_a_bell_is_given_up_and_those_right_after_it_are_not_even_tried(mute):
    within_reason(lambda: doorbell.ring(Execution(id=uuid4())))
    asked = len(mute)
    for _ in range(100):
        doorbell.ring(Execution(id=uuid4()))
    assert len(mute) == asked


@pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])
def test_health_says_so_instead_of_waiting(mute):
    answer = within_reason(lambda: Client(headers={"host": "localhost"}).get("/healthz"))
    assert (answer.status_code, answer.json()["channel_layer"], answer.json()["broker"]) == (503, False, False)


def test_a_broker_that_refuses_is_asked_once_and_may_be_asked_again_at_once(mute, monkeypatch):
    tried = []
    monkeypatch.setattr("kombu.utils.functional.sleep", tried.append)
    with override_settings(CELERY_BROKER_URL="redis://127.0.0.1:1/0"):
        dispatch._sender.cache_clear()
        assert dispatch.hint(uuid4()) is False
        assert tried == []
        assert not dispatch._silence.lasts()
