"""Who leaves the studio and comes back finds it as it was left: also in a browser that keeps pages for its back button."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import FLAGS, PATIENCE_MS, SIZE
from tests.browser.studio import StudioPage

KEEPS_NO_PAGE = "--disable-back-forward-cache"
"""What playwright asks of Chromium, and no person does."""


def test_who_left_for_the_gallery_drives_again_when_they_come_back(browser, chromium, site):
    usual = browser.browser_type.launch(executable_path=chromium, args=FLAGS, ignore_default_args=[KEEPS_NO_PAGE])
    page = usual.new_context(base_url=site, viewport=SIZE).new_page()
    page.set_default_timeout(PATIENCE_MS)
    StudioPage.running_anew(page, "Order queue with dead letters")
    run = page.url
    page.get_by_role("link", name="Redrive").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("See where every message goes.")
    page.goto(run)
    StudioPage(page).opened().send()
    usual.close()
