"""The two grounds the product stands on, under the same tests.

| ground | database | channel layer and broker |
|---|---|---|
| `embedded` | SQLite files | Valkey on a private socket |
| `servers` | PostgreSQL | Valkey by TCP, as Redis would be |

A module says `pytestmark = on_both_grounds` (or lists it), and each of its tests runs once on either. It is the module's, because
the database has to be changed before a test's own transaction begins. One PostgreSQL serves the session, whichever process
asks first; its template is migrated once, and each process of the session has a copy.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import dj_database_url
import psycopg
import pytest
from asgiref.local import Local
from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connections
from django.test import override_settings

from dashboard.stores import broker_of, channel_layers_of, on_a_server
from tests import servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

on_both_grounds = pytest.mark.usefixtures("ground")
TEMPLATE = "template_of_redrive"


@pytest.fixture(scope="module", params=["embedded", "servers"])
def ground(request, django_db_setup) -> Iterator[str]:
    redis = request.getfixturevalue("valkey_socket" if request.param == "embedded" else "valkey_port")
    with contextlib.ExitStack() as stack:
        if request.param == "servers":
            stack.enter_context(_databases_on(request.getfixturevalue("postgres_database")))
            # Channels' communicators keep threads from giving connections back, which empties a pool.
            stack.enter_context(mock.patch("channels.testing.application.no_op", close_old_connections))
        stack.enter_context(
            override_settings(
                REDIS_URL=redis, CHANNEL_LAYERS=channel_layers_of(redis), CELERY_BROKER_URL=broker_of(redis)
            )
        )
        yield request.param


@pytest.fixture(scope="session")
def valkey_socket() -> Iterator[str]:
    with servers.a_directory() as directory, servers.valkey(directory) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_port() -> Iterator[str]:
    with servers.a_directory() as directory, servers.valkey(directory, tcp=True) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_database(tmp_path_factory, worker_id: str, django_db_setup, django_db_blocker) -> str:
    """The URL of this process's own database, migrated; where there is no PostgreSQL its tests are skipped."""
    alone = worker_id == "master"
    base: Path = tmp_path_factory.getbasetemp()
    kept = base if alone else base.parent
    try:
        directory = servers.shared(kept, os.getpid() if alone else os.getppid())
    except servers.Unavailable as unavailable:
        pytest.skip(str(unavailable))
    with (kept / "template.lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        name = f"redrive_{worker_id}"
        with psycopg.connect(servers.url_of(directory, "postgres"), autocommit=True) as server:
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
                server.execute(f"CREATE DATABASE {TEMPLATE}")
                with _databases_on(servers.url_of(directory, TEMPLATE)):
                    call_command("migrate", verbosity=0)
                    call_command("migrate", database="checkpoints", verbosity=0)
            server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return servers.url_of(directory, name)


@contextlib.contextmanager
def _databases_on(url: str) -> Iterator[None]:
    """Django's connections go there, in every thread, and back to where they went."""
    before = {alias: connections.settings[alias] for alias in connections.settings}
    _connect(connections.configure_settings(on_a_server(dj_database_url.parse(url), pool=8)))
    try:
        yield
    finally:
        for alias in before:
            connections[alias].close()
            connections[alias].close_pool()  # type: ignore[attr-defined]
        _connect(before)


def _connect(databases: dict[str, Any]) -> None:
    """A connection that a thread of the product had is left to it, and forgotten: it is for another database."""
    for connection in connections.all(initialized_only=True):
        connection.close()
    connections.settings.update(databases)
    settings.DATABASES.update(databases)
    connections._connections = Local(connections.thread_critical)  # type: ignore[attr-defined]
