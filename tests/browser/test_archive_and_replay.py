"""A target is down for two hours; what it missed comes back out of the archive, to it alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.studio import StudioPage

OUTAGE_BEGINS_S, OUTAGE_ENDS_S = 30 * 60, 150 * 60


def test_what_a_broken_target_missed_is_replayed_to_its_rule_only(page, pictures):
    studio = StudioPage.running_anew(page, "Archive and replay: two hours that billing missed")
    studio.send_as_prefilled("216 events at 0.02/s")
    studio.play("100×")
    expect(studio.clock).to_have_text(re.compile("^00:0[3-9]"), timeout=60_000)
    studio.pause()
    assert studio.comes_to(
        lambda: studio.count("billing") == studio.count("analytics") == studio.count("shop-archive") > 1
    )
    studio.picture(pictures, "events-flow")

    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.shows(shop=216, analytics=216, billing=72, billing_dlq=144)
    cause = studio.cause("ERROR_FROM_TARGET")
    expect(cause).to_contain_text("rule to-billing to billing, 00:30:0")
    studio.select("billing")
    studio.inspector.get_by_role("tab", name="Faults").click()
    expect(studio.inspector.get_by_role("list", name="Faults here")).to_contain_text("outage")
    studio.select("to-billing")
    studio.inspector.get_by_role("tab", name="Targets").click()
    studio.inspector.get_by_role("tab", name=re.compile("^Dead letters")).click()
    expect(
        studio.inspector.get_by_text("after 4 attempts: ERROR_FROM_TARGET MaximumRetryAttempts").first
    ).to_be_visible()
    studio.picture(pictures, "before-the-replay")

    studio.select("shop-archive")
    form = studio.inspector.get_by_role("form", name="New replay")
    form.get_by_label("Window begins").fill(str(OUTAGE_BEGINS_S))
    ends = form.get_by_label("Window ends")
    ends.fill(str(OUTAGE_ENDS_S - 1))
    ends.press("ArrowRight")
    expect(form.get_by_role("status")).to_contain_text(
        "144 events in the window; to-analytics would get 144, to-billing would get 144."
    )
    form.get_by_role("checkbox", name=re.compile("^to-analytics")).uncheck()
    expect(form.get_by_role("status")).to_contain_text("144 events in the window; to-billing would get 144.")
    studio.picture(pictures, "replay-prepared")
    form.get_by_role("button", name="Replay 144 events").click()
    replays = studio.inspector.get_by_role("list", name="Replays")
    expect(replays).to_contain_text("starting")

    studio.play("1×")
    expect(replays).to_contain_text("completed")
    studio.pause()
    expect(page.get_by_role("note", name="Legend")).to_contain_text("replayed")
    studio.picture(pictures, "replayed")
    studio.until_quiet()
    studio.quiet()
    expect(replays).to_contain_text("144 of 144")
    expect(replays).to_contain_text("to to-billing")
    studio.shows(analytics=216, billing=216, billing_dlq=144)
    studio.shows(to_analytics=216, to_billing=216 + 144)  # the other rule was not asked
    studio.picture(pictures, "after-the-replay")

    page.get_by_role("tab", name="Log").click()
    page.get_by_label("Only this kind of record").select_option("EventReplayed")
    page.get_by_role("button").filter(has_text="replayed to shop by replay-1").first.click()
    expect(studio.inspector.get_by_role("heading", name=re.compile("^Event "))).to_be_visible()
    expect(studio.inspector.get_by_text("replayed", exact=True).first).to_be_visible()
    studio.picture(pictures, "journey-of-a-replayed-event")


def test_a_rule_says_why_it_did_not_match_and_is_made_to(page, pictures):
    studio = StudioPage.running_anew(page, "Three buses: AWS's, your own, a partner's")
    studio.send_as_prefilled("64 events at 2/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.select("shop")
    expect(
        studio.inspector.get_by_role("button", name=re.compile("No rule of shop matches; the nearest is")).first
    ).to_be_visible()
    studio.inspector.get_by_role("tab", name="Rules").click()
    expect(studio.inspector.get_by_role("button", name=re.compile("^big-orders"))).to_contain_text("matched")
    studio.picture(pictures, "rules-of-a-bus")
    before = studio.count("big-orders")

    studio.inspector.get_by_role("button", name=re.compile("^big-orders")).click()
    pattern = studio.inspector.get_by_role("region", name="Event pattern")
    pattern.get_by_role("button", name="not matched", exact=True).click()
    verdict = pattern.get_by_role("status")
    expect(verdict).to_contain_text("It does not match. detail.amount is 140, wanted is a number of at least 180")
    studio.picture(pictures, "event-does-not-match")
    pattern.get_by_role("button", name="the pattern").click()
    expect(verdict).to_contain_text("It matches.")
    pattern.get_by_role("button", name="Save the pattern").click()
    expect(page.get_by_text("The pattern holds from")).to_be_visible()
    studio.picture(pictures, "pattern-edited-to-fit")

    studio.select("You")
    studio.send_as_prefilled("64 events at 2/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.shows(big_orders=before + 12 + 7)
