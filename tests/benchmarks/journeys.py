"""`python -m tests.benchmarks.journeys [--messages N]`: a stored run, asked for one message and for one instant.

A run in which each message is an invocation of its own (five records) is stored in an SQLite file of its own, packed and given its
keyframes as upkeep does it. Then messages from all over it are asked for with all their copies, and instants from all over it for
what lies where. Milliseconds of CPU, database and decoding included; the median and the worst of `ASKED`.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

ASKED = 40
JOURNEY_BAR_MS = 50
MESSAGES = 1_000_000


@dataclass(frozen=True, slots=True)
class Answered:
    what: str
    median_ms: float
    worst_ms: float
    note: str


def measure(messages: int) -> list[Answered]:
    """In a home of its own; Django is set up here, so this is the first thing a process does."""
    with tempfile.TemporaryDirectory(prefix="redrive-benchmark-") as home:
        os.environ.update({"REDRIVE_HOME": home, "DJANGO_SETTINGS_MODULE": "dashboard.settings"})
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        return _answers(messages)


def _answers(messages: int) -> list[Answered]:
    from dashboard.snapshots import journey_at, snapshot_at
    from flows.models import Execution, Topology
    from flows.runs import upkeep
    from tests.benchmarks import storage
    from tests.builders import ACCOUNT, REGION

    document = {
        "format": 1,
        "name": "orders",
        "region": REGION,
        "account": ACCOUNT,
        "resources": storage.resources(),
        "report": [],
    }
    empty = _used_bytes()
    version = Topology.objects.create(name="Benchmark").versions.create(number=1, document=document, digest="benchmark")
    execution = Execution.objects.create(topology_version=version, seed=1, epoch="2026-01-01T00:00:00Z")
    last_subject = storage.store(execution, storage.one_by_one(), messages, 100)
    while upkeep.advance(execution.pk):
        pass
    execution.refresh_from_db()
    size = (_used_bytes() - empty) / messages
    subjects = [1 + last_subject * number // ASKED for number in range(ASKED)]
    instants = [execution.frontier_at * number // ASKED for number in range(ASKED)]
    return [
        _asked(
            "one message with all its copies",
            lambda subject: journey_at(execution, subject),
            subjects,
            f"≤ {JOURNEY_BAR_MS}",
        ),
        _asked(
            "what lies where at an instant",
            lambda at: snapshot_at(execution, at),
            instants,
            f"{size:.0f} bytes on disk a message",
        ),
    ]


def _used_bytes() -> int:
    """Of the database's pages, those that hold something."""
    from django.db import connection

    with connection.cursor() as cursor:
        found = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        ]
    return int((found[0] - found[1]) * found[2])


def _asked(what: str, ask: Callable[[int], object], about: list[int], note: str) -> Answered:
    took = []
    for each in about:
        began = time.process_time()
        ask(each)
        took.append(1000 * (time.process_time() - began))
    return Answered(what, sorted(took)[len(took) // 2], max(took), note)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.journeys", description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    messages = given.messages
    if given.json:
        print(json.dumps([asdict(row) for row in measure(messages)]))
        return
    print(f"{f'a stored run of {messages:,} messages':36}{'median ms':>10}{'worst ms':>10}")
    for row in measure(messages):
        print(f"{row.what:36}{row.median_ms:>10.1f}{row.worst_ms:>10.1f}   {row.note}")


if __name__ == "__main__":
    main()
