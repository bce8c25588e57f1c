"""How long a worker stays with one execution, and for whom it lets go: a click behind it in its queue.

A slice has its seconds (`flows.runs.bounds`). A replay has none, it may take minutes where no checkpoint is near: it is asked to
let go like a long slice, what it has got is kept (`flows.runs.restore`), and it goes on in its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.runs import dispatch, queued, wall_clock
from flows.runs.bounds import (
    ASK_EVERY_S,
    RECORDS_PER_LOOK_OF_AN_ANSWER,
    SECONDS_PER_ANSWER,
    SECONDS_PER_LONG_SLICE,
    SECONDS_PER_SLICE,
    UNASKED_S,
    Bound,
)
from flows.runs.restore import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.models import Execution
    from flows.runs.leases import Lease
    from flows.simulation import Command

LONGEST_S = 2.0
"""Well within a lease."""


def bound_of(execution: Execution, replaying_s: float, commands: list[Command]) -> Bound:
    """Among more long runs than a worker keeps in memory, each goes on for as long as it took to get there: half is not lost."""
    longest_s = max(SECONDS_PER_LONG_SLICE, min(replaying_s, LONGEST_S))
    bound = Bound(
        seconds=longest_s if execution.long_running else SECONDS_PER_SLICE,
        clock=wall_clock.seconds,
        is_waited_for=_click_behind(execution),
    )
    if is_due(execution, commands):
        bound.seconds_after_answer, bound.records_per_look = SECONDS_PER_ANSWER, RECORDS_PER_LOOK_OF_AN_ANSWER
    return bound


def renewing(lease: Lease) -> Callable[[], None]:
    """To be called in the middle of a replay, often: it keeps the lease, and raises `Interrupted` when a click waits."""
    is_waited_for = _click_behind(lease.execution)
    ask_s = wall_clock.seconds() + UNASKED_S

    def renew() -> None:
        nonlocal ask_s
        lease.renew()
        now_s = wall_clock.seconds()
        if now_s < ask_s:
            return
        ask_s = now_s + ASK_EVERY_S
        if is_waited_for():
            raise Interrupted

    return renew


def is_due(execution: Execution, commands: list[Command]) -> bool:
    """Somebody waits for the first of them."""
    return bool(commands) and commands[0].at <= execution.frontier_at


def _click_behind(execution: Execution) -> Callable[[], bool]:
    return queued.click_behind(dispatch.worker_queue(execution.id, long_running=execution.long_running))
