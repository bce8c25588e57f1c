"""The pictures of the README and of the gallery's first screen: the studio in the middle of a run, light and dark.

    python3 manage.py playground --port 8000
    .venv/bin/python -m tests.browser.studio_pictures http://127.0.0.1:8000

writes `static/readme/studio-<theme>.png`, `static/readme/machine-light.png` and `static/public/studio/studio.<theme>.webp`. They are
committed; the last are built into `static/dist`.
"""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from dashboard.bootstrap_test import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.studio import StudioPage

STATIC = Path(__file__).resolve().parents[2] / "static"
README, FIRST_SCREEN = STATIC / "readme", STATIC / "public" / "studio"
LARGE: ViewportSize = {"width": 1440, "height": 900}
SMALL: ViewportSize = {"width": 1180, "height": 720}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
QUALITY = 70
SETTLED_MS = 1_500
"""Until particles are on their way everywhere."""


def main(site: str) -> None:
    FIRST_SCREEN.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for theme in THEMES:
            _orders(_open(browser, site, LARGE, theme)).screenshot(path=README / f"studio-{theme}.png")
            _webp(_orders(_open(browser, site, SMALL, theme)), FIRST_SCREEN / f"studio.{theme}.webp")
        _machine(_open(browser, site, LARGE, "light")).screenshot(path=README / "machine-light.png")
        browser.close()


def _open(browser: Browser, site: str, size: ViewportSize, theme: Literal["light", "dark"]) -> Page:
    return browser.new_context(base_url=site, viewport=size, color_scheme=theme).new_page()


def _orders(page: Page) -> Page:
    """Orders on their way, some of them for the third time, and the first dead letters; the clock goes on."""
    studio = StudioPage.running_anew(page, "Order queue with dead letters")
    studio.inspector.get_by_label("Messages", exact=True).fill("3000")
    studio.inspector.get_by_label("Per second", exact=True).fill("20")
    studio.send()
    studio.play("4×")
    if (folded := page.get_by_role("button", name="Unfold the dock")).count():
        folded.click()
    expect(studio.letters.first).to_be_visible(timeout=60_000)
    studio.select("orders")
    studio.inspector.get_by_role("tab", name=re.compile("^In flight")).click()
    page.get_by_label("Speed").select_option(label="1×")
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLED_MS)
    return page


def _machine(page: Page) -> Page:
    """A saga whose third state failed, and what was taken back."""
    studio = StudioPage.running_anew(page, "Saga: book a trip, or take it all back")
    studio.send()
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.select("book-trip")
    studio.inspector.get_by_role("button", name="Open the state machine").click()
    machine = page.get_by_role("region", name="State machine book-trip")
    expect(machine.get_by_label(re.compile("^TakePayment, Task"))).to_be_visible()
    machine.get_by_role("button", name=re.compile("^Failed \\d+$")).click()
    machine.get_by_role("button", name=re.compile("^Failed [0-9a-f]{8}")).last.click()
    expect(machine.get_by_role("button", name=re.compile("TaskFailed"))).to_have_count(1)
    page.wait_for_timeout(SETTLED_MS)
    return page


def _webp(page: Page, path: Path) -> None:
    size = page.viewport_size
    assert size is not None
    clip = {"x": 0, "y": 0, **size, "scale": 1.25}
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip})
    path.write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    main(sys.argv[1])
