"""The first journey without a mouse: import, send, watch, pause, repair, redrive two with an edit, then all."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.browser.studio import StudioPage

SENT, POISON_EVERY = 200, 10
DEAD = SENT // POISON_EVERY


def test_the_first_journey_by_keyboard_alone(page, shared_cases, pictures):
    template = shared_cases / "templates" / "templates" / "sqs-lambda-dlq" / "template.yaml"
    keys, studio = Keyboard(page), StudioPage(page)
    page.goto("/")
    keys.go_to("Import a SAM template")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Import a template")).to_be_visible()
    keys.go_to("Template and companion files")
    with page.expect_file_chooser() as chooser:
        keys.press("Space")
    chooser.value.set_files(str(template))
    keys.go_to("Import")
    keys.press("Enter")
    expect(page.get_by_role("link", name="Open it")).to_be_visible()
    keys.go_to("Open it")
    keys.press("Enter")
    studio.opened()

    send(keys, studio)
    keys.press("c")
    assert keys.is_at("You"), "the canvas takes the focus where something is open"
    keys.press("Space", "+", "+", "+", "+", "+", "+")
    expect(studio.letters).to_have_count(DEAD, timeout=60_000)
    keys.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()

    repair(keys, studio)
    studio.picture(pictures, "keyboard-repaired")
    redrive_two_with_an_edit(keys, studio)
    studio.picture(pictures, "keyboard-two-redriven")
    keys.press("d")
    keys.go_to("Redrive all")
    keys.press("Enter")
    keys.go_to(f"Redrive {DEAD - 2} messages")
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert keys.comes_to(lambda here: here is not None), "the focus is not lost with the dialog"
    keys.press("q")
    expect(page.get_by_text("No dead letters at this moment")).to_be_visible()
    expect(page.get_by_text(re.compile("completed"))).to_have_count(2)
    studio.picture(pictures, "keyboard-all-redriven")


def send(keys: Keyboard, studio: StudioPage) -> None:
    keys.press("s")
    keys.go_to("Once")
    keys.press("ArrowRight")
    assert keys.is_at("Burst")
    keys.go_to("Messages")
    keys.press("ControlOrMeta+a")
    keys.type(str(SENT))
    keys.go_to("Every n-th message is poison")
    if not studio.inspector.get_by_label("Every n-th message is poison").is_checked():
        keys.press("Space")
    keys.go_to("Every")
    keys.press("ControlOrMeta+a")
    keys.type(str(POISON_EVERY))
    keys.go_to(f"Send {SENT} messages")
    keys.press("Enter")
    expect(studio.page.get_by_text(f"Sending {SENT} messages")).to_be_visible()


def repair(keys: Keyboard, studio: StudioPage) -> None:
    keys.press("c")
    keys.go_to(re.compile("^ProcessorFunction"))
    keys.press("Enter")
    expect(studio.inspector.get_by_role("heading", name="ProcessorFunction")).to_be_visible()
    keys.press("i")
    assert keys.is_at("Behaviour")
    keys.go_to("Works")
    keys.press("Enter")
    keys.go_to("Apply")
    keys.press("Enter")
    expect(studio.page.get_by_text(re.compile("ProcessorFunction behaves anew"))).to_be_visible()
    keys.press("Escape")
    expect(studio.inspector).to_have_count(0)
    assert keys.is_at("ProcessorFunction"), "Escape leads back to the card"


def redrive_two_with_an_edit(keys: Keyboard, studio: StudioPage) -> None:
    page = studio.page
    keys.press("d")
    keys.go_to(re.compile("^Edit the body of "))
    edited = keys.here().name
    keys.press("Enter")
    keys.go_to("Body to redrive")
    keys.press("ControlOrMeta+a", "Delete")
    keys.type('{"orderId": "ord_200", "amount": 4200}')
    keys.go_to("Keep for the redrive")
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert keys.is_at(edited), "the focus goes back to the button that opened the dialog"
    keys.go_to(re.compile("^Select message "))
    keys.press("Space")
    keys.go_to(re.compile("^Redrive selected"), key="Shift+Tab")
    keys.press("Enter")
    keys.go_to(re.compile("^Redrive 2 messages"))
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert keys.comes_to(lambda here: here is not None), "the focus is not lost with the dialog"
    keys.press("q")
    expect(studio.letters).to_have_count(DEAD - 2)


def test_the_tab_key_goes_through_the_studio_from_top_to_bottom(page):
    studio = StudioPage.running_anew(page, "Order queue with dead letters")
    keys = Keyboard(page)
    page.evaluate("() => document.querySelector('.brand').focus()")
    stops = [keys.here(), *keys.round_trip()]
    assert [stop for stop in stops if not stop.visible] == []
    names = [stop.name for stop in stops]
    order = [
        "New run",
        "Play",
        "You drive",
        "You, You and your programs",
        "orders, Queue",
        "Rate",
        "Playhead",
        "Dead letters 0",
        "Fold the dock",
    ]
    found = [next(index for index, name in enumerate(names) if name.startswith(wanted)) for wanted in order]
    assert found == sorted(found), names
    assert len(set(names)) > len(order)
    keys.press("?")
    expect(studio.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
