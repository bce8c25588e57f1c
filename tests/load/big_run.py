"""`python -m tests.load.big_run [--messages N] [--home DIR] [--shots DIR]`: the studio on a long run, in Chromium, measured.

A run of so many messages (each sent, received in batches, failed now and then, tried again, deleted or dead: four records on
average) is stored in a home of its own, as slices and upkeep leave it; with `--home` it is kept there and made once. Then the
playground is started, and a page is opened as people open it:

| what | from | until |
|---|---|---|
| opens | the address is entered | the canvas and the timeline show the instant at which the driver was |
| scrubs | the playhead is set to an instant anywhere | everything on the canvas is of that instant, and painted |
| journey | a message is clicked | its journey stands there |
| page of dead letters | an instant is set | the letters of that instant stand there |

Times are wall clock in the page. Nothing here is asserted.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.bootstrap_test import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHECKOUT = Path(__file__).resolve().parents[2]
MESSAGES = 1_000_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
OPENINGS, SCRUBS, JOURNEYS = 5, 40, 20
BARS_MS = {"opens": 1000, "scrubs": 150, "journey": 300}
RATE = 4000
SECOND = 1_000_000
NAME = "big run"

OPENED = """() => new Promise((done, never) => {
  setTimeout(() => never(new Error('not opened within 30 s')), 30000);
  const look = () => {
    const ready = document.querySelector('[aria-label="Timeline"]')?.getAttribute('aria-busy') === 'false';
    if (ready && document.querySelectorAll('.svelte-flow__node .value').length > 2) requestAnimationFrame(() => done(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})"""
SCRUB = """(at) => new Promise((done, never) => {
  setTimeout(() => never(new Error(`the instant ${at} was not shown within 30 s`)), 30000);
  const input = document.querySelector('[aria-label="Playhead"]'), section = document.querySelector('[aria-label="Timeline"]');
  const before = performance.now();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, at);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  const look = () => {
    if (section.getAttribute('aria-busy') === 'false') requestAnimationFrame(() => done(performance.now() - before));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
FOLLOW = """(row) => new Promise((done, never) => {
  setTimeout(() => never(new Error('no journey within 30 s')), 30000);
  const before = performance.now();
  row.click();
  const look = () => {
    if (document.querySelector('section[aria-label^="Copy 1"] li')) requestAnimationFrame(() => done(performance.now() - before));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


@dataclass(frozen=True, slots=True)
class Measured:
    what: str
    times: list[float]

    @property
    def row(self) -> str:
        times, bar = sorted(self.times), BARS_MS.get(self.what)
        middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
        verdict = "" if bar is None else f"{f'≤ {bar}':>9}  {'met' if times[-1] <= bar else 'MISSED'}"
        return f"{self.what:22}{len(times):>6}{middle:>10.0f}{late:>10.0f}{times[-1]:>10.0f}{verdict}"


# ── the run ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def resources() -> dict[str, Any]:
    """orders → charge-card, with retries and a dead-letter queue; what the other benchmarks send through it."""
    from tests.benchmarks import workload as given
    from tests.builders import a_function, a_mapping, a_queue

    function = a_function("charge-card", failures=[{"rate": given.FAILURE_PPM / 1_000_000, "how": "item"}])
    function["playground"]["behaviour"]["duration"] = {"kind": "lognormal", "median_ms": 100, "p99_ms": 400}
    return {
        "Orders": a_queue("orders", "orders-dlq", given.MAX_RECEIVE_COUNT),
        "OrdersDlq": a_queue("orders-dlq"),
        "ChargeCard": function,
        "Mapping": a_mapping(
            "orders",
            "charge-card",
            BatchSize=given.BATCH_SIZE,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            ScalingConfig={"MaximumConcurrency": given.CONCURRENCY},
        ),
    }


def stored(home: Path, messages: int) -> str:
    """The execution's id; made if it is not there."""
    from tests.benchmarks import storage

    return at_home(home, f"{NAME} of {messages}", resources(), [storage.traffic(messages, RATE)])


def at_home(home: Path, name: str, drawn: dict[str, Any], traffic: list[dict[str, Any]]) -> str:
    """The id of the execution of that name at home, stored as slices and upkeep leave it. Django is set up here."""
    os.environ.update(
        {"REDRIVE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dashboard.settings", "REDRIVE_SET_UP": "1"}
    )
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=CHECKOUT, env=os.environ, check=True)
    import django

    django.setup()
    from flows.models import Execution

    known = Execution.objects.filter(name=name).first()
    return str(known.pk if known else _make(name, drawn, traffic))


def _make(name: str, drawn: dict[str, Any], traffic: list[dict[str, Any]]) -> str:
    from django.db import transaction

    from flows.models import Execution, Topology
    from flows.runs import tail, upkeep, versions
    from flows.simulation import ENGINE_FINGERPRINT
    from flows.topology.compile import compile_topology
    from tests.benchmarks import storage
    from tests.builders import ACCOUNT, REGION

    document = {
        "format": 1,
        "name": "orders",
        "region": REGION,
        "account": ACCOUNT,
        "resources": drawn,
        "report": [],
    }
    version = versions.store(Topology(name="Big run"), document, [])
    topology = compile_topology(version.document)
    execution = Execution.objects.create(
        topology_version=version,
        name=f"being made: {name}",
        seed=1,
        epoch="2026-01-01T00:00:00Z",
        engine_fingerprint=ENGINE_FINGERPRINT,
    )
    for block in storage.run_out(topology, traffic):
        written = tail.prepare(execution, block)
        with transaction.atomic():
            written.write(execution)
        last = written.chunks[-1]
    rows = Execution.objects.filter(pk=execution.pk)
    rows.update(head=last.last, frontier_at=last.last_at, seen_at=last.last_at // 2, quiet=True)
    while upkeep.advance(execution.pk):
        pass
    rows.update(name=name)
    return str(execution.pk)


# ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def playground() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "manage.py", "playground", "--port", "0"],
        cwd=CHECKOUT,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        line = process.stdout.readline() if process.stdout else ""
        ready = re.search(r"https?://\S+", line)
        if not ready:
            raise SystemExit(f"the playground did not start: {line}")
        try:
            yield ready[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


def measure(address: str, execution: str, messages: int, chromium: str, shots: Path | None) -> Iterator[Measured | str]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        url = f"{address}/executions/{execution}/"
        page.goto(url)
        yield f"first opening, nothing cached: {page.evaluate(OPENED):.0f} ms"
        yield Measured("opens", [_opened(page, url) for _ in range(OPENINGS)])
        end = int(page.get_by_label("Playhead").get_attribute("max") or 0)
        chance = random.Random(1)
        instants = [int(chance.random() * end) for _ in range(SCRUBS)]
        yield Measured("scrubs", [page.evaluate(SCRUB, at) for at in instants])
        yield Measured("journey", list(_journeys(page, chance, messages * SECOND // RATE)))
        yield f"heap of the page: {page.evaluate('performance.memory.usedJSHeapSize') / 2**20:.0f} MB"
        page.close()
        if shots:
            _shoot(browser, url, end, shots)
        browser.close()


def _opened(page: Page, url: str) -> float:
    page.goto(url, wait_until="commit")
    return float(page.evaluate(OPENED))


def _journeys(page: Page, chance: random.Random, sent: int) -> Iterator[float]:
    """Of messages in flight at instants until `sent`."""
    page.locator(".svelte-flow__node", has=page.get_by_text("orders", exact=True)).click()
    for _ in range(JOURNEYS):
        page.evaluate(SCRUB, int(chance.random() * sent))
        page.get_by_role("tab", name=re.compile("^Contents")).click()
        page.get_by_role("tab", name=re.compile("^In flight")).click()
        row = page.locator("button.row", has_text="Open its journey.")
        row.first.wait_for()
        yield row.nth(chance.randrange(row.count())).evaluate(FOLLOW)
        page.locator(".svelte-flow__node", has=page.get_by_text("orders", exact=True)).click()


def _shoot(browser: Browser, url: str, end: int, shots: Path) -> None:
    """Playing fast, so that motion has become counts; in both themes."""
    shots.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=theme)
        page.goto(url)
        page.evaluate(OPENED)
        page.get_by_role("button", name="You drive").wait_for()
        page.evaluate(SCRUB, end // 6)
        page.screenshot(path=shots / f"standing-{theme}.png")
        page.get_by_label("Speed").select_option(label="1×")
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_timeout(3000)
        page.screenshot(path=shots / f"playing-{theme}.png")
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.big_run", description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--home", type=Path, help="where the run is kept; by default it is thrown away")
    parser.add_argument("--shots", type=Path, help="where to leave pictures")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rd-big-") as thrown_away:
        execution = stored((given.home or Path(thrown_away)).absolute(), given.messages)
        with playground() as address:
            print(
                f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {given.messages:,} messages\n{'ms':22}{'times':>6}{'median':>10}{'p95':>10}{'worst':>10}{'bar':>9}"
            )
            for each in measure(address, execution, given.messages, find_chromium() or "", given.shots):
                print(each if isinstance(each, str) else each.row, flush=True)


if __name__ == "__main__":
    main()
