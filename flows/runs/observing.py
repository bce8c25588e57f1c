"""What an operator wants to know of runs, counted where it happens; who scrapes it is not known here.

Every process counts for itself and is asked by itself (`dashboard/hosting/metrics.py`). Names are Prometheus' own: a unit at the
end, `_total` for what only grows. No label holds an id: an installation has any number of executions.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Counter, Histogram

from flows.models import Command
from flows.runs import wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.models import Execution
    from flows.runs.commit import Slice

QUICK = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
AFRESH_S = 60.0
"""A command applied later than that waited for the playhead, or is applied again after somebody went back."""

SLICES = Counter(
    "redrive_slices_total", "Slices, by the queue they came through and what became of them.", ["queue", "outcome"]
)
SLICE = Histogram("redrive_slice_seconds", "From the lease to the last ring of the doorbell.", ["queue"], buckets=QUICK)
RECORDS = Counter("redrive_records_total", "Records simulated and stored.")
CHUNK_BYTES = Counter("redrive_chunk_bytes_total", "Bytes of chunks stored.")
HINT_WAIT = Histogram(
    "redrive_hint_wait_seconds",
    "How long a task stood in its queue: clicked, fresh (somebody has just asked for it) or continued.",
    ["kind"],
    buckets=QUICK,
)
COMMAND = Histogram("redrive_command_seconds", "From a command's arrival to its effect's commit.", buckets=QUICK)
REPLAYS = Counter("redrive_replays_total", "Simulations restored because they were not in this worker's memory.")
LEASES_LOST = Counter("redrive_leases_lost_total", "Slices whose work was thrown away, somebody else having the lease.")

logger = structlog.get_logger("redrive.runs")


def headers(kind: str) -> dict[str, object]:
    """What a hint carries beside its arguments: what it is for, when it was sent, and whose request it came from."""
    request = structlog.contextvars.get_contextvars().get("request")
    return {"kind": kind, "sent": time.time(), **({"request": request} if request else {})}


def began(*, sent: float | None, kind: str | None) -> None:
    """Hosts' clocks differ a little: less than nothing is nothing."""
    if sent is not None and kind is not None:
        HINT_WAIT.labels(kind).observe(max(0.0, time.time() - sent))


def ended(execution: Execution, outcome: str, seconds: float) -> None:
    queue = "long" if execution.long_running else "sim"
    SLICES.labels(queue, outcome).inc()
    SLICE.labels(queue).observe(seconds)
    if outcome == "lost":
        LEASES_LOST.inc()


def committed(done: Slice, row: Execution) -> None:
    """After the transaction."""
    RECORDS.inc(max(0, row.head - done.execution.head))
    CHUNK_BYTES.inc(sum(len(chunk.hot) + len(chunk.cold) + len(chunk.header) for chunk in done.tail.chunks))
    for seconds in _waited(done):
        COMMAND.observe(seconds)
    if not row.wanted:
        logger.info("run rests", execution=str(row.id), state=str(row.state), head=row.head)


def _waited(done: Slice) -> Iterator[float]:
    if not done.answers:
        return
    ordinals = [command.ordinal for command, _ in done.answers]
    arrived = Command.objects.filter(execution=done.execution, ordinal__in=ordinals).values_list(
        "created_at", flat=True
    )
    now = wall_clock.now()
    for created_at in arrived:
        seconds = (now - created_at).total_seconds()
        if seconds < AFRESH_S:
            yield max(0.0, seconds)
