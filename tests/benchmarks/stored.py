"""`python -m tests.benchmarks.stored [--messages N]`: simulated, stored and queryable, against simulated only; and against a row per record.

*Stored*: the workload through the real services, each five virtual seconds committed to an SQLite file as a slice does it (chunks,
their subjects, bodies, in one transaction), then packed, with keyframes, as upkeep does it behind the run. The bare run does the same
simulation and counts. With bodies: every message has a text of its own; without: one text for all. What the run itself does ends with
the commit: what it wrote can be read, and upkeep packs it in a process of its own.

*A row per record*: the same records as Django rows in the same file, with an index by subject and one by node: the way a table
would be made without thinking. Compared are records a second taken in, a window of 10,000 records read back, and how many
there were per node over the whole run. Not more than `PEER_RECORDS` go in as rows: it is linear in them, and slow.

Each candidate is a process of its own with an empty home; times are CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.benchmarks.measuring import Row, apart

if TYPE_CHECKING:
    from flows.models import Execution

PEER_RECORDS = 500_000
WINDOW = 10_000
BODIES = {"one": '{"order": "one of many"}', "each": '{"order": {{index}}}'}
ASKED = 5
WARM = 100
"""Messages before the clock starts: they load what the others find."""
PACKED = "packed and with keyframes, all in one process"
BEHIND = "packing and keyframes left to upkeep, a process of its own"


def rows(messages: int, runs: int) -> list[Row]:
    """All rows, each candidate apart."""
    best = {
        name: min(_apart(name, messages)["seconds"] for _ in range(runs))
        for name in ("bare-one", "written-one", "stored-one", "bare-each", "stored-each")
    }
    peer = _apart("peer", min(messages, PEER_RECORDS // 4))
    return [
        Row(
            "simulated, stored and queryable, times simulated",
            best["stored-one"] / best["bare-one"],
            1.5,
            False,
            PACKED,
        ),
        Row("of that, what the run itself does", best["written-one"] / best["bare-one"], 1.5, False, BEHIND),
        Row("the same with a body each", best["stored-each"] / best["bare-each"], 1.8, more=False),
        Row("records taken in, times a row per record", peer["rows_in"] / peer["chunks_in"], 20, more=True),
        Row("a window of 10,000 records, of rows'", peer["chunk_window"] / peer["row_window"], 1 / 3, more=False),
        Row("records per node of a whole run, of rows'", peer["chunk_counts"] / peer["row_counts"], 1 / 40, more=False),
    ]


def _apart(candidate: str, messages: int) -> Any:
    return apart("tests.benchmarks.stored", "--candidate", candidate, "--messages", str(messages))


# ── candidates ────────────────────────────────────────────────────────────────────────────────────────────────────────


def bare(messages: int, body: str) -> dict[str, float]:
    """Slice by slice, the log counted and thrown away."""
    with at_home():
        warm(body)
        began = time.process_time()
        for _ in slices(messages, body):
            pass
        return {"seconds": time.process_time() - began}


def stored(messages: int, body: str, *, packed: bool) -> dict[str, float]:
    with at_home() as execution:
        warm(body)
        began = time.process_time()
        _store(execution, messages, body, packed=packed)
        return {"seconds": time.process_time() - began}


def warm(body: str) -> None:
    from flows.runs import upkeep

    assert upkeep.look_after() == 0
    for _ in slices(WARM, body):
        pass


def _store(execution: Execution, messages: int, body: str, *, packed: bool) -> None:
    from django.db import transaction

    from flows.runs import tail, upkeep

    for segment in slices(messages, body):
        written = tail.prepare(execution, segment)
        with transaction.atomic():
            written.write(execution)
            type(execution).objects.filter(pk=execution.pk).update(head=segment.last)
        while packed and upkeep.advance(execution.pk):
            pass


def row_model() -> Any:
    """A record as a row, as a table would be made without thinking."""
    from django.db import models

    class Record(models.Model):
        at = models.BigIntegerField()
        node = models.IntegerField(db_index=True)
        kind = models.IntegerField()
        subject = models.BigIntegerField(db_index=True)
        request = models.BigIntegerField()
        cause = models.BigIntegerField()
        attempt = models.IntegerField()
        detail = models.JSONField()

        class Meta:
            app_label = "flows"
            managed = False

        def __str__(self) -> str:
            return str(self.pk)

    return Record


def peer(messages: int) -> dict[str, float]:
    """Chunks and rows of the same records in the same file."""
    with at_home() as execution:
        import numpy as np
        from django.db import connection, models, transaction

        from flows.runs import compaction, reading, tail, upkeep, wall_clock, windows
        from flows.traces import chunk as codec
        from flows.traces.chunk import decode
        from flows.traces.totals import RATE, Totals

        Record = row_model()
        with connection.schema_editor() as editor:
            editor.create_model(Record)
        blocks = [block for segment in slices(messages, BODIES["one"]) for block in codec.cut(segment)]
        total = sum(block.count for block in blocks)

        def chunks_in() -> None:
            for block in blocks:
                written = tail.prepare(execution, block)
                with transaction.atomic():
                    written.write(execution)

        def rows_in() -> None:
            for block in blocks:
                columns = {name: column.tolist() for name, column in block.columns.items()}
                details = [list(block.details[number - 1]) if number else [] for number in columns.pop("detail")]
                made = [
                    Record(detail=detail, **dict(zip(columns, values, strict=True)))
                    for detail, *values in zip(details, *columns.values(), strict=True)
                ]
                with transaction.atomic():
                    Record.objects.bulk_create(made)

        middle = total // 2

        def chunk_window() -> None:
            found = reading.chunks_after(execution.pk, middle, WINDOW // codec.CHUNK_RECORDS + 2)
            np.concatenate([decode(frame).columns["at"] for *_, frame in found])

        def row_window() -> None:
            list(Record.objects.filter(id__gt=middle, id__lte=middle + WINDOW))

        def chunk_counts() -> None:
            windows.forget()
            Totals.of(each.share.totals for each in windows.stretches(execution.pk, execution.generation)).group(RATE)

        def row_counts() -> None:
            list(Record.objects.values("node").annotate(n=models.Count("id")).order_by("node"))

        found = {name: timed(act) for name, act in (("chunks_in", chunks_in), ("rows_in", rows_in))}
        at_rest = wall_clock.now() - 2 * compaction.AT_REST  # however quick the machine was: the whole run is packed
        type(execution).objects.filter(pk=execution.pk).update(head=total, updated_at=at_rest)
        while upkeep.advance(execution.pk):
            pass
        asked = {"chunk_window": chunk_window, "row_window": row_window, "chunk_counts": chunk_counts}
        asked["row_counts"] = row_counts
        return found | {name: min(timed(act) for _ in range(ASKED)) for name, act in asked.items()}


def timed(act: Callable[[], None]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def slices(messages: int, body: str) -> Iterator[Any]:
    """The run's records, five virtual seconds at a time."""
    from flows.engine.garbage import collected_between_slices
    from flows.simulation import Command, Simulation
    from tests.benchmarks import services
    from tests.benchmarks.workload import GAP_US, SEED
    from tests.builders import arn

    simulation, until = Simulation.begin(services.topology(), SEED), 0
    params = {"TargetArn": arn("orders"), "Mode": "rate", "Count": messages, "RatePerSecond": 1_000_000 // GAP_US}
    simulation.apply(Command(1, 0, "benchmark", "client:StartTraffic", {**params, "MessageBody": body}))
    while not simulation.quiet:
        until += services.SLICE_US
        with collected_between_slices():
            simulation.run_until(until)
            segment = simulation.drain()
        if segment:
            yield segment


@contextmanager
def at_home() -> Iterator[Execution]:
    """An empty installation, and an execution in it. Django is set up here: the first thing a process does."""
    with tempfile.TemporaryDirectory(prefix="redrive-benchmark-") as home:
        os.environ.update({"REDRIVE_HOME": home, "DJANGO_SETTINGS_MODULE": "dashboard.settings", "DATABASE_URL": ""})
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from flows.models import Execution, Topology

        version = Topology.objects.create(name="Benchmark").versions.create(number=1, document={}, digest="benchmark")
        yield Execution.objects.create(topology_version=version, seed=1, epoch="2026-01-01T00:00:00Z")


CANDIDATES: dict[str, Callable[[int], dict[str, float]]] = {
    "bare-one": lambda messages: bare(messages, BODIES["one"]),
    "written-one": lambda messages: stored(messages, BODIES["one"], packed=False),
    "stored-one": lambda messages: stored(messages, BODIES["one"], packed=True),
    "bare-each": lambda messages: bare(messages, BODIES["each"]),
    "stored-each": lambda messages: stored(messages, BODIES["each"], packed=True),
    "peer": peer,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stored", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--candidate", choices=CANDIDATES, help="measure one, in this process; prints JSON")
    given = parser.parse_args()
    if given.candidate:
        print(json.dumps(CANDIDATES[given.candidate](given.messages)))
        return
    print("\n".join(map(str, rows(given.messages, given.runs))))


if __name__ == "__main__":
    main()
