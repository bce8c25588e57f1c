"""What a person does in the studio, as verbs of one page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PATIENCE_S = 60.0


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
    def running_anew(cls, page: Page, title: str) -> StudioPage:
        """Whatever others did with the example: an execution of its own."""
        page.goto("/")
        page.get_by_role("button", name=f"New run of {title}").click()
        return cls(page).opened()

    def opened(self) -> StudioPage:
        expect(self.page.get_by_role("button", name="You drive")).to_be_visible()
        return self

    # ── the canvas ────────────────────────────────────────────────────────────────────────────────────────────────────

    def node(self, name: str) -> Locator:
        return self.page.locator(".svelte-flow__node", has=self.page.get_by_text(name, exact=True))

    def select(self, name: str) -> None:
        self.node(name).click()

    def number(self, name: str) -> Locator:
        """The one large number of a node's card."""
        return self.node(name).locator(".value")

    def count(self, name: str) -> int:
        return int(self.number(name).inner_text().replace(",", ""))

    def comes_to(self, fits: Callable[[], bool]) -> bool:
        """What is read off several cards is not of one moment: read again, until it fits or patience ends."""
        until = time.monotonic() + PATIENCE_S
        while not (fitted := fits()) and time.monotonic() < until:
            self.page.wait_for_timeout(50)
        return fitted

    def failures(self, name: str) -> Locator:
        """The badge of a card that counts what failed."""
        return self.node(name).locator(".badges .pill.bad")

    def shows(self, **numbers: int) -> None:
        """Wait until these cards show these numbers; an underscore stands for a hyphen."""
        for name, number in numbers.items():
            expect(self.number(name.replace("_", "-"))).to_have_text(f"{number:,}", timeout=60_000)

    def select_link(self, source: str, target: str) -> None:
        """By keyboard: a line is thin."""
        link = self.page.get_by_label(re.compile(f"^From {source} to {target}"))
        link.focus()
        link.press("Enter")
        expect(self.inspector.get_by_role("heading", name="Faults")).to_be_visible()

    @property
    def inspector(self) -> Locator:
        return self.page.get_by_role("complementary", name="Inspector")

    # ── the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def play(self, speed: str = "1×") -> None:
        self.page.get_by_label("Speed").select_option(label=speed)
        self.page.get_by_role("button", name="Play", exact=True).click()

    def pause(self) -> None:
        self.page.get_by_role("button", name="Pause").click()

    def until_quiet(self) -> None:
        self.page.get_by_role("button", name="Until quiet").click()

    def quiet(self, *, timeout: float | None = None) -> None:
        """Wait until nothing is left to happen."""
        expect(self.page.get_by_role("group", name="Clock")).to_contain_text(re.compile(r"\d\s*quiet"), timeout=timeout)

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

    def send_as_prefilled(self, words: str) -> None:
        """Press the button of the You panel, which is open in a new execution, and says what it will send."""
        self.inspector.get_by_role("button", name=f"Send {words}").click()
        expect(self.page.get_by_text(f"Sending {words}")).to_be_visible()

    def send(self, to: str = "") -> None:
        """Press the button of the You panel, whatever it says that it will send; `to` begins the name of another target."""
        if to:
            select = self.inspector.get_by_role("combobox").first
            label = next(option for option in select.locator("option").all_text_contents() if option.startswith(to))
            select.select_option(label=label)
        button = self.inspector.get_by_role("button", name=re.compile("^Send "))
        words = button.inner_text().strip()
        button.click()
        expect(self.page.get_by_text(words.replace("Send ", "Sending ", 1)).last).to_be_visible()

    # ── faults, of the node or link that is selected ──────────────────────────────────────────────────────────────────

    def break_down(self) -> None:
        """An outage from the playhead on, until it is taken away."""
        self.inspector.get_by_role("form", name="New fault").get_by_role("button", name="Put it on").click()
        expect(self.inspector.get_by_role("list", name="Faults here")).to_contain_text("on outage")

    def mend(self) -> None:
        self.inspector.get_by_role("button", name=re.compile("^Take away")).click()
        expect(self.inspector.get_by_role("list", name="Faults here")).to_contain_text(
            "Nothing is made to go wrong here"
        )

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

    def cause(self, words: str) -> Locator:
        """The row that counts the dead letters of one cause."""
        return (
            self.page.get_by_role("row")
            .filter(has=self.page.get_by_label(re.compile("^Select all")))
            .filter(has_text=words)
        )

    @property
    def redrives(self) -> Locator:
        return self.page.get_by_role("complementary", name="Redrives")

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
        self.confirm()

    def redrive_all(self) -> None:
        self.page.get_by_role("button", name="Redrive all").click()
        self.confirm()

    def confirm(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Redrive ")).click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    # ── pictures ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def picture(self, folder: Path | None, name: str, *, full_page: bool = False) -> None:
        if folder is not None:
            self.page.screenshot(path=folder / f"{name}.png", full_page=full_page)
