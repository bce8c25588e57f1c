"""A saga fails in its third state, takes everything back, is redriven from there with another input, and succeeds."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.studio import StudioPage

SAGA = "Saga: book a trip, or take it all back"


def test_a_failed_saga_tells_why_and_succeeds_when_it_is_redriven_with_another_input(page, pictures):
    studio = StudioPage.running_anew(page, SAGA)
    studio.send_as_prefilled("20 executions at 1/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.select("book-trip")
    studio.inspector.get_by_role("button", name="Open the state machine").click()
    machine = page.get_by_role("region", name="State machine book-trip")
    expect(machine.get_by_role("button", name="Failed 4", exact=True)).to_be_visible()
    studio.picture(pictures, "saga-all-executions")

    machine.get_by_role("button", name="Failed 4", exact=True).click()
    machine.get_by_role("button", name=re.compile("^Failed [0-9a-f]{8}")).last.click()
    history = machine.get_by_role("tabpanel")
    expect(history.get_by_role("button", name=re.compile("TaskFailed"))).to_have_count(1)
    history.get_by_role("button", name=re.compile("TaskFailed")).click()
    expect(history).to_contain_text("CardExpired")
    expect(history.get_by_role("region", name="CancelCar")).to_be_visible()
    expect(history.get_by_role("region", name="CancelFlight")).to_be_visible()
    studio.picture(pictures, "saga-history")

    machine.get_by_label(re.compile("^TakePayment, Task")).click()
    machine.get_by_role("button", name="Field by field").click()
    expect(machine.get_by_role("list", name="Data after each field")).to_contain_text("after Parameters")

    machine.get_by_role("button", name="Redrive with changes").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Go on from")).to_have_value("TakePayment")
    editor = dialog.get_by_role("textbox", name="Input of TakePayment")
    expect(editor).to_contain_text("expired")
    editor.click()
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    editor.press_sequentially('{"trip": 5, "card": "another", "flight": {}, "rental": {}}')
    dialog.get_by_role("button", name="Redrive", exact=True).click()
    expect(page.get_by_text(re.compile("goes on from TakePayment"))).to_be_visible()
    studio.play("¼×")
    expect(machine.locator(".state-card.active").first).to_be_visible()
    studio.picture(pictures, "saga-redriven-live")
    studio.until_quiet()
    studio.quiet()
    expect(machine.get_by_text("Succeeded", exact=True).first).to_be_visible()
    machine.get_by_role("tab", name="History").click()
    expect(history).to_contain_text("ExecutionRedriven")
    expect(history).to_contain_text("ExecutionSucceeded")
    studio.picture(pictures, "saga-succeeded")


def test_a_definition_is_checked_and_drawn_while_one_types(page, pictures):
    studio = StudioPage.running_anew(page, "Wait and look: polling a job that somebody else runs")
    studio.select("convert")
    studio.inspector.get_by_role("button", name="Open the state machine").click()
    machine = page.get_by_role("region", name="State machine convert")
    machine.get_by_role("tab", name="Definition").click()
    editor = machine.get_by_role("textbox", name="Definition of convert")
    expect(editor).to_contain_text("StartAt")
    editor.click()
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    editor.press_sequentially(
        '{"StartAt": "Look", "States": {"Look": {"Type": "Wait", "Seconds": 1, "Next": "Nowhere"}}}'
    )
    problems = machine.get_by_role("list", name="Problems of the definition")
    expect(problems).to_contain_text("Nowhere")
    expect(machine.get_by_role("button", name="Save")).to_be_disabled()
    expect(machine.get_by_label(re.compile("^Look, Wait"))).to_be_visible()
    studio.picture(pictures, "definition-with-a-problem")
    machine.get_by_role("button", name="Revert").click()
    expect(machine.get_by_label(re.compile("^GiveItTime, Wait"))).to_be_visible()
    expect(machine.get_by_text("As it runs")).to_be_visible()
