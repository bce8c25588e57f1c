"""Every example of the gallery, in a browser: its own traffic is sent, and in the end the cards show its point.

A row names what is sent to beside the usual target, the numbers of cards that chance has no part in, and what a card says of
failures. The journeys of `test_gallery.py` go on from there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from flows.topology.examples import all_examples
from tests.browser.studio import StudioPage

SLUGS = {example.slug for example in all_examples()}
QUIET_MS = 180_000


@dataclass(frozen=True)
class Point:
    cards: dict[str, int]
    """card → its one large number, in the end"""
    also: tuple[str, ...] = ()
    """other targets that are sent to"""
    fails: tuple[str, ...] = ()
    """cards with a badge of failures"""
    spotless: tuple[str, ...] = ()
    """cards without one"""
    letters: int | None = None
    at_least: dict[str, int] = field(default_factory=dict)


POINTS: dict[str, Point] = {
    "order-queue-with-dead-letters": Point({"orders": 0, "orders-dlq": 20}, fails=("charge-card",), letters=20),
    "whole-batch-failure": Point({"orders": 0}, at_least={"orders-dlq": 11}),
    "source-function-services": Point({"invoices": 25, "mail": 25, "default": 1}, also=("Shop", "default")),
    "three-ways-to-invoke": Point(
        {"clicks": 10, "react-dlq": 1, "skipped-batches": 4},
        also=("news", "clicks", "stock"),
        fails=("Shop", "react"),
        letters=5,
    ),
    "synchronous-service": Point({}, fails=("place-order",), at_least={"orders": 20}, letters=0),
    "asynchronous-service": Point({"orders": 30, "not-taken-in": 0}, fails=("take-in",), letters=0),
    "synchronous-beside-asynchronous": Point({"orders": 0, "orders-dlq": 0}),
    "two-kinds-of-error": Point({"given-up": 6}, fails=("shrink",), letters=6),
    "fail-up-the-stack": Point({"measurements": 60, "forward-dlq": 0}, fails=("forward",), letters=0),
    "the-error-nobody-saw": Point(
        {"measurements": 60, "hidden-dlq": 0, "forward-dlq": 0},
        fails=("forward",),
        at_least={"measurements-with-gaps": 20},
    ),
    "retries-side-by-side": Point(
        {"orders-dlq": 10, "by-event-failed": 1, "by-shard-failed": 1, "by-halves-failed": 1},
        fails=("by-event", "by-queue"),
        letters=13,
    ),
    "poison-in-a-stream": Point({"readings": 60, "put-aside": 2}, letters=2),
    "charged-twice": Point({"payments-dlq": 0}, at_least={"charges": 31}, letters=0),
    "dead-letters-of-each-kind": Point(
        {"rule-dlq": 6, "subscription-dlq": 2, "function-dlq": 6, "parcels-dlq": 6, "mail": 4}, letters=20
    ),
    "dead-letters-at-every-hop": Point({"resize-dlq": 6}, fails=("resize",), letters=6),
    "on-success-on-failure": Point({"uploads-123456789012": 40}, fails=("convert",), at_least={"failures": 1}),
    "standard-beside-fifo": Point(
        {"orders-standard-dlq": 10}, fails=("handle-in-order", "handle-as-they-come"), at_least={"orders-dlq.fifo": 10}
    ),
    "choreography-beside-orchestration": Point({}, fails=("reserve-stock",), at_least={"shipped-by-machine": 20}),
    "filtered-fan-out": Point({"audit": 60, "big-orders": 20, "coupons": 6, "abroad": 26}),
    "behind-the-contract": Point({"to-invoices": 60, "to-invoicing": 0, "invoices-123456789012": 60}, letters=0),
    "cascading-failure": Point(
        {"bank": 180, "never-paid": 0, "open-payments": 0},
        fails=("checkout-waiting",),
        spotless=("checkout-queueing",),
    ),
    "upstream-to-a-queue": Point({"orders-dlq": 0, "ledger": 120}, fails=("book",), spotless=("checkout",)),
    "upstream-to-a-bus": Point({"to-parcels": 40, "to-approval": 10, "orders": 80}),
    "backlog": Point({"reports": 0, "reports-dlq": 0}, letters=0),
    "event-buses": Point({"shop": 64, "big-orders": 12, "all-orders": 58, "warehouse": 58, "alarms": 12}),
    "schemas-from-traffic": Point({"shop": 30, "warehouse": 30}),
    "archive-and-replay": Point(
        {"shop-archive": 216, "billing": 72, "billing-dlq": 144, "analytics": 216}, letters=144
    ),
    "one-state-at-a-time": Point({"post-office": 0}, fails=("post-office",)),
    "saga-trip": Point({"book-trip": 0}, fails=("book-trip",)),
    "retries-of-each-kind": Point({"quotes": 0}, spotless=("quotes",)),
    "give-up-in-time": Point({"videos": 0, "gallery": 25}),
    "callback-approval": Point({"expenses": 0, "approvals": 9}, fails=("expenses",)),
    "parallel-checks": Point({"open-accounts": 0, "check-identity": 0}),
    "map-parcels": Point({"shipping": 0, "pack": 0}, spotless=("shipping",)),
    "distributed-map": Point({"imports-123456789012": 1}),
    "poll-a-job": Point({"convert": 0}, spotless=("convert",)),
    "jsonata-order": Point({"checkout": 0}),
    "nested-machines": Point({"orders": 0, "fulfilment": 0}),
    "containers-on-a-queue": Point({"for-containers-dlq": 3, "for-functions-dlq": 3, "for-containers": 0}, letters=6),
    "clicks-to-a-lake": Point({"clicks": 200, "lake-123456789012": 2}, letters=0),
    "one-request-many-sources": Point({"orders": 60, "packing": 60}, fails=("Shop", "delivery"), spotless=("prices",)),
    "too-many-connections": Point(
        {"not-booked": 211, "never-booked": 0, "waiting": 0},
        fails=("book-by-connection", "by-connection"),
        spotless=("book-from-queue", "by-data-api"),
        letters=211,
    ),
}


def test_every_example_has_a_point():
    assert POINTS.keys() == SLUGS


@pytest.mark.parametrize("slug", POINTS)
def test_an_example_plays_to_its_point(new_page, slug, pictures):
    point = POINTS[slug]
    page = new_page(reduced_motion="reduce")  # what counts is where it ends
    page.goto(f"/examples/{slug}/")
    page.get_by_role("button", name="New run").click()
    studio = StudioPage(page).opened()
    studio.send()
    for target in point.also:
        studio.send(to=target)
    studio.until_quiet()
    studio.quiet(timeout=QUIET_MS)
    for name, number in point.cards.items():
        expect(studio.number(name)).to_have_text(f"{number:,}")
    for name, least in point.at_least.items():
        assert studio.comes_to(lambda name=name, least=least: studio.count(name) >= least)
    for name in point.fails:
        expect(studio.failures(name)).to_be_visible()
    for name in point.spotless:
        expect(studio.failures(name)).to_have_count(0)
    if point.letters is not None:
        expect(page.get_by_role("tab", name=re.compile(rf"^Dead letters\s*{point.letters}\b"))).to_be_visible()
    studio.picture(pictures, slug)
