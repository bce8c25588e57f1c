"""`python -m tests.load.streaming [--messages N] [--clients 300] [--idle-seconds 600]`: many, slow, frozen and silent browsers.

The real product, on the embedded layer (a Valkey server on a Unix socket) and on a Redis URL (TCP), each with a home of its own; the
clients are this process. Four things are done and told in a table:

| | |
|---|---|
| burst | one run is simulated to its end before 20 pages: 17 as quick as they can, one that reads nothing meanwhile, two at 56 kbit/s. The frozen one thaws when the others are done and reads on from its cursor. Of the thin ones the first wants every record, and looks at the end when the others are done; the second is content with a window, and is taken to where the driver is. Every buffer of the way is told with how many times it was sent |
| crowd | as many pages as `--clients` on one run: records delivered a second, and how long after a command's send it and its records are with everybody |
| restarts | the web server is killed five times while a page watches |
| idle | a page that is told nothing for `--idle-seconds` (really waited for, both layers at once), and then gets a message's records on the same connection |

Exits with 1 if a record was lost, doubled or out of order, a socket did not live, or the burst was less than ten times some buffer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.fanout import room
from dashboard.fanout.source import CHUNKS_PER_READ
from dashboard.fanout.window import WINDOW_BYTES
from tests.builders import SECOND, a_function, arn, url
from tests.load.audience import READER, Spectator
from tests.load.kills import DOCUMENT, POISON, RATE, TAIL_US, give, until
from tests.load.product import CHECKOUT, Broker, Product

UNIX, TCP = "embedded: Valkey on a Unix socket", "by URL: Redis on TCP"
LAYERS = {"embedded": UNIX, "redis": TCP}
A_MESSAGE = {"QueueUrl": url("orders"), "MessageBody": '{"order": "late"}'}
CHARGE_CARD = a_function("charge-card", failures=[POISON])
CHARGE_CARD["playground"]["behaviour"]["duration"] = {"kind": "lognormal", "median_ms": 100, "p99_ms": 400}
UNEVEN = DOCUMENT | {"resources": DOCUMENT["resources"] | {"ChargeCard": CHARGE_CARD}}
"""No two messages alike: what is sent does not compress to nothing."""
MODEM = 56_000 / 8
TIMES = 10
PARTS = ("burst", "crowd", "restarts", "idle")
COMMANDS = 20
RESTARTS = 5
PATIENCE_S = 1200.0
TELL_S = 15.0
STANDING_S = 0.2
MESSAGES = "of a burst, which is to be ten times every buffer on the way; all else takes a tenth"


@dataclass
class Report:
    rows: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def tell(self, what: str, value: str) -> None:
        self.rows.append((what, value))
        print(f"{what:58}{value}  (load {os.getloadavg()[0]:.1f})", flush=True)

    def check(self, what: str, *, holds: bool) -> None:
        if not holds:
            self.wrong.append(what)
            print(f"WRONG: {what}", flush=True)


@asynccontextmanager
async def audience(
    port: int, execution: str, paces: list[float], *, windows: bool = False
) -> AsyncIterator[list[Spectator]]:
    """The first one drives, the others come all at once; with `windows` the last is content with one."""
    pages = [Spectator(port, execution, bytes_per_second=pace) for pace in paces]
    pages[-1].window = windows
    tasks = [asyncio.create_task(pages[0].run())]
    await until(lambda: pages[0].driving)
    tasks += [asyncio.create_task(page.run()) for page in pages[1:]]
    try:
        await until(lambda: all(page.store.generation for page in pages))
        yield pages
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def simulate(driver: Spectator, messages: int) -> int:
    """Asks for a whole run; answers where it ends."""
    params = {"TargetArn": arn("orders"), "Count": messages, "MessageBody": '{"order": {{index}}}'}
    await give(driver, "client:StartTraffic", 0, {**params, "Mode": "rate", "RatePerSecond": RATE})
    end_at = messages * SECOND // RATE + TAIL_US
    driver.say(type="demand", kind="until", until_at=end_at)
    return end_at


async def waited(condition, pages: Sequence[Spectator] = (), again=lambda: None) -> float:
    """Seconds. What takes long says how far the pages are; what is to be said until it is heard is said `again`."""
    began_s = told_s = time.monotonic()
    while not condition():
        await asyncio.sleep(0.01)
        if time.monotonic() - told_s < TELL_S:
            continue
        told_s = time.monotonic()
        far = ", ".join(where(page) for page in sorted(pages, key=lambda page: page.store.head)[:: len(pages) - 1 or 1])
        print(f"… {told_s - began_s:.0f} s: {far}", flush=True)
        again()
        if told_s - began_s > PATIENCE_S:
            raise TimeoutError(f"in vain for {PATIENCE_S:.0f} s: {far}")
    return time.monotonic() - began_s


def where(page: Spectator) -> str:
    told = f"{page.progress.get('state')} at {page.progress.get('head', 0):,}"
    return f"record {page.store.head:,} (told: {told}; {page.connects} connection(s){', drives' * page.driving})"


def seen(pages: Sequence[Spectator], at: int) -> None:
    """By whoever drives by now."""
    next((page for page in pages if page.driving), pages[0]).say(type="seen", at=at)


async def burst(product: Product, messages: int, report: Report) -> None:
    execution = begun(product)
    web = product.pids("web")[0]
    before_mb = memory_mb(web)
    async with audience(product.port, execution, [0.0] * 18 + [MODEM] * 2, windows=True) as pages:
        *quick, frozen, thin, follower = pages
        driver = quick[0]
        frozen.freeze()
        end_at = await simulate(driver, messages)
        began_s = time.monotonic()
        standing = [frozen.standing()]

        def done() -> bool:
            if time.monotonic() - looked[-1] > STANDING_S:
                looked.append(time.monotonic())
                standing.append(frozen.standing())
            return all(page.has_all and page.progress["frontier_at"] >= end_at for page in quick)

        looked = [began_s]
        await waited(done, quick)
        took, sent = time.monotonic() - began_s, driver.store.size
        each = f"{driver.store.head / took:,.0f} records/s to each, {len(quick) * sent / took / 2**20:.1f} MiB/s to all"
        report.tell(f"burst to {len(quick)} quick pages", f"{driver.store.head:,} records, {sent / 2**20:.1f} MiB")
        report.tell("burst: seconds, throughput", f"{took:.1f}, {each}")
        tell_buffers(driver, max(map(sum, standing)), report)
        report.tell("burst: web process before, at most", f"{before_mb:.0f} MB, {memory_mb(web, 'VmHWM'):.0f} MB")
        report.check("the quick pages have the same records", holds=len({page.store.head for page in quick}) == 1)
        report.tell(
            "burst: 56 kbit/s, every record, meanwhile",
            f"{thin.store.head:,} records, in order, {thin.connects} connection(s)",
        )
        await thaw(frozen, driver, report)
        await look_at_the_end(thin, follower, quick, report)
        report.check("none of them met a gap", holds=not any(page.store.gaps for page in pages))
        report.check("nobody who read was cut off", holds=all(page.connects == 1 for page in pages if page != frozen))


def tell_buffers(driver: Spectator, standing: int, report: Report) -> None:
    """Each buffer between the database and a page, and how many times over the burst went through it."""
    reading = CHUNKS_PER_READ * driver.store.largest
    buffers = {
        "under way to a page, at most": room.MOST,
        "newest chunks, shared by all pages": WINDOW_BYTES,
        "one reading of the database, at most": reading,
        "the frozen page's, both kernels, measured": standing,
        "a page's own (SO_RCVBUF; its reader)": READER,
    }
    sent = driver.store.size
    for name, size in buffers.items():
        report.tell(f"buffer: {name}", f"{size / 1024:,.0f} KiB, burst is {sent / max(size, 1):,.1f} times that")
    report.tell("buffer: doorbells (core layer: 100, then lost)", f"{driver.store.chunks:,} chunks were rung for")
    report.check(f"the burst is {TIMES} times every buffer", holds=sent >= TIMES * max(buffers.values()))


async def thaw(frozen: Spectator, driver: Spectator, report: Report) -> None:
    """A page frozen for longer than half a minute has been cut off, as its pings were not answered: it comes again and resumes."""
    behind = driver.store.head - frozen.store.head
    frozen.thaw()
    took = await waited(lambda: frozen.store.head == driver.store.head, [frozen, driver])
    report.tell(
        "burst: frozen, caught up from its cursor",
        f"{behind:,} records in {took:.1f} s, {frozen.connects} connection(s)",
    )


async def look_at_the_end(thin: Spectator, follower: Spectator, quick: list[Spectator], report: Report) -> None:
    at, head = quick[0].progress["frontier_at"], quick[0].store.head
    thin.say(type="look", at=at)
    took = await waited(lambda: thin.store.head == head, [thin])
    report.tell("burst: 56 kbit/s, looked at the end", f"{took:.1f} s, from record {(thin.began or [0])[-1]:,}")
    seen(quick, at)
    took = await waited(lambda: follower.store.head == head, [follower, *quick], lambda: seen(quick, at))
    report.tell(
        "burst: 56 kbit/s, taken to where the driver is",
        f"{took:.1f} s after that, {len(follower.began)} windows, the last from record {(follower.began or [0])[-1]:,}",
    )


async def crowd(product: Product, clients: int, messages: int, report: Report) -> None:
    execution = begun(product)
    web = product.pids("web")[0]
    began_s, busy_s = time.monotonic(), busy(web)
    async with audience(product.port, execution, [0.0] * clients) as pages:
        connects = sum(page.connects for page in pages)
        report.tell(
            f"crowd of {clients}: all have joined",
            f"{time.monotonic() - began_s:.1f} s, {connects} connections, {busy(web) - busy_s:.1f} s of the web process",
        )
        report.check("nobody of the crowd had to come twice", holds=connects == clients)
        driver = pages[0]
        began_s = time.monotonic()
        end_at = await simulate(driver, messages)
        await waited(lambda: all(page.has_all and page.progress["frontier_at"] >= end_at for page in pages), pages)
        took = time.monotonic() - began_s
        records = driver.store.head
        report.check("every page of the crowd has every record", holds={page.store.head for page in pages} == {records})
        report.tell(
            f"crowd of {clients}: deliveries",
            f"{records * clients / took:,.0f} records/s ({records:,} to each in {took:.1f} s, "
            f"{driver.store.size * clients / took / 2**20:.0f} MiB/s)",
        )
        latencies = []
        for _ in range(COMMANDS):
            head, sent_s = driver.store.head, time.monotonic()
            at = driver.progress["frontier_at"]
            await give(driver, "sqs:SendMessage", at, A_MESSAGE)
            driver.say(type="demand", kind="next")
            await waited(lambda head=head: all(page.store.head > head for page in pages), pages)
            latencies += [page.store.arrived_s - sent_s for page in pages]
        ordered = sorted(latencies)
        p50, p99 = (1000 * ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
        report.tell(
            f"crowd of {clients}: from a command to its records",
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, worst {1000 * ordered[-1]:.0f} ms",
        )
    await opened_at_once(product, execution, clients, report)


async def opened_at_once(product: Product, execution: str, clients: int, report: Report) -> None:
    """Everybody comes to a run that is stored already, and none of it is in the window."""
    web = product.pids("web")[0]
    began_s, busy_s = time.monotonic(), busy(web)
    async with audience(product.port, execution, [0.0] * clients) as pages:
        await waited(lambda: all(page.has_all for page in pages), pages)
        records = pages[0].store.head
        took, busy_s, sent = time.monotonic() - began_s, busy(web) - busy_s, sum(page.store.size for page in pages)
        report.check("nobody who came late met a gap", holds=not any(page.store.gaps for page in pages))
        report.tell(
            f"{clients} pages open a stored run",
            f"{took:.1f} s, {records * clients / took:,.0f} records/s, {sent / took / 2**20:.1f} MiB/s; "
            f"{busy_s:.1f} s of the web process, {sent / busy_s / 2**20:.1f} MiB a second of it",
        )


async def restarts(product: Product, messages: int, report: Report) -> None:
    execution = begun(product)
    async with audience(product.port, execution, [0.0, 0.0]) as pages:
        end_at = await simulate(pages[0], messages)
        for _ in range(RESTARTS):
            await asyncio.sleep(1.0)
            connects = pages[1].connects
            os.kill(product.pids("web")[0], signal.SIGKILL)
            await waited(lambda connects=connects: pages[1].connects > connects, pages)
        await until(lambda: pages[0].driving or pages[1].driving)
        next(page for page in pages if page.driving).say(type="demand", kind="until", until_at=end_at)
        await waited(lambda: all(page.has_all and page.progress["frontier_at"] >= end_at for page in pages), pages)
        report.tell(
            f"{RESTARTS} restarts of the server",
            f"{pages[1].store.head:,} records, {pages[1].connects} connections, {pages[1].store.gaps} gaps",
        )
        report.check("no gap after a restart", holds=not pages[0].store.gaps + pages[1].store.gaps)


async def idle(layer: str, product: Product, seconds: float, report: Report) -> None:
    async with audience(product.port, begun(product), [0.0]) as (page,):
        await give(page, "sqs:SendMessage", 0, A_MESSAGE)  # a worker has taken it up before
        await waited(lambda: page.has_all and page.store.head > 0, [page])
        head = page.store.head
        await asyncio.sleep(seconds)
        lived, sent_s = page.connects == 1, time.monotonic()
        await give(page, "sqs:SendMessage", page.progress["frontier_at"], A_MESSAGE)
        page.say(type="demand", kind="next")
        await waited(lambda: page.store.head > head, [page])
        took_ms = 1000 * (time.monotonic() - sent_s)
        report.tell(
            f"idle for {seconds:.0f} s, {layer}",
            f"{page.connects} connection; then a message's records in {took_ms:.0f} ms",
        )
        report.check(f"a silent socket lives: {layer}", holds=lived and page.connects == 1)


def memory_mb(pid: int, line: str = "VmRSS") -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(each.split()[1]) / 1024 for each in status.splitlines() if each.startswith(line))


def busy(pid: int) -> float:
    """Seconds of processor a process has had."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def started(layer: str, stack: ExitStack) -> Product:
    home, redis_url = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rd-"))), ""
    if layer == TCP:
        broker = Broker(home)
        stack.callback(broker.stop)
        redis_url = broker.url
    product = Product(home, redis_url=redis_url)
    stack.callback(product.end)
    return product


def begun(product: Product) -> str:
    """A new execution's id. Django is set up elsewhere: each product has settings of its own."""
    words = (
        "import django; django.setup(); from tests.load import kills, streaming; "
        "print(kills.begin(streaming.UNEVEN).pk)"
    )
    environ = product.environ | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", words], cwd=CHECKOUT, env=environ, check=True, capture_output=True, text=True
    )
    return ran.stdout.split()[-1]


async def everything(products: dict[str, Product], given: argparse.Namespace, report: Report) -> None:
    few = max(100, given.messages // 10)
    for layer, product in products.items():
        print(f"\n{layer}", flush=True)
        if "burst" in given.only:
            await burst(product, given.messages, report)
        if "crowd" in given.only:
            await crowd(product, given.clients, few, report)
        if "restarts" in given.only:
            await restarts(product, few, report)
    if "idle" in given.only:
        await asyncio.gather(*(idle(layer, product, given.idle_seconds, report) for layer, product in products.items()))


def main() -> int:
    parser = argparse.ArgumentParser("tests.load.streaming", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=300_000, help=MESSAGES)
    parser.add_argument("--clients", type=int, default=300)
    parser.add_argument("--idle-seconds", type=float, default=600.0)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--layers", nargs="+", choices=LAYERS, default=list(LAYERS))
    given = parser.parse_args()
    report = Report()
    with ExitStack() as stack:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("asked to end"))
        products = {LAYERS[name]: started(LAYERS[name], stack) for name in given.layers}
        asyncio.run(everything(products, given, report))
    print("\n" + ("\n".join(report.wrong) or "Nothing was lost, doubled or out of order."))
    return int(bool(report.wrong))


if __name__ == "__main__":
    sys.exit(main())
