"""A FIFO queue's groups and a subscription's filter, as somebody finds out about them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.studio import StudioPage


def test_a_poison_message_blocks_its_group_and_no_other(page, pictures):
    studio = StudioPage.running_anew(page, "Standard beside FIFO: order, and what it costs")
    studio.send_as_prefilled("90 notifications at 6/s")
    studio.play("4×")
    expect(studio.clock).to_have_text(re.compile("00:00:(1[2-9]|2)"), timeout=60_000)
    studio.pause()
    studio.select("orders.fifo")
    studio.inspector.get_by_role("tab", name="Groups").click()
    lanes = studio.inspector.get_by_role("region", name=re.compile("^Group "))
    blocked = lanes.filter(has_text="blocked by")
    expect(blocked.first).to_contain_text(re.compile("blocked by [0-9a-f]{8}, in flight until 00:00:"))
    studio.picture(pictures, "fifo-groups")

    blocked.first.get_by_role("button").first.click()
    expect(studio.inspector.get_by_role("heading", name=re.compile("^Message "))).to_be_visible()
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.shows(orders_standard_dlq=10)
    # what came behind poison in a batch was handed back with it, three times
    assert studio.comes_to(lambda: studio.count("orders-dlq.fifo") > 10)
    studio.select("orders.fifo")
    studio.inspector.get_by_role("tab", name="Groups").click()
    expect(studio.inspector.get_by_text("No group has a message here.")).to_be_visible()


def test_a_filter_says_why_a_message_does_not_pass_and_lets_it_pass_when_it_is_changed(page, pictures):
    studio = StudioPage.running_anew(page, "Filter policies: each subscriber gets its own")
    studio.send_as_prefilled("60 notifications at 3/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.shows(audit=60)
    assert studio.comes_to(lambda: 0 < studio.count("big-orders") < 60)
    before = studio.count("big-orders")
    page.get_by_role("tab", name="Log").click()
    page.get_by_label("Only this kind of record").select_option("NotificationFiltered")
    why = page.get_by_role("button").filter(has_text="orders → big-orders")
    expect(why.first).to_contain_text("Filtered by the policy of orders → big-orders: amount")

    studio.select_link("orders", "big-orders")
    trial = studio.inspector.get_by_role("region", name="Filter policy")
    expect(trial.get_by_role("status")).to_contain_text("It does not pass.")
    studio.picture(pictures, "filter-does-not-pass")
    editor = trial.get_by_role("textbox", name="Filter policy")
    editor.click()
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    editor.press_sequentially('{"amount": [{"numeric": [">=", 40')
    expect(trial.get_by_role("status")).to_contain_text("A pattern that is wrong")
    editor.press_sequentially("]}]}")
    expect(trial.get_by_role("status")).to_contain_text("It passes.")
    trial.get_by_role("button", name="Save the filter").click()
    expect(page.get_by_text("The filter holds from")).to_be_visible()
    studio.picture(pictures, "filter-passes")

    studio.select("You")
    studio.send_as_prefilled("60 notifications at 3/s")
    studio.until_quiet()
    expect(studio.number("audit")).to_have_text("120")
    assert studio.comes_to(lambda: studio.count("big-orders") > before + 40)
