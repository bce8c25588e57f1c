"""What axe-core says of a page as it stands, in both themes.

All rules are asked of the light page. Of the same page in the dark only colours are: a theme changes nothing else. Where a step
changed one part of a page alone (`Part`), that part is looked at, the rest was looked at before.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Self

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}
ASK = """async ([part, rules]) => {
  const { violations } = await axe.run(part ?? document, { resultTypes: ['violations'], preload: false, ...rules });
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


class Part(str):
    """A state in which only what `selector` names has changed."""

    __slots__ = ("selector",)
    selector: str

    def __new__(cls, state: str, selector: str) -> Self:
        part = super().__new__(cls, state)
        part.selector = selector
        return part


@cache
def _source() -> str:
    return AXE.read_text()


def complaints(page: Page, state: str) -> list[str]:
    """Every violation of every rule axe-core has, as one sentence."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = []
    within = state.selector if isinstance(state, Part) else None
    for theme, rules in THEMES.items():
        page.evaluate(WEAR, theme)
        found += [f"{state}, {theme}: {said}" for said in page.evaluate(ASK, [within, rules])]
    return found
