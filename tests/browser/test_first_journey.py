"""The main job, by hand and on a template as its authors wrote it: import, send, watch messages fail, repair, redrive."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.studio import StudioPage

SENT, POISON_EVERY = 200, 10
DEAD = SENT // POISON_EVERY
RECEIVES = 3


def test_import_send_fail_repair_redrive(page, shared_cases, pictures):
    template = shared_cases / "templates" / "templates" / "sqs-lambda-dlq" / "template.yaml"
    studio = StudioPage.importing(page, template)
    execution = page.url
    for name in ("ProcessingQueue", "ProcessorFunction", "ProcessingDLQ"):
        expect(studio.node(name)).to_be_visible()

    studio.send_burst(SENT, poison_every=POISON_EVERY)
    studio.play("1×")
    expect(studio.node("ProcessorFunction")).to_contain_text(re.compile("running"))
    studio.picture(pictures, "playing")
    page.get_by_label("Speed").select_option(label="100×")
    expect(studio.letters).to_have_count(DEAD)
    studio.pause()
    studio.picture(pictures, "dead-letters")

    first = page.get_by_role("row").filter(has=studio.letters).first
    expect(first).to_contain_text("PoisonMessage")
    expect(first).to_contain_text(str(RECEIVES))
    expect(first).to_contain_text(re.compile(r"00:00:0\d, 00:01:0\d"))
    expect(page.get_by_text("in ProcessingQueue")).to_be_visible()

    studio.behave("ProcessorFunction", "Works")
    studio.picture(pictures, "repaired")
    assert page.url == execution, "repairing what runs is no fork"

    studio.edit_body(0, '{"orderId": "ord_200", "amount": 4200}')
    studio.letters.nth(1).check()
    studio.redrive_selected()
    studio.until_quiet()
    expect(studio.letters).to_have_count(DEAD - 2)
    studio.picture(pictures, "selection-redriven")

    studio.redrive_all()
    studio.until_quiet()
    expect(page.get_by_text("No dead letters at this moment")).to_be_visible()
    expect(page.get_by_text(re.compile("completed"))).to_have_count(2)
    studio.picture(pictures, "all-redriven")
    assert page.url == execution
