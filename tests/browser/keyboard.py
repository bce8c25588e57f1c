"""A person with nothing but a keyboard: goes from stop to stop, and always sees where."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

MOST_STOPS = 120
"""Nobody should have to press Tab more often."""
PATIENCE_S = 60.0
HERE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const words = (element) => element.innerText?.trim() || element.textContent.trim();
  const labelled = (one.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)).filter(Boolean).map(words).join(' ');
  const name = one.getAttribute('aria-label') || labelled || (one.labels?.length ? words(one.labels[0]) : '') || words(one) || one.getAttribute('placeholder') || '';
  const outlined = (element) => { const { outlineStyle, outlineWidth } = getComputedStyle(element); return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1; };
  const around = [one, one.parentElement, one.parentElement?.parentElement, one.closest('.cm-editor'), one.closest('article')].filter(Boolean);
  const line = one.querySelector?.('.svelte-flow__edge-path');
  const { width, height, top, left, bottom, right } = one.getBoundingClientRect();
  const inView = (width > 0 || height > 0) && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  const seen = around.some(outlined) || (line && parseFloat(getComputedStyle(line).strokeWidth) > 2);
  const region = one.closest('[role=dialog], dialog, header, .svelte-flow, .inspector, .machine, .dock, section, form, main, body');
  return { name: name.replace(/\\s+/g, ' '), tag: one.tagName.toLowerCase(), role: one.getAttribute('role') ?? '', visible: Boolean(seen && inView), region: region.className?.baseVal ?? region.className };
}"""
"""What has the focus, and whether that can be seen. Editors mark theirs a moment later."""


@dataclass(frozen=True, slots=True)
class Stop:
    name: str
    tag: str
    role: str
    visible: bool
    region: str


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def here(self) -> Stop | None:
        found = self.page.evaluate(HERE)
        return Stop(**found) if found else None

    def comes_to(self, fits: Callable[[Stop | None], bool]) -> Stop | None:
        """What has the focus when it fits, or when patience ends: a page moves it when it has drawn what there is to move to."""
        until = time.monotonic() + PATIENCE_S
        while not fits(stop := self.here()) and time.monotonic() < until:
            self.page.wait_for_timeout(50)
        return stop

    def is_at(self, words: str) -> bool:
        stop = self.comes_to(lambda here: here is not None and words in here.name)
        return stop is not None and words in stop.name

    def go_to(self, name: str | re.Pattern[str], *, key: str = "Tab") -> Stop:
        """Tab until the focus is there. Each stop on the way must be seen."""
        wanted = re.compile(f"^{re.escape(name)}$") if isinstance(name, str) else name
        passed: list[str] = []
        for _ in range(MOST_STOPS):
            stop = self.here()
            if stop:
                if not stop.visible:
                    stop = self.comes_to(lambda here: bool(here and here.visible))
                assert stop and stop.visible, f"the focus is not seen at {stop}, after {passed[-3:]}"
                if wanted.search(stop.name):
                    return stop
                passed.append(stop.name[:40])
            self.press(key)
        raise AssertionError(f"no stop is called {name!r}; passed {passed}")

    def round_trip(self) -> list[Stop]:
        """Every stop, from where the focus is until it comes back there or leaves the page."""
        stops: list[Stop] = []
        for _ in range(MOST_STOPS):
            self.press("Tab")
            stop = self.here()
            if stop is None or (stops and stop == stops[0]):
                break
            stops.append(stop)
        return stops
