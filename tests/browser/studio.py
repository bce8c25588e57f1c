"""What a person does in the studio, as verbs of one page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect


class StudioPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.clock = page.get_by_label("Virtual time")

    @classmethod
    def importing(cls, page: Page, template: Path) -> StudioPage:
        page.goto("/import/")
        page.locator("input[type=file]").set_input_files(str(template))
        page.get_by_role("button", name="Import", exact=True).click()
        page.get_by_role("link", name="Open it").click()
        return cls(page).opened()

    @classmethod
    def opening_example(cls, page: Page, title: str) -> StudioPage:
        page.goto("/")
        page.get_by_role("link", name=title, exact=True).click()
        return cls(page).opened()

    def opened(self) -> StudioPage:
        expect(self.page.get_by_role("button", name="You drive")).to_be_visible()
        return self

    # ── the canvas ────────────────────────────────────────────────────────────────────────────────────────────────────

    def node(self, name: str) -> Locator:
        return self.page.locator(".svelte-flow__node", has=self.page.get_by_text(name, exact=True))

    def select(self, name: str) -> None:
        self.node(name).click()

    # ── the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def play(self, speed: str = "1×") -> None:
        self.page.get_by_label("Speed").select_option(label=speed)
        self.page.get_by_role("button", name="Play").click()

    def pause(self) -> None:
        self.page.get_by_role("button", name="Pause").click()

    def until_quiet(self) -> None:
        self.page.get_by_role("button", name="Until quiet").click()

    def seconds(self) -> float:
        hours, minutes, seconds = self.clock.inner_text().split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)

    # ── sending ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def send_burst(self, count: int, *, poison_every: int = 0) -> None:
        self.select("You")
        panel = self.page.get_by_role("complementary")
        panel.get_by_text("Burst", exact=True).click()
        panel.get_by_label("Messages").fill(str(count))
        poison = panel.get_by_label("Every n-th message is poison")
        poison.set_checked(bool(poison_every))
        if poison_every:
            panel.get_by_label("Every", exact=True).fill(str(poison_every))
        panel.get_by_role("button", name=re.compile("^Send")).click()

    # ── functions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def behave(self, function: str, preset: str) -> None:
        """Give a function another behaviour, from the playhead on."""
        self.select(function)
        form = self.page.get_by_role("form", name=f"Behaviour of {function}")
        form.get_by_role("button", name=preset, exact=True).click()
        form.get_by_role("button", name="Apply").click()
        expect(self.page.get_by_text(re.compile(f"{function} behaves anew"))).to_be_visible()

    # ── dead letters ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def letters(self) -> Locator:
        """The check boxes, one per dead letter."""
        return self.page.get_by_label(re.compile("^Select message "))

    def edit_body(self, index: int, text: str) -> None:
        self.page.get_by_label(re.compile("^Edit the body of ")).nth(index).click()
        dialog = self.page.get_by_role("dialog")
        editor = dialog.get_by_role("textbox", name="Body to redrive")
        editor.click()
        editor.press("ControlOrMeta+a")
        editor.press(
            "Delete"
        )  # typing over a selection makes Chromium itself try an inline style, which the policy refuses
        editor.press_sequentially(text)
        dialog.get_by_role("button", name="Keep for the redrive").click()

    def redrive_selected(self) -> None:
        self.page.get_by_role("button", name=re.compile("^Redrive selected")).click()
        self._confirm()

    def redrive_all(self) -> None:
        self.page.get_by_role("button", name="Redrive all").click()
        self._confirm()

    def _confirm(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Redrive ")).click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
