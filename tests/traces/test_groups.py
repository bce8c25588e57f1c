"""Message groups as lanes, read from the trace of a FIFO queue."""

from __future__ import annotations

from typing import Any

from flows.engine.identifiers import message_id
from flows.services.kinds import KINDS
from flows.traces.printing import Words
from flows.traces.projections.groups import groups
from flows.traces.projections.positions import Positions
from flows.traces.reading import Reading
from tests.builders import SECOND, Run, a_queue, a_topology


class Story:
    """a1 … a3 in group A and b1 in B; a1 is received at 1 s for 30 s; at 31 s b1, then a1 again, which is deleted at 40 s."""

    def __init__(self) -> None:
        self.run = run = Run(a_topology(Orders=a_queue("orders.fifo", FifoQueue=True)))
        for body in ("a1", "a2", "a3", "b1"):
            ids: dict[str, Any] = {"MessageGroupId": body[0].upper(), "MessageDeduplicationId": body}
            run.send(body, queue="orders.fifo", **ids)
        run.receive(1, SECOND, queue="orders.fifo")
        received = [run.receive(1, 31 * SECOND, queue="orders.fifo")[0] for _ in range(2)]
        assert [message["Body"] for message in received] == ["b1", "a1"]
        run.delete(received[1], 40 * SECOND, queue="orders.fifo")
        self.segment = run.simulation.drain()
        self.reading = reading = Reading(KINDS, [self.segment])
        records = (reading.record(index) for index in range(reading.count))
        self.subjects = [record.subject for record in records if record.kind.name == "MessageSentToGroup"]

    def lanes(self, instant: int, **page: int) -> list[dict]:
        reading, topology = self.reading, self.run.topology
        words = Words([node.name for node in topology.nodes], (), 1, reading.subjects)
        positions = Positions(KINDS).fold(self.segment, reading.until(instant))
        return groups(reading, positions, words, topology.node("Orders").index, **page)


def test_a_lane_says_who_blocks_it_and_until_when():
    story = Story()
    a1, a2, _, b1 = story.subjects
    blocked, free = story.lanes(SECOND, messages=2)
    assert blocked == {
        "group": "A",
        "count": 3,
        "in_flight": 1,
        "visible": 2,
        "delayed": 0,
        "blocked_by": a1,
        "until": 31 * SECOND,
        "reason": f"Group A is blocked by message {message_id(1, a1)[:8]}, in flight until 00:00:31.000.",
        "messages": [
            {
                "subject": a1,
                "root": a1,
                "id": message_id(1, a1),
                "state": "in_flight",
                "at": SECOND,
                "reason": "Received (receive 1); in flight until 00:00:31.000.",
            },
            {
                "subject": a2,
                "root": a2,
                "id": message_id(1, a2),
                "state": "visible",
                "at": 0,
                "reason": "Sent to orders.fifo in group A; visible at once.",
            },
        ],
    }
    assert (free["group"], free["count"], free["blocked_by"], free["until"], free["reason"]) == ("B", 1, 0, -1, "")
    assert [message["subject"] for message in free["messages"]] == [b1]


def test_lanes_come_a_page_at_a_time_and_a_freed_one_is_not_blocked():
    story = Story()
    _, a2, a3, b1 = story.subjects
    assert [lane["group"] for lane in story.lanes(SECOND, offset=1)] == ["B"]
    assert [(lane["group"], lane["blocked_by"] > 0) for lane in story.lanes(31 * SECOND)] == [("A", True), ("B", False)]
    after = story.lanes(40 * SECOND)
    assert [(lane["group"], lane["blocked_by"]) for lane in after] == [("A", 0), ("B", 0)]
    assert [[message["subject"] for message in lane["messages"]] for lane in after] == [[a2, a3], [b1]]
