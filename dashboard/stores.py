"""Where things are kept and passed on, by URL: the databases, the channel layer, the workers' broker.

| | without a URL | with one |
|---|---|---|
| `DATABASE_URL` | two SQLite files in the installation's home | PostgreSQL, through a pool of connections |
| `REDIS_URL` | `playground` starts a Valkey on a private socket | Redis or Valkey, here or elsewhere |

Checkpoints go over connections of their own: as two-megabyte blobs in the slices' own database file they held web writes up for
600 ms, and on a server writing one must never be part of a slice's transaction.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import dj_database_url

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.environment import Environment

POOL_WAIT_S = 3
"""Longer than any statement of ours: whoever waits so long for a connection hears that the database is away, and tries again soon."""
CONNECT_S = 5
RECONNECT_S = 2.0
"""A pool whose server is away would try at ever longer intervals, and be late when it is back: rather, whoever needs one tries."""
CHECKPOINT_CONNECTIONS = 2
SERVER_SETTINGS = "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=20000"
"""Milliseconds. A worker that is frozen in the middle of a commit lets go of its execution's row all the same."""
PRIORITIES = (0, 3, 6)
"""Of `flows.runs.dispatch`: clicks, what was just asked for, and what goes on."""
REDIS_CHECK_S = 25
"""A connection through a balancer or a firewall is forgotten when it is silent; so long one of ours never is."""


def databases(environment: Environment) -> dict[str, dict[str, Any]]:
    if environment.database_url:
        return on_a_server(dict(dj_database_url.parse(environment.database_url)), pool=environment.pool)
    environment.home.mkdir(parents=True, exist_ok=True)  # SQLite makes its files, not their directory
    return {"default": _sqlite(environment.home, "redrive"), "checkpoints": _sqlite(environment.home, "checkpoints")}


def on_a_server(parsed: dict[str, Any], *, pool: int) -> dict[str, dict[str, Any]]:
    """One database, and a pool for either purpose. A connection is tried before it is lent, so a restarted server costs nobody."""

    def lent_from(size: int) -> dict[str, Any]:
        lending = {
            "min_size": 0,
            "max_size": size,
            "timeout": POOL_WAIT_S,
            "max_idle": 60.0,
            "max_lifetime": 1800.0,
            "reconnect_timeout": RECONNECT_S,
        }
        options = {"connect_timeout": CONNECT_S, "options": SERVER_SETTINGS, **parsed.get("OPTIONS", {})}
        return {**parsed, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": {**options, "pool": lending}}

    return {"default": lent_from(pool), "checkpoints": lent_from(CHECKPOINT_CONNECTIONS)}


def channel_layers_of(redis_url: str) -> dict[str, dict[str, Any]]:
    """The core layer keeps 100 messages and drops the rest without a word; this one keeps all."""
    host: dict[str, Any] = {"address": redis_url, "socket_timeout": None}
    if not redis_url.startswith("unix:"):
        host |= {"socket_keepalive": True, "health_check_interval": REDIS_CHECK_S}
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [host], "prefix": "redrive"},
        }
    }


def broker_of(redis_url: str) -> str:
    return re.sub("^unix://", "redis+socket://", redis_url)


def broker_options() -> dict[str, Any]:
    return {
        "priority_steps": list(PRIORITIES),
        # By priority first in any case; among queues of one worker, each in its turn: `long.1` does not keep `upkeep.0` waiting.
        "queue_order_strategy": "round_robin",
        "socket_keepalive": True,
        "health_check_interval": REDIS_CHECK_S,
    }


def _sqlite(home: Path, name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / f"{name}.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                # First: a file can only be told when it is new that it gives back what was deleted (`flows.runs.retention`).
                "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;"
            ),
        },
        "TEST": {"NAME": home / f"{name}.test.sqlite3"},
    }
