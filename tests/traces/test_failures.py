"""What counts as a failure in gauges and on the timeline: each failed try once, and never the giving up after them."""

from __future__ import annotations

from flows.services.kinds import KINDS
from flows.traces.projections.failures import failed_at_nodes, fails_at_its_node, is_failure
from tests.topology.playing import Play


def test_every_failed_try_counts_and_giving_up_does_not():
    counted = {
        "DeliveryFailed",
        "EventFailed",
        "EventNotAccepted",
        "NotificationFailed",
        "MessageMovedToDeadLetterQueue",
    }
    assert all(is_failure(KINDS.by_name[name]) for name in counted)
    apart = {"InvocationFailed", "EventHandedOn", "EventDiscarded", "FaultBegan", "EventDelivered", "MessageReceived"}
    assert [name for name in sorted(apart) if is_failure(KINDS.by_name[name])] == []


def test_a_function_counts_its_invocations_and_not_what_it_asked_others_for():
    counted = {"InvocationFailed", "InvocationTimedOut", "DestinationUndelivered", "ErrorReturned", "ConnectionRefused"}
    assert [name for name in sorted(counted) if not fails_at_its_node(KINDS.by_name[name])] == []
    apart = {"RequestFailed", "RequestTimedOut", "RequestGivenUp", "DeliveryFailed", "EventFailed", "EventNotAccepted"}
    assert [name for name in sorted(apart) if fails_at_its_node(KINDS.by_name[name])] == []


def test_an_invocation_that_reports_items_as_failed_counts_and_one_that_hides_its_error_does_not():
    hiding = Play("the-error-nobody-saw").until()
    assert failures_of(hiding) == {"Forward": hiding["Forward", "InvocationFailed"]}
    items = Play("order-queue-with-dead-letters").until()
    assert failures_of(items)["ChargeCard"] <= items["ChargeCard", "InvocationSucceeded"]


def failures_of(run: Play) -> dict[str, int]:
    """Function → its failures."""
    segment = run.segment
    failed = segment.columns["node"][failed_at_nodes(segment.columns, segment.details, KINDS)]
    functions = [node for node in run.topology.nodes if node.kind == "function"]
    counted = {node.id: int((failed == node.index).sum()) for node in functions}
    return {id_: count for id_, count in counted.items() if count}
