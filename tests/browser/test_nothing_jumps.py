"""While a run plays nothing on the page changes its place or its size: not on a projector, not without motion."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.studio import StudioPage

LOOKS, BETWEEN_MS = 8, 250
BOXES = """() => [...document.querySelectorAll('.svelte-flow__node, .bar, .transport > *, .view, .dock, .track')].map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [element.classList[0] ?? element.tagName, ...[x, y, width, height].map(Math.round)].join(' ');
})"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768)])
def test_nothing_jumps_on_a_projector(new_page, width, height, motion, pictures):
    page = new_page(viewport={"width": width, "height": height}, reduced_motion=motion)
    studio = StudioPage.running_anew(page, "Order queue with dead letters")
    page.get_by_role("button", name="Projector size").click()
    page.keyboard.press("s")
    page.get_by_role("button", name=re.compile("^Send 200")).click()
    expect(page.get_by_text(re.compile("^Sending"))).to_be_visible()
    page.keyboard.press("Escape")
    studio.play("10×")
    expect(page.get_by_text(re.compile("^Sending"))).to_have_count(0)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "all of it fits"
    before = page.evaluate(BOXES)
    for _ in range(LOOKS):
        page.wait_for_timeout(BETWEEN_MS)
        assert page.evaluate(BOXES) == before
    studio.picture(pictures, f"projector-{width}-{motion}")
