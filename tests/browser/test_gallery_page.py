"""The gallery's page is searched by keyboard, and an example's words are read on a page and in the studio."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.studio import StudioPage


def test_the_gallery_is_searched_by_keyboard(page):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("fifo order")
    expect(page.get_by_role("status").filter(has_text="1 topology has these words")).to_be_visible()
    expect(page.get_by_role("link", name="Standard beside FIFO: order, and what it costs", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Event buses")).to_be_hidden()
    page.keyboard.type(" zzz")
    expect(page.get_by_text("Nothing in the gallery has these words.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Event buses")).to_be_visible()


def test_an_example_s_page_leads_to_a_new_run_and_to_the_next_example(page, pictures):
    page.goto("/")
    page.get_by_role("link", name="Guide and code of Destinations: on success, on failure").click()
    expect(page.get_by_role("heading", name="The code you deleted")).to_be_visible()
    expect(page.get_by_label("The handler with the setting")).to_contain_text("return convert(event)")
    StudioPage(page).picture(pictures, "guide", full_page=True)
    page.get_by_role("link", name="Standard beside FIFO").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Standard beside FIFO: order, and what it costs")
    page.get_by_role("button", name="New run").click()
    StudioPage(page).opened()


def test_the_studio_shows_the_code_that_the_settings_replace(page, pictures):
    studio = StudioPage.running_anew(page, "Fail up the stack")
    studio.inspector.get_by_role("button", name="The code you deleted").click()
    dialog = page.get_by_role("dialog", name="Fail up the stack")
    expect(dialog.get_by_label("The handler without the setting")).to_contain_text(
        "for wait_s in (0, 1, 2, 4, 8, 16, 32):"
    )
    expect(dialog.get_by_label("Setting of Forward").first).to_contain_text("DeadLetterQueue")
    studio.picture(pictures, "code-you-deleted")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
