"""What axe-core says of a page as it stands, in both themes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ("light", "dark")
ASK = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false });
  return violations.map(({ id, help, nodes: [{ target, failureSummary }, ...more] }) =>
    `${id} (${help}) at ${target.join(' ')}: ${failureSummary.split('\\n').slice(1).join(';')}${more.length ? `, and ${more.length} more` : ''}`);
}"""
WEAR = """async (theme) => {
  document.documentElement.dataset.theme = theme;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  for (let left = 30, still = 0; left && still < 2; left--, still = document.getAnimations().length ? 0 : still + 1) await frame();
}"""
"""Colours settle by transitions, which inherit: a theme is worn when nothing has moved for two frames, or, where something always moves, half a second has passed."""


@cache
def _source() -> str:
    return AXE.read_text()


def complaints(page: Page, state: str) -> list[str]:
    """Every violation of every rule axe-core has, as one sentence."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = []
    for theme in THEMES:
        page.evaluate(WEAR, theme)
        found += [f"{state}, {theme}: {said}" for said in page.evaluate(ASK)]
    return found
