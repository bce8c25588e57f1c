"""A naive second reading of the trace: dictionaries, one record at a time, no knowledge of how queues are built.

It knows SQS's promises and nothing else: a message is received only while visible, comes back exactly when its record said it
would, is never in two states, and does not vanish.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VISIBLE, IN_FLIGHT, DELAYED = "visible", "in flight", "delayed"
ENDS = {"MessageDeleted", "MessageExpired", "MessagePurged", "MessageMovedToDeadLetterQueue", "MessageRedriven"}
ARRIVALS = {"MessageSent", "DeadLetterArrived", "RedrivenMessageArrived"}


@dataclass
class Copy:
    node: int
    state: str
    until: int = -1
    attempt: int = 0
    request: int = 0
    """Who received it last."""


class Books:
    def __init__(self) -> None:
        self.copies: dict[int, Copy] = {}
        self.finished: dict[int, str] = {}
        self.executing: dict[int, int] = {}
        self.invocations: set[int] = set()
        self.at = 0
        self.sequence = 0

    def read(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            assert row["at"] >= self.at, "time ran backwards"
            assert row["sequence"] == self.sequence + 1
            assert row["cause"] < row["sequence"]
            self.at, self.sequence = row["at"], row["sequence"]
            self.one(row)

    def one(self, row: dict[str, Any]) -> None:
        kind, subject, at = row["kind"], row["subject"], row["at"]
        if kind in ARRIVALS:
            self.enter(subject, Copy(row["node"], VISIBLE, attempt=row["attempt"]))
        elif kind == "MessageDelayed":
            self.enter(subject, Copy(row["node"], DELAYED, at + row["delivers_at"]))
        elif kind == "InvocationStarted":
            assert subject not in self.executing
            self.executing[subject] = row["node"]
            self.invocations.add(subject)
        elif kind in {"InvocationSucceeded", "InvocationFailed", "InvocationTimedOut"}:
            assert self.executing.pop(subject) == row["node"]
        elif kind.startswith("Message") or kind in {"DelayElapsed", "VisibilityChanged"}:
            self.change(row, self.copies[subject])

    def enter(self, subject: int, copy: Copy) -> None:
        assert subject not in self.copies
        assert subject not in self.finished
        self.copies[subject] = copy

    def change(self, row: dict[str, Any], copy: Copy) -> None:
        kind, at = row["kind"], row["at"]
        assert copy.node == row["node"], "it is somewhere else"
        if kind == "MessageReceived":
            assert copy.state == VISIBLE, f"received while {copy.state}"
            assert row["attempt"] == copy.attempt + 1
            copy.state, copy.until, copy.attempt = IN_FLIGHT, at + row["visible_at"], row["attempt"]
            copy.request = row["request"]
        elif kind == "VisibilityChanged":
            assert copy.state in {IN_FLIGHT, VISIBLE}
            copy.state, copy.until = IN_FLIGHT, at + row["visible_at"]
        elif kind == "MessageBecameVisible":
            assert (copy.state, copy.until) == (IN_FLIGHT, at), "not when it was said"
            copy.state = VISIBLE
        elif kind == "DelayElapsed":
            assert (copy.state, copy.until) == (DELAYED, at), "not when it was said"
            copy.state = VISIBLE
        else:
            assert kind in ENDS
            if kind == "MessageDeleted" and row["request"] in self.invocations:
                assert copy.request == row["request"], (
                    "an invocation deletes what it received, and nobody else has received since"
                )
            if kind in {"MessageMovedToDeadLetterQueue", "MessageRedriven"}:
                assert copy.state == VISIBLE
            self.finished[row["subject"]] = kind
            del self.copies[row["subject"]]

    def counts(self, node: int) -> tuple[int, int, int]:
        """(visible, in flight, delayed) of a queue."""
        states = [copy.state for copy in self.copies.values() if copy.node == node]
        return states.count(VISIBLE), states.count(IN_FLIGHT), states.count(DELAYED)

    def overdue(self, now: int) -> list[int]:
        """Copies whose waiting should have ended."""
        return [subject for subject, copy in self.copies.items() if copy.state != VISIBLE and copy.until < now]
