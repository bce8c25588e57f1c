"""The pictures of the docs' page "The talk, picture by picture": every example after its own traffic, light and dark.

    python3 manage.py playground --port 8000
    .venv/bin/python -m tests.browser.gallery_pictures http://127.0.0.1:8000 [slug …]

writes `static/public/pictures/<slug>.<theme>.webp`, each of a few kilobytes. They are committed, and built into `static/dist`.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from dashboard.bootstrap_test import find_chromium
from flows.importers.cloudformation import import_template
from flows.topology import compile_topology
from flows.topology.examples import Example, all_examples
from tests.browser.conftest import FLAGS
from tests.browser.studio import StudioPage

FOLDER = Path(__file__).resolve().parents[2] / "static" / "public" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 900}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
QUALITY = 55
QUIET_MS = 120_000
WIDTH, HEIGHT = 1280, 735
"""Of every picture, whatever its topology: as large as it fits, and no larger than twice what the studio shows."""
BARE = "for (const tool of document.querySelectorAll('.svelte-flow__panel')) tool.style.display = 'none'"
"""Neither the map nor the tools are in a picture."""
CLIP = """([width, height]) => {
  const boxes = [...document.querySelectorAll('.svelte-flow__node, .svelte-flow__edge-label, .svelte-flow__edge path')].map((one) => one.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)), right = Math.max(...boxes.map((box) => box.right));
  const top = Math.min(...boxes.map((box) => box.top)), bottom = Math.max(...boxes.map((box) => box.bottom));
  const scale = Math.max(1, Math.min(2, width / (right - left + 64), height / (bottom - top + 64)));
  const canvas = document.querySelector('.svelte-flow').getBoundingClientRect();
  const within = (least, wanted, most) => Math.max(least, Math.min(wanted, most));
  const x = within(canvas.left, (left + right - width / scale) / 2, canvas.right - width / scale);
  const y = within(canvas.top, (top + bottom - height / scale) / 2, canvas.bottom - height / scale);
  return { x, y, width: width / scale, height: height / scale, scale };
}"""
"""The part of the page in which everything drawn stands, with some room around it, in the shape of a picture."""
SETTLED_MS = 1_200
"""Until the last particles have arrived."""


def main(site: str, slugs: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for example in all_examples():
            if not slugs or example.slug in slugs:
                page = browser.new_context(base_url=site, viewport=SIZE, reduced_motion="reduce").new_page()
                _play(page, example)
                print(example.slug, *(_picture(page, example, theme) for theme in THEMES), flush=True)
                page.context.close()
        browser.close()


def _play(page: Page, example: Example) -> None:
    page.goto(f"/examples/{example.slug}/")
    page.get_by_role("button", name="New run").click()
    studio = StudioPage(page).opened()
    studio.send()
    for also in example.also:
        studio.send(to=_name(example, also["target"]))
    studio.until_quiet()
    studio.quiet(timeout=QUIET_MS)
    page.get_by_role("button", name="Fold the dock").click()
    studio.inspector.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Zoom to fit").click()
    expect(page.get_by_role("button", name="Dismiss")).to_have_count(0)
    page.evaluate(BARE)
    page.wait_for_timeout(SETTLED_MS)


def _name(example: Example, target: str) -> str:
    """What the card of a logical id is called."""
    return compile_topology(import_template(example.files, example.main).document or {}).node(target).name


def _picture(page: Page, example: Example, theme: Literal["light", "dark"]) -> int:
    """Its size in bytes."""
    page.emulate_media(color_scheme=theme)
    session = page.context.new_cdp_session(page)
    clip = page.evaluate(CLIP, [WIDTH, HEIGHT])
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip})
    data = base64.b64decode(shot["data"])
    (FOLDER / f"{example.slug}.{theme}.webp").write_bytes(data)
    return len(data)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
