"""Whoever asks a web server behind a proxy by its own address: without TLS, and as a host that is nobody's."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def machine(settings):
    settings.REDRIVE_MODE, settings.SECURE_SSL_REDIRECT = "hosted", True
    settings.ALLOWED_HOSTS, settings.METRICS_TOKEN = ["redrive.example.com"], "a token"
    return Client(headers={"host": "10.0.0.11:8000"})


@pytest.mark.parametrize("address", ["/live/", "/ready/"])
def test_a_balancer_that_asks_by_address_is_answered(machine, address):
    assert machine.get(address).status_code == 200


def test_prometheus_scrapes_each_web_server_with_the_token_and_nobody_without(machine):
    assert machine.get("/metrics", headers={"authorization": "Bearer a token"}).status_code == 200
    assert machine.get("/metrics", headers={"authorization": "Bearer another"}).status_code == 404
    assert machine.get("/metrics").status_code == 400


def test_everything_else_still_asks_for_the_name_and_for_tls(machine):
    assert machine.get("/").status_code == 400
    assert machine.get("/", headers={"host": "redrive.example.com"}).status_code == 301
