"""What counts as a failure in gauges and on the timeline: each failed try once, and never the giving up after them."""

from __future__ import annotations

from flows.services.kinds import KINDS
from flows.traces.projections.timelines import is_failure


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
