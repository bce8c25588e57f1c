"""The gallery's examples play to their point, and dead letters go back to where they failed: function, topic, queue."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.studio import StudioPage

QUIET_MS = 180_000
"""How long an example may take to run until nothing is left to happen."""


def test_dead_letters_behind_a_bucket_and_a_topic_go_back_to_the_function(page, pictures):
    studio = StudioPage.running_anew(page, "Dead letters behind a bucket and a topic")
    studio.send_as_prefilled("60 objects at 2/s")
    studio.until_quiet()
    studio.quiet(timeout=QUIET_MS)
    expect(studio.letters).to_have_count(6)
    expect(studio.number("resize-dlq")).to_have_text("6")
    rows = page.get_by_role("row").filter(has=studio.letters)
    for row in rows.all():
        expect(row).to_contain_text("CorruptImage")
        expect(row.get_by_role("cell", name="3", exact=True)).to_be_visible()
    expect(page.get_by_text("in resize,")).to_be_visible()
    studio.picture(pictures, "dead-letters-at-every-hop")

    studio.behave("resize", "Works")
    studio.redrive_all()
    studio.until_quiet()
    expect(page.get_by_text("No dead letters at this moment")).to_be_visible()
    expect(studio.redrives.get_by_role("listitem")).to_contain_text("6 messages moved, completed")
    studio.quiet()
    expect(studio.number("resize-dlq")).to_have_text("0")
    studio.picture(pictures, "dead-letters-at-every-hop-redriven")


def test_destinations_on_failure_hold_records_that_go_back_as_the_events_they_were(page, pictures):
    studio = StudioPage.running_anew(page, "Destinations: on success, on failure")
    studio.send_as_prefilled("40 objects at 1/s")
    studio.until_quiet()
    studio.quiet()
    assert studio.comes_to(lambda: 0 < studio.count("failures") < 40)
    failed = studio.count("failures")
    studio.shows(
        convert_dlq=failed, converted_123456789012=40 - failed
    )  # the record and the bare event of the same failures
    studio.picture(pictures, "on-success-on-failure")

    studio.behave("convert", "Works")
    studio.select("failures")
    studio.inspector.get_by_role("button", name=re.compile("^Message .*Open its journey")).first.click()
    expect(studio.inspector.get_by_role("heading", name=re.compile("^Message "))).to_be_visible()
    expect(studio.inspector).to_contain_text("UnsupportedFormat")
    expect(studio.inspector.get_by_text('"requestPayload"')).to_have_count(1)
    expect(studio.inspector.get_by_text('"responsePayload"')).to_have_count(1)
    expect(studio.inspector).not_to_contain_text("edited")
    studio.picture(pictures, "on-success-on-failure-journey")

    # Its record goes back as the request it tells of; the journey that is open goes on.
    page.get_by_placeholder("Filter by error, source or body").fill("requestPayload")
    expect(page.get_by_role("button", name=f"Redrive the {failed} shown")).to_be_visible()
    page.get_by_label(re.compile("^Redrive [0-9a-f]{8}$")).first.click()
    studio.confirm()
    studio.until_quiet()
    expect(studio.number("converted-123456789012")).to_have_text(str(41 - failed))
    studio.quiet()
    expect(studio.number("failures")).to_have_text(str(failed - 1))
    expect(studio.number("convert-dlq")).to_have_text(str(failed))
    expect(studio.inspector).to_contain_text("Returned to convert, where it had failed")
    studio.inspector.get_by_text("was put into converted-").scroll_into_view_if_needed()
    studio.picture(pictures, "on-success-on-failure-redriven")


def test_fail_up_the_stack_loses_no_reading(page, pictures):
    studio = StudioPage.running_anew(page, "Fail up the stack")
    studio.send_as_prefilled("60 objects at 1/s")
    studio.until_quiet()
    studio.quiet()
    expect(page.get_by_text("No dead letters at this moment")).to_be_visible()
    expect(studio.node("measurements")).to_contain_text("60 records")
    studio.picture(pictures, "fail-up-the-stack")


def test_charged_twice_charges_more_than_there_are_orders(page, pictures):
    studio = StudioPage.running_anew(page, "Charged twice: retries meet a slow service")
    studio.send_as_prefilled("30 notifications at 1/s")
    studio.until_quiet()
    studio.quiet()
    assert studio.comes_to(lambda: studio.count("charges") > 30)
    expect(page.get_by_text("No dead letters at this moment")).to_be_visible()
    studio.picture(pictures, "charged-twice")


def test_dead_letters_of_a_subscription_go_back_over_it(page, shared_cases, pictures):
    """Twenty-three days of retries are one jump."""
    template = shared_cases / "templates" / "templates" / "cdk-sns-lambda-dlq" / "aws-cdk-sns-lambda.template.json"
    studio = StudioPage.importing(page, template)
    studio.select_link("MyTopic86869434", "Echo11F3FB29")
    studio.break_down()
    studio.select("You")
    studio.send_as_prefilled("1 notification")
    studio.until_quiet()
    studio.quiet(timeout=QUIET_MS)
    expect(studio.clock).to_contain_text("23 d")
    expect(studio.letters).to_have_count(1)
    expect(studio.cause("topic MyTopic86869434 to")).to_be_visible()
    expect(page.get_by_role("row").filter(has=studio.letters)).to_contain_text("100,015")
    studio.picture(pictures, "subscription-dead-letters")
    page.get_by_role("row").filter(has=studio.letters).get_by_title("open its journey").click()
    expect(studio.inspector).to_contain_text("records between are not shown")
    studio.picture(pictures, "subscription-journey")

    studio.select_link("MyTopic86869434", "Echo11F3FB29")
    studio.mend()
    studio.redrive_all()
    studio.until_quiet()
    expect(page.get_by_text("No dead letters at this moment")).to_be_visible()
    expect(studio.redrives).to_contain_text("1 message moved, completed")
    studio.quiet()
    studio.picture(pictures, "subscription-redriven")
