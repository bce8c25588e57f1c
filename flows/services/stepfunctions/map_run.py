"""A map run: the child executions of one distributed Map, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.asl.ports import Status

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run

COUNTED = {
    Status.SUCCEEDED: "succeeded",
    Status.FAILED: "failed",
    Status.TIMED_OUT: "timedOut",
    Status.ABORTED: "aborted",
}
KEYS = ("pending", "running", *COUNTED.values())


@dataclass(slots=True, eq=False)
class MapRun:
    run: Run
    """The execution whose Map state it is."""
    frame: int
    arn: str
    state: str
    label: str
    kind: str
    total: int
    max_concurrency: int
    tolerated_count: int
    tolerated_percentage: float
    started_at: int
    status: Status = Status.RUNNING
    stopped_at: int = -1
    items: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KEYS, 0))
    executions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KEYS, 0))
    running: dict[int, Run] = field(default_factory=dict)
    """Children that are not over, by index."""
    children: dict[str, Run] = field(default_factory=dict)
    """Standard children by ARN; Express ones leave nothing behind."""
    results_written: int = 0
    redrives: int = 0
    redriven_at: int = -1

    def begun(self, child: Run) -> None:
        self.running[child.index] = child
        self.executions["running"] += 1
        self.items["running"] += child.items

    def again(self, now_at: int) -> None:
        """A child begins although the run was over: its execution was redriven."""
        if self.status is not Status.RUNNING:
            self.status, self.stopped_at = Status.RUNNING, -1
            self.redrives += 1
            self.redriven_at = now_at

    def over(self, child: Run) -> None:
        self.running.pop(child.index, None)
        name = COUNTED[child.status]
        self.executions["running"] -= 1
        self.executions[name] += 1
        self.items["running"] -= child.items
        self.items[name] += child.items
        if child.express:
            self.children.pop(child.arn, None)
