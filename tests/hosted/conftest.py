"""The cast: an installation of a team, on either ground; Alice watches from a browser."""

from __future__ import annotations

import pytest
from django.db import connections
from redis import Redis

from flows.models import Topology
from flows.runs import dispatch
from flows.runs.cache import HOT
from flows.topology import compile_topology
from tests import servers
from tests.hosted.installation import Installation
from tests.runs.conftest import ORDERS


@pytest.fixture
def installation(ground, settings, request, transactional_db):
    with Redis.from_url(settings.REDIS_URL) as server:
        server.flushall()
    dispatch._sender.cache_clear()
    HOT.clear()
    with servers.a_directory() as home:
        url = request.getfixturevalue("postgres_database") if ground == "servers" else ""
        if not url:
            for alias, name in (("default", "redrive"), ("checkpoints", "checkpoints")):
                (home / f"{name}.sqlite3").symlink_to(connections[alias].settings_dict["NAME"])
        installed = Installation(home, database_url=url, redis_url=settings.REDIS_URL)
        yield installed
        installed.end()
    dispatch._sender.cache_clear()


@pytest.fixture
def version(transactional_db):
    topology = Topology.objects.create(name="Orders")
    return topology.versions.create(number=1, document=ORDERS, digest=compile_topology(ORDERS).digest)
