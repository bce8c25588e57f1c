"""The gallery's examples of events show what their words promise."""

from __future__ import annotations

from tests.topology.test_examples import HOUR, played


def test_billing_misses_two_hours_and_analytics_misses_nothing():
    counts = played("archive-and-replay", 5 * HOUR)
    assert (
        counts["Shop", "EventPut"]
        == counts["ShopArchive", "EventArchived"]
        == counts["Analytics", "MessageSent"]
        == 216
    )
    assert (counts["Billing", "MessageSent"], counts["BillingDlq", "FailureArrived"]) == (72, 144)
    assert counts["ToBilling", "DispatchFailed"] == 4 * 144


def test_big_orders_go_on_to_the_default_bus_and_refunds_match_nothing():
    counts = played("event-buses")
    assert (counts["Warehouse", "MessageSent"], counts["Alarms", "MessageSent"]) == (58, 12)
    assert counts["Shop", "EventUnmatched"] == 6


def test_who_knows_the_whole_gives_the_money_back():
    counts = played("choreography-beside-orchestration")
    assert counts["TakePayment", "EventDelivered"] == counts["PaymentStep", "InvocationSucceeded"] == 40
    assert counts["ReserveDlq", "FailureArrived"] == 40 - counts["ShippedByEvents", "MessageSent"] > 0
    assert counts["RefundStep", "InvocationSucceeded"] == 40 - counts["ShippedByMachine", "MessageSent"] > 0


def test_an_outage_climbs_where_everybody_waits_and_ends_at_a_queue():
    counts = played("cascading-failure")
    assert counts["LostOrders", "FailureArrived"] == counts["CheckoutWaiting", "InvocationFailed"] > 100
    assert counts["CheckoutQueueing", "InvocationFailed"] == 0
    assert counts["OpenPayments", "MessageDeleted"] == 180
