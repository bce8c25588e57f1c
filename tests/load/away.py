"""The database, the broker or the room on the disk away for a while in the middle of a run: what the page is told, and what became of it.

    python -m tests.load.away --seconds 30 --messages 100000 [--what database broker disk]

The real product runs; a page drives a run and holds what a browser would hold. The *database* is PostgreSQL: its socket is taken
away and every connection ended. The *broker* is a Valkey server by URL: stopped and started again. The *disk* is this machine's, and
a file takes what is left above the reserve. Each must be said to the page in a sentence, and end: the run goes on by itself and
is, digest and records, the one that nobody disturbed. Pages asked for meanwhile answer 503, in words.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.builders import SECOND
from tests.load.kills import RATE, TAIL_US, begin, compare, give, traffic, until
from tests.load.page import Page
from tests.load.product import Broker, Product
from tests.servers import a_directory, postgres

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 2**20
MOST_BALLAST = 1024 * MEGABYTE
"""Much, because others write to this disk, too."""
NOTICED_WITHIN_S = 15.0


async def one(product: Product, seconds: float, messages: int, take: Callable[[], Callable[[], object]]) -> dict:
    """`take` takes something away, and answers how to bring it back."""
    execution = await asyncio.to_thread(begin)
    page = Page(product.port, str(execution.pk))
    looking = asyncio.create_task(page.run())
    end_at = messages * SECOND // RATE + TAIL_US
    try:
        await until(lambda: page.driving)
        await give(page, "client:StartTraffic", 0, traffic(messages))
        page.want(end_at)
        await until(lambda: page.progress["frontier_at"] > 0)
        give_back = await asyncio.to_thread(take)
        began_s = time.monotonic()
        status, answer = 0, ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, NOTICED_WITHIN_S)):
                await until(lambda: bool(page.trouble))
        noticed_s, said = time.monotonic() - began_s, page.trouble
        asked_s = time.monotonic()
        status, answer = await asyncio.to_thread(ask, product.port)
        answered_s = time.monotonic() - asked_s
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began_s)))
        await asyncio.to_thread(give_back)
        back_s = time.monotonic()
        head = page.store.head
        await until(lambda: page.store.head > head or (page.has_all and page.progress["frontier_at"] >= end_at))
        again_s = time.monotonic() - back_s
        await until(lambda: page.has_all and page.progress["frontier_at"] >= end_at and not page.trouble)
    except TimeoutError:
        raise SystemExit(f"It does not go on. The page: {page}. Logs: {product.keep_logs()}") from None
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    return {
        "said": said,
        "noticed_s": noticed_s,
        "again_s": again_s,
        "answered_s": answered_s,
        "status": status,
        "plain": "Traceback" not in answer,
        "wrong": await asyncio.to_thread(compare, execution, page, end_at),
    }


def ask(port: int) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/executions/", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def without_database(directory: Path, url: str) -> Callable[[], object]:
    socket = next(directory.glob(".s.PGSQL.*[0-9]"))
    hidden = socket.with_name("away")
    with psycopg.connect(url, autocommit=True) as admin:
        socket.rename(hidden)
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    return lambda: hidden.rename(socket)


def without_broker(broker: Broker) -> Callable[[], None]:
    broker.stop()
    return broker.start


def without_space(home: Path, size: int) -> Callable[[], None]:
    ballast = home / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
    return ballast.unlink


def main() -> int:
    parser = argparse.ArgumentParser("tests.load.away", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument(
        "--what", nargs="+", choices=["database", "broker", "disk"], default=["database", "broker", "disk"]
    )
    options = parser.parse_args()
    if len(options.what) > 1:  # one process knows one installation
        words = ["--seconds", str(options.seconds), "--messages", str(options.messages)]
        return max(
            os.waitstatus_to_exitcode(
                os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-m", "tests.load.away", *words, "--what", what])
                << 8
            )
            for what in options.what
        )
    what = options.what[0]
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rd-")))
        servers = stack.enter_context(a_directory())
        database_url = stack.enter_context(postgres(servers, durable=True)) if what == "database" else ""
        broker = Broker(home) if what == "broker" else None
        if broker:
            stack.callback(broker.stop)
        free = shutil.disk_usage(home).free
        ballast = min(MOST_BALLAST, free // 2)
        reserve = str((free - ballast // 2) // MEGABYTE) if what == "disk" else "0"
        product = Product(
            home, database_url=database_url, redis_url=broker.url if broker else "", REDRIVE_RESERVED_MEGABYTES=reserve
        )
        stack.callback(product.end)
        os.environ |= {
            "REDRIVE_HOME": str(home),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        }
        import django

        django.setup()
        takes: dict[str, Callable[[], Callable[[], object]]] = {
            "database": lambda: without_database(servers, database_url),
            "disk": lambda: without_space(home, ballast),
        }
        if broker:
            takes["broker"] = partial(without_broker, broker)
        found = asyncio.run(one(product, options.seconds, options.messages, takes[what]))
    print(
        f"| {what} | away {options.seconds:.0f} s | said after {found['noticed_s']:.1f} s: {found['said']!r} | a page answers {found['status']} after {found['answered_s']:.1f} s | "
        f"goes on {found['again_s']:.1f} s after | {'; '.join(found['wrong']) or 'digest and every record as undisturbed'} |"
    )
    good = (
        found["said"]
        and not found["wrong"]
        and found["plain"]
        and found["status"] == (503 if what == "database" else 200)
    )
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
