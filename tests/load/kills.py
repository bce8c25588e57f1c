"""`kill -9` at random moments of long runs, and what becomes of them.

    python -m tests.load.kills --kills 200 --messages 100000 [--postgres] [--seed 1]

The real product runs; a page drives one run after another and holds what a browser would hold. While a run goes on, parts are
killed at random moments: the worker that has it in hand, the web server, the broker, now and then two at once. *Recovered* is when
the page has more records than were stored at the kill, or the whole run. At its end each run is compared with the same log of
commands simulated undisturbed: digest, stored chunks, and every record in the page's store, column by column. Some runs get a
command into their speculative stretch, so that what was simulated is truncated while things die.

Exits with 1 if a run came out differently, or one recovery took longer than `--within`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from asgiref.sync import sync_to_async

from tests.builders import SECOND, a_function, a_mapping, a_queue, arn, url
from tests.load.page import Page
from tests.load.product import Broker, Product
from tests.servers import a_directory, postgres

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.models import Execution

RATE = 1_000
"""Messages a virtual second."""
TAIL_US = 120 * SECOND
"""Poison is received three times, thirty seconds apart."""
MOST_PER_RUN = 12
"""Kills; then the run may end, so that its end is compared."""
LULL_S = 1.2
"""Between a recovery and the next kill, at most."""
PATIENCE_S = 60.0
SLOW_S = 3.0
"""Recoveries that take longer are told with what the page saw when."""
VICTIMS = ("worker", "web", "broker")
SEED = 7

POISON = {
    "body": {"path": "$.poison", "equals": True},
    "error": {"type": "PoisonMessage", "message": "No."},
    "how": "item",
}
DOCUMENT: dict[str, Any] = {
    "format": 1,
    "name": "orders",
    "resources": {
        "Orders": a_queue("orders", "orders-dlq", VisibilityTimeout=30),
        "OrdersDlq": a_queue("orders-dlq", MessageRetentionPeriod=1_209_600),
        "ChargeCard": a_function("charge-card", failures=[POISON]),
        "Mapping": a_mapping("orders", "charge-card", FunctionResponseTypes=["ReportBatchItemFailures"]),
    },
}


@dataclass
class Tally:
    kills: dict[str, list[float]] = field(default_factory=dict)
    """Seconds to recovery, by what was killed."""
    runs: int = 0
    records: int = 0
    truncations: int = 0
    connects: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(recoveries) for recoveries in self.kills.values())


class Massacre:
    def __init__(self, product: Product, broker: Broker | None, options: argparse.Namespace) -> None:
        self.product = product
        self.broker = broker
        self.options = options
        self.chance = Random(options.seed)
        self.tally = Tally()

    async def run(self) -> Tally:
        while self.tally.count < self.options.kills:
            await self._one_run()
            print(f"  {self.tally.count} kills, {self.tally.runs} runs", file=sys.stderr, flush=True)
        return self.tally

    async def _one_run(self) -> None:
        execution = await sync_to_async(begin)()
        page = Page(self.product.port, str(execution.pk))
        looking = asyncio.create_task(page.run())
        try:
            await until(lambda: page.driving)
            await give(page, "client:StartTraffic", 0, traffic(self.options.messages))
            end_at = self.options.messages * SECOND // RATE + TAIL_US
            page.want(end_at)
            await until(lambda: page.progress["frontier_at"] > 0)
            interfering = self.chance.random() < 0.5
            giving = asyncio.create_task(self._interfere(page) if interfering else asyncio.sleep(0))
            await self._kill_while_it_runs(page, execution, end_at)
            await giving
            await until(lambda: page.has_all and page.progress["frontier_at"] >= end_at)
            await asyncio.sleep(0.2)  # a chunk too many would come now
        except TimeoutError:
            now = await sync_to_async(standing)(execution)
            words = f"It does not go on. The page: {page}. Stored: {now}. Logs: {self.product.keep_logs()}"
            raise SystemExit(words) from None
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        self.tally.runs += 1
        self.tally.records += page.store.head
        self.tally.connects += page.connects
        self.tally.truncations += (page.store.generation or 1) - 1
        self.tally.wrong += [
            f"run {self.tally.runs}: {wrong}" for wrong in await sync_to_async(compare)(execution, page, end_at)
        ]

    async def _kill_while_it_runs(self, page: Page, execution: Execution, end_at: int) -> None:
        for _ in range(min(MOST_PER_RUN, self.options.kills - self.tally.count)):
            await asyncio.sleep(self.chance.random() * LULL_S)
            before = await sync_to_async(standing)(execution)
            if not before["wanted"]:
                return
            victims = self.chance.sample(
                self.options.only, min(len(self.options.only), 2 if self.chance.random() < 0.1 else 1)
            )
            began_s = time.monotonic()
            for victim in victims:
                await sync_to_async(self._kill)(victim, before["lease_owner"])
            await until(partial(goes_on, page, before["head"], before["generation"], end_at))
            took_s = time.monotonic() - began_s
            self.tally.kills.setdefault(" + ".join(sorted(victims)), []).append(took_s)
            if took_s > SLOW_S:
                seen = {"connected": page.connected_s, "snapshot": page.welcomed_s, "moved": page.moved_s}
                when = ", ".join(f"{what} {at - began_s:+.1f} s" for what, at in seen.items())
                print(f"  {' + '.join(victims)}: {took_s:.1f} s ({when})", file=sys.stderr, flush=True)

    async def _interfere(self, page: Page) -> None:
        """A message sent into what has been simulated but not seen: it is truncated there."""
        await asyncio.sleep(self.chance.random() * 3)
        at = max(0, page.progress["frontier_at"] - 2 * SECOND)
        await give(page, "sqs:SendMessage", at, {"QueueUrl": url("orders"), "MessageBody": '{"order": "late"}'})

    def _kill(self, victim: str, lease_owner: str) -> None:
        if victim == "broker" and self.broker is not None:
            self.broker.stop()
            self.broker.start()
            return
        pids = self.product.pids(victim)
        holder = int(lease_owner.rpartition(":")[2] or 0)
        pid = holder if holder in pids else self.chance.choice(pids) if pids else 0
        with contextlib.suppress(ProcessLookupError):
            if pid:
                os.kill(pid, signal.SIGKILL)


def goes_on(page: Page, head: int, generation: int, end_at: int) -> bool:
    more = page.store.head > head or page.store.generation != generation
    return more or (page.has_all and page.progress["frontier_at"] >= end_at)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes, too
            await asyncio.sleep(0.01)


async def give(page: Page, operation: str, at: int, params: dict) -> None:
    """As the page does: said again under the same key until it is answered."""
    key, said_on = uuid4().hex, 0
    while page.answers.get(key) != "applied":
        if page.driving and page.connects != said_on:
            said_on = page.connects
            page.say(type="command", key=key, at=at, operation=operation, params=params)
        await asyncio.sleep(0.05)


# ── the installation's own view ───────────────────────────────────────────────────────────────────────────────────────


def traffic(messages: int) -> dict:
    """Every tenth is poison."""
    return {
        "TargetArn": arn("orders"),
        "Count": messages,
        "MessageBody": '{"order": {{index}}}',
        "Variants": [{"Every": 10, "MessageBody": '{"order": {{index}}, "poison": true}'}],
        "Mode": "rate",
        "RatePerSecond": RATE,
    }


def begin(document: dict[str, Any] = DOCUMENT) -> Execution:
    from dashboard import library
    from flows.runs import api

    version = library.save(document, None).version
    assert version is not None
    return api.create_execution(version, seed=SEED, actor="Viewer")


def standing(execution: Execution) -> Any:
    from flows.models import Execution

    return Execution.objects.values(
        "state",
        "error",
        "wanted",
        "demand_kind",
        "demand_at",
        "head",
        "frontier_at",
        "generation",
        "lease_owner",
        "lease_until",
    ).get(pk=execution.pk)


def compare(execution: Execution, page: Page, end_at: int) -> list[str]:
    """What differs from the run that nobody disturbed."""
    from django.db import connections

    from flows.runs import simulations

    connections.close_all()  # the database may have been away
    execution.refresh_from_db()
    undisturbed = simulations.begin(execution).simulation
    segments = []
    for command in execution.commands.order_by("at", "ordinal"):
        undisturbed.apply(simulations.as_logged(command))
        segments.append(undisturbed.drain())
    for at in range(undisturbed.now_at, end_at, 10 * SECOND):
        undisturbed.run_until(at)
        segments.append(undisturbed.drain())
    undisturbed.run_until(end_at)
    segments = [segment for segment in (*segments, undisturbed.drain()) if segment]
    wrong = []
    if (execution.state, execution.error) != ("idle", ""):
        wrong.append(f"state {execution.state} {execution.error}")
    if (execution.digest, execution.head) != (undisturbed.digest(), undisturbed.sequence):
        wrong.append(f"another digest: {execution.head} records instead of {undisturbed.sequence}")
    stored = list(execution.chunks.order_by("first").values_list("first", "last"))
    if [first for first, _ in stored] != [1, *(last + 1 for _, last in stored[:-1])] or stored[-1][1] != execution.head:
        wrong.append("the stored chunks do not follow each other")
    if unlike := page.store.differs_from(segments):
        wrong.append(f"the page has {unlike}")
    return wrong


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def table(tally: Tally, seconds: float) -> str:
    lines = ["| killed | kills | recovered p50 | p99 | max |", "|---|---|---|---|---|"]
    for victim, recoveries in sorted(tally.kills.items()):
        lines.append(_row(victim, recoveries))
    lines.append(_row("all", [each for recoveries in tally.kills.values() for each in recoveries]))
    lines.append("")
    lines.append(
        f"{tally.runs} runs, {tally.records:,} records, {tally.truncations} truncations, {tally.connects} connections of the "
        f"page, {seconds:.0f} s; {len(tally.wrong) or 'none'} came out differently"
    )
    return "\n".join([*lines, *tally.wrong])


def _row(victim: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99))
    return f"| {victim} | {len(ordered)} | {p50:.2f} s | {p99:.2f} s | {ordered[-1]:.2f} s |"


def main() -> int:
    parser = argparse.ArgumentParser("tests.load.kills", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=VICTIMS, default=VICTIMS)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL and a Valkey server by URL")
    parser.add_argument("--seed", type=int, default=1, help="of the kills; the moments still depend on the machine")
    parser.add_argument("--within", type=float, default=15.0, help="seconds in which every run has to go on")
    options = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rd-")))
        database_url = (
            stack.enter_context(postgres(stack.enter_context(a_directory()), durable=True)) if options.postgres else ""
        )
        broker = Broker(home) if options.postgres else None
        if broker:
            stack.callback(broker.stop)
        product = Product(home, database_url=database_url, redis_url=broker.url if broker else "")
        stack.callback(product.end)
        os.environ |= {
            "REDRIVE_HOME": str(home),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        }
        import django

        django.setup()
        began_s = time.monotonic()
        tally = asyncio.run(Massacre(product, broker, options).run())
        print(table(tally, time.monotonic() - began_s))
        if not product.is_up:
            tally.wrong.append("the supervisor has given up")
    slowest = max(each for recoveries in tally.kills.values() for each in recoveries)
    return int(bool(tally.wrong) or slowest > options.within)


if __name__ == "__main__":
    sys.exit(main())
