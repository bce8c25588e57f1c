"""`python -m tests.benchmarks.particles`: the studio while 20,000 messages are under way and 50 gauges count, in Chromium.

A run of 25 queues and 25 functions (each node is a gauge) is stored in a home of its own, and played in the page as people play it.
What is under way is what set out in the last 0.7 seconds of the wall: at 10 × it is more than 20,000 messages, which links show as
counts, because eyes cannot follow them (`static/src/studio/canvas/density.svelte.ts`); at ¼ × some 550, about as many as are ever
drawn one by one, each with what trails behind it. Told are the script's milliseconds of CPU a frame (of the page's own thread: drawing,
folding, gauges and all; Chromium counts them) and the frames of a second of the wall. Nothing is drawn by a graphics processor.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.bootstrap_test import find_chromium
from tests.benchmarks.measuring import Row, apart

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

PAIRS = 25
MESSAGES_PER_SECOND = 120
"""For each pair."""
RUN_SECONDS = 90
SECOND = 1_000_000
MOTION_S = 0.7
WATCHED_MS, SETTLED_MS = 5_000, 1_500
SCRIPT_BAR_MS = 4
FRAMES_BAR = 58
"""Sixty, less what the clock of a browser without a screen misses."""
MANY = "studio, 20,000 messages and 50 gauges: ms of script a frame"
FEW = "studio, the most particles it draws: ms of script a frame"
FRAMES = """(ms) => new Promise((done) => {
  const began = performance.now();
  let frames = 0;
  const next = () => {
    frames++;
    if (performance.now() - began < ms) requestAnimationFrame(next);
    else done([frames, performance.now() - began]);
  };
  requestAnimationFrame(next);
})"""


@dataclass(frozen=True, slots=True)
class Watched:
    speed: float
    script_ms: float
    frames: float
    under_way: int


def rows() -> list[Row]:
    if not find_chromium():
        return [Row(MANY, None, SCRIPT_BAR_MS, more=False, note="Chromium is not installed")]
    many, few = (Watched(**each) for each in apart("tests.benchmarks.particles", "--json"))
    as_counts = f"{many.under_way:,} under way, shown as counts on links"
    one_by_one = f"{few.under_way:,} under way, drawn one by one"
    return [
        Row(MANY, many.script_ms, SCRIPT_BAR_MS, more=False, note=as_counts),
        Row("the same: frames a second", many.frames, FRAMES_BAR, more=True, note=as_counts),
        Row(FEW, few.script_ms, SCRIPT_BAR_MS, more=False, note=one_by_one),
        Row("the same: frames a second", few.frames, FRAMES_BAR, more=True, note=one_by_one),
    ]


def measure() -> list[Watched]:
    """In a home of its own; Django is set up here, so this is the first thing a process does."""
    from tests.load import big_run

    with tempfile.TemporaryDirectory(prefix="rd-") as home:
        execution = big_run.at_home(Path(home), f"{PAIRS} pairs", resources(), traffic())
        with big_run.playground() as address:
            return watched(f"{address}/executions/{execution}/")


def resources() -> dict[str, Any]:
    from tests.builders import a_function, a_mapping, a_queue

    found = {}
    for number in range(PAIRS):
        queue, function = f"orders-{number}", f"charge-{number}"
        found[f"Orders{number}"] = a_queue(queue)
        found[f"Charge{number}"] = a_function(function, failures=[{"rate": 0.02, "how": "raise"}])
        found[f"Mapping{number}"] = a_mapping(queue, function)
    return found


def traffic() -> list[dict[str, Any]]:
    from tests.benchmarks import storage
    from tests.builders import arn

    one = storage.traffic(MESSAGES_PER_SECOND * RUN_SECONDS, MESSAGES_PER_SECOND)
    return [one | {"TargetArn": arn(f"orders-{number}")} for number in range(PAIRS)]


def watched(url: str) -> list[Watched]:
    from playwright.sync_api import sync_playwright

    from tests.load import big_run

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=big_run.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(60_000)
        page.goto(url)
        page.evaluate(big_run.OPENED)
        page.get_by_role("button", name="You drive").wait_for()
        found = [_played(page, 10), _played(page, 0.25)]
        browser.close()
    return found


def _played(page: Page, speed: float) -> Watched:
    from tests.load import big_run

    page.evaluate(big_run.SCRUB, 5 * SECOND)
    page.get_by_label("Speed").select_option(f"{speed}")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(SETTLED_MS)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _script_s(session)
    frames, took_ms = page.evaluate(FRAMES, WATCHED_MS)
    script_s = _script_s(session) - before
    page.get_by_role("button", name="Pause", exact=True).click()
    under_way = round(PAIRS * MESSAGES_PER_SECOND * MOTION_S * speed)
    return Watched(speed, 1000 * script_s / frames, 1000 * frames / took_ms, under_way)


def _script_s(session: CDPSession) -> float:
    found = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in found if each["name"] == "ScriptDuration"))


def main() -> None:
    import sys
    from dataclasses import asdict

    if "--json" in sys.argv:
        print(json.dumps([asdict(each) for each in measure()]))
    else:
        print(f"load {os.getloadavg()[0]:.1f}")
        print("\n".join(map(str, rows())))


if __name__ == "__main__":
    main()
