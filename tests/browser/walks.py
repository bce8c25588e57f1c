"""Ways through the whole product, one state after the other: each walk says where it stands.

A walk is a generator: it brings its page into a state and yields the state's name, a `Part` if only a part of the page is another
than before. Whoever walks looks at the page there (axe-core does, and whoever takes pictures). A new view gets a line in the walk that passes it, or a walk of its own in WALKS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import Part
from tests.browser.studio import StudioPage

Walk = Callable[[Page], Iterator[str]]

INSPECTOR = "[aria-label=Inspector]"
BROKEN = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n    Properties:\n      VisibilityTimeout: for ever\n   Wrong: indent\n"
BOXES = (
    "Containers on a queue, beside a function",
    "Clicks to a lake: stream, Firehose, bucket",
    "A synchronous service: the client waits",
    "One request, many sources: a GraphQL API",
    "Too many connections: a burst meets a database",
)
"""Examples whose boxes no other walk meets."""
REFUSALS: dict[int, tuple[str, dict[str, Any]]] = {
    403: ("error.html", {"status": 403, "message": "This is not yours to change.", "hint": "Ask its owner."}),
    404: ("error.html", {"status": 404, "message": "There is nothing here.", "hint": "It may have been deleted."}),
    409: ("topologies/outdated.html", {"problems": []}),
    500: ("refused.html", {"status": 500}),
}
HALF_KNOWN = """Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt Nowhere.Arn
        maxReceiveCount: 3
  Cache:
    Type: AWS::ElastiCache::CacheCluster
"""


def gallery_and_lists(page: Page) -> Iterator[str]:
    page.goto("/")
    yield "gallery"
    page.get_by_role("link", name="Guide and code of Order queue with dead letters").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    yield "guide of an example"
    page.goto("/")
    page.get_by_role("button", name="New run of Order queue with dead letters").click()
    StudioPage(page).opened()
    page.goto("/executions/")
    yield "executions"
    page.get_by_role("link", name=re.compile("^Download ")).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    yield "download of an execution"
    page.goto("/health/")
    yield "health"


def importing(page: Page) -> Iterator[str]:
    page.goto("/import/")
    yield "import"
    page.get_by_role("radio", name="Paste").click()
    yield "import by pasting"
    for name, template in (("refused", BROKEN), ("with problems", HALF_KNOWN), ("once more", HALF_KNOWN)):
        page.get_by_role("textbox").first.fill(template)
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.locator(".outcome")).to_be_visible()
        page.wait_for_load_state("networkidle")
        yield f"import {name}"
        page.goto("/import/")
        page.get_by_role("radio", name="Paste").click()
    page.goto("/")
    delete = page.get_by_role("button", name=re.compile("^Delete "))
    if delete.count():
        delete.first.click()
        yield "deletion of a topology"
    page.goto("/")
    again = page.get_by_role("link", name=re.compile("^All .* imports of "))
    if again.count():
        again.first.click()
        yield "imports of one name"
        page.get_by_role("button", name=re.compile("earlier ones?$")).click()
        yield "deletion of earlier imports"


def documentation(page: Page) -> Iterator[str]:
    page.goto("/docs/")
    yield "docs"
    shelf = page.get_by_role("navigation", name=re.compile("Docs|Documentation")).get_by_role("link")
    for address in [link.get_attribute("href") or "" for link in shelf.all()]:
        page.goto(address)
        yield f"docs {address}"
    page.goto("/api/docs")
    yield "docs of the API"


def refusals(page: Page) -> Iterator[str]:
    page.goto("/executions/")
    page.context.clear_cookies()
    for status, (template, context) in REFUSALS.items():
        html = render_to_string(template, context)
        page.route("**/refusal/", answering(html))
        page.goto("/refusal/")
        yield f"refusal {status}"
        page.unroute("**/refusal/")


def accounts(page: Page) -> Iterator[str]:
    """The pages of an installation with accounts, which the playground has not."""
    page.goto("/")
    link = "https://redrive.example/executions/1/"
    shared = {"name": "Orders", "link": link, "may": "look at it, and fork it"}
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "sign in": ("accounts/sign_in.html", {"form": AuthenticationForm(), "next": "/"}),
        "share what is yours alone": ("accounts/share.html", {**shared, "thing": {"is_open_to_all": False}}),
        "share what is open": ("accounts/share.html", {**shared, "thing": {"is_open_to_all": True}}),
    }
    for state, (template, context) in pages.items():
        page.route("**/account/", answering(render_to_string(template, context)))
        page.goto("/account/")
        yield state
        page.unroute("**/account/")


def answering(html: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=html, content_type="text/html")


def queues(page: Page) -> Iterator[str]:
    studio = StudioPage.running_anew(page, "Order queue with dead letters")
    yield "new execution"
    page.get_by_text("What to watch, what to try").click()
    yield "what to watch"
    page.get_by_role("radio", name="Once").click()
    yield "send once"
    studio.send_burst(30, poison_every=10)
    yield "a notice"
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    yield "dead letters"
    studio.select("orders")
    for state in tabs(studio, "orders"):
        yield state
    studio.select("charge-card")
    for state in tabs(studio, "charge-card"):
        yield state
    studio.inspector.get_by_role("tab", name="Behaviour").click()
    studio.inspector.get_by_role("button", name="Add a failure").click()
    studio.inspector.get_by_text("Answer", exact=True).click()
    yield "behaviour with a rule"
    studio.select_link("orders", "charge-card")
    yield "mapping"
    studio.break_down()
    yield "mapping with a fault"
    studio.mend()
    studio.select("orders-dlq")
    studio.inspector.get_by_role("button", name=re.compile("^Message .*Open its journey")).first.click()
    expect(studio.inspector.get_by_role("heading", name=re.compile("^Message "))).to_be_visible()
    yield "journey"
    for tab in ("Log", "Import report"):
        page.get_by_role("tab", name=tab).click()
        yield f"dock: {tab.lower()}"
    page.get_by_role("tab", name=re.compile("^Dead letters")).click()
    page.get_by_label(re.compile("^Edit the body of ")).first.click()
    yield "dialog: edit a body"
    page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
    page.get_by_role("button", name="Redrive all").click()
    yield "dialog: redrive"
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Redrive ")).click()
    studio.until_quiet()
    yield "redriven"
    page.keyboard.press("?")
    yield "dialog: keyboard"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Projector size").click()
    yield "projector size"
    page.get_by_role("button", name="Projector size").click()


def topics_and_filters(page: Page) -> Iterator[str]:
    studio = StudioPage.running_anew(page, "Filter policies: each subscriber gets its own")
    studio.send_as_prefilled("60 notifications at 3/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.select("orders")
    yield from tabs(studio, "a topic")
    studio.select_link("orders", "big-orders")
    expect(studio.inspector.get_by_role("region", name="Filter policy").get_by_role("status")).to_contain_text("pass")
    yield "filter"


def fifo(page: Page) -> Iterator[str]:
    studio = StudioPage.running_anew(page, "Standard beside FIFO: order, and what it costs")
    studio.send_as_prefilled("90 notifications at 6/s")
    studio.play("4×")
    expect(studio.clock).to_have_text(re.compile("00:00:(1[2-9]|2)"), timeout=60_000)
    studio.pause()
    studio.select("orders.fifo")
    yield from tabs(studio, "a FIFO queue")


def events(page: Page) -> Iterator[str]:
    studio = StudioPage.running_anew(page, "Three buses: AWS's, your own, a partner's")
    studio.send_as_prefilled("64 events at 2/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.select("shop")
    for state in tabs(studio, "a bus"):
        yield state
    rule = page.locator(".svelte-flow__node", has=page.get_by_text("Rule", exact=True)).first
    rule.click()
    for state in tabs(studio, "a rule"):
        yield state
    studio = StudioPage.running_anew(page, "Archive and replay: two hours that billing missed")
    studio.send_as_prefilled("216 events at 0.02/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.select("shop-archive")
    expect(studio.inspector.get_by_role("form", name="New replay")).to_be_visible()
    yield "archive"


def streams(page: Page) -> Iterator[str]:
    studio = StudioPage.running_anew(page, "Poison in a stream: a blocked shard")
    page.get_by_role("button", name=re.compile("^Send 60")).click()
    studio.play("4×")
    careful = page.get_by_label("From readings to careful, batches of 8")
    expect(page.locator(".link-blocked").first).to_be_visible(timeout=60_000)
    studio.pause()
    yield "a blocked shard"
    careful.focus()
    careful.press("Enter")
    expect(studio.inspector.get_by_role("list", name=re.compile("^Batch of")).first).to_be_visible()
    yield "a batch that is split"
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    expect(studio.inspector.get_by_text(re.compile("^The poison was record")).first).to_be_visible()
    yield "the poison"
    studio.select("readings")
    yield from tabs(studio, "a stream")


def every_box(page: Page) -> Iterator[str]:
    """Each kind of box once, with every tab of its inspector, under the lens."""
    for title in BOXES:
        studio = StudioPage.running_anew(page, title)
        page.keyboard.press("m")
        expect(page.get_by_role("region", name="Who manages what")).to_be_visible()
        seen = set()
        for node in page.locator(".svelte-flow__node").all():
            label = node.get_attribute("aria-label") or ""
            kind = label.rsplit(", ", 1)[-1]
            if kind in seen:
                continue
            seen.add(kind)
            node.focus()
            node.press("Enter")
            expect(studio.inspector).to_be_visible()
            state = f"{title.split(':')[0]}: {kind.lower()}"
            yield Part(state, INSPECTOR) if len(seen) > 1 else state


def machines(page: Page) -> Iterator[str]:
    studio = StudioPage.running_anew(page, "Saga: book a trip, or take it all back")
    studio.send_as_prefilled("20 executions at 1/s")
    studio.until_quiet()
    studio.quiet(timeout=60_000)
    studio.select("book-trip")
    yield from tabs(studio, "a machine")
    studio.inspector.get_by_role("button", name="Open the state machine").click()
    machine = page.get_by_role("region", name="State machine book-trip")
    expect(machine.get_by_label(re.compile("^TakePayment, Task"))).to_be_visible()
    yield "machine: executions"
    machine.get_by_role("button", name="Failed 4", exact=True).click()
    machine.get_by_role("button", name=re.compile("^Failed [0-9a-f]{8}")).last.click()
    expect(machine.get_by_role("button", name=re.compile("TaskFailed"))).to_have_count(1)
    yield "machine: history"
    machine.get_by_role("button", name=re.compile("TaskFailed")).click()
    yield "machine: an event of the history"
    machine.get_by_label(re.compile("^TakePayment, Task")).click()
    yield "machine: state"
    machine.get_by_role("button", name="Field by field").click()
    yield "machine: field by field"
    machine.get_by_role("button", name="Redrive with changes").click()
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_visible()
    yield "dialog: redrive an execution"
    page.keyboard.press("Escape")
    machine.get_by_role("tab", name="Definition").click()
    expect(machine.get_by_role("textbox", name="Definition of book-trip")).to_be_visible()
    yield "machine: definition"


def tabs(studio: StudioPage, of: str) -> Iterator[str]:
    """Every tab of the open inspector, one after the other."""
    for index, name in enumerate(studio.inspector.get_by_role("tablist").first.get_by_role("tab").all_inner_texts()):
        studio.inspector.get_by_role("tab", name=name.split("\n")[0]).first.click()
        state = f"{of}: {name.lower()}"
        yield Part(state, INSPECTOR) if index else state


WALKS: tuple[Walk, ...] = (
    gallery_and_lists,
    importing,
    documentation,
    refusals,
    accounts,
    queues,
    topics_and_filters,
    fifo,
    events,
    streams,
    every_box,
    machines,
)
