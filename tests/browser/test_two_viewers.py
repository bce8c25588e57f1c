"""Two browsers on one execution: one drives, the other follows and scrubs, and takes over when the first leaves."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.studio import StudioPage

EXAMPLE = "Order queue with dead letters"


def test_one_drives_the_other_follows_scrubs_and_takes_over(new_page):
    ana = StudioPage.running_anew(new_page(), EXAMPLE)
    ana.send_burst(50, poison_every=5)
    ben_page = new_page()
    ben_page.goto(ana.page.url)
    ben = StudioPage(ben_page)
    expect(ben_page.get_by_role("button", name="Take over")).to_be_visible()

    ana.play("100×")
    expect(ana.letters).to_have_count(10)
    ana.pause()
    expect(ben.letters).to_have_count(10)

    ben_page.get_by_label("Playhead").press("Home")
    expect(ben.letters).to_have_count(0)
    expect(ana.letters).to_have_count(10)

    ana.page.close()
    ben.opened()
    ben_page.get_by_label("Playhead").press("End")
    ben.redrive_all()
    ben.until_quiet()
    expect(ben_page.get_by_text("completed")).to_be_visible()


def test_six_silent_hours_pass_on_the_clock(page):
    studio = StudioPage.running_anew(page, EXAMPLE)
    studio.play("1,000×")
    expect(studio.clock).to_contain_text("06:", timeout=60_000)
    studio.pause()
