"""Whose turn it is: the frames of an execution that can go on, and those that have had enough for now.

Theory of operation. `ready` is a queue of frames. `go_on` lets the first of them go through its states until it waits or
ends, then the next; after `quotas.SHARE` states a frame goes to the end of the queue, and after `quotas.STEPS` in all the
frames left are *parked* and the host is asked for another turn (`again`); so they are when the expressions of this turn have cost `quotas.EXPRESSION_STEPS`. What the host answers meanwhile goes on at once,
beside the parked frames: an endless loop in one branch never moves an instant in another. All of it is data; the order is
that of the queue, whoever runs it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

from flows.asl import failing, quotas
from flows.asl.expressions import SPENT
from flows.asl.expressions.spending import NO_CEILING
from flows.asl.failures import RUNTIME, Failure, HistoryFullError, history_cause

if TYPE_CHECKING:
    from flows.asl.execution import Execution


class Turns:
    """The queue of an execution's frames."""

    def __init__(self) -> None:
        self.ready: deque[int] = deque()
        self.parked: deque[int] = deque()
        self.resting = False
        """The host was asked for another turn."""
        self.steps = 0
        """How many states were entered or tried again."""
        self.now_at = 0
        """The instant of this turn: no time passes while states are gone through."""

    def advance(self) -> None:
        """Another turn for the frames that were parked."""
        self.resting = False
        self.ready.extendleft(reversed(self.parked))
        self.parked.clear()
        self.go_on()

    def go_on(self) -> None:
        """Let every frame that can go on do so, for a bounded number of steps."""
        x = cast("Execution", self)
        self.now_at = x.host.now_at()
        ready, frames, states = self.ready, x.frames, x.states
        left = quotas.STEPS
        affordable = SPENT.steps + quotas.EXPRESSION_STEPS
        try:
            while ready:
                frame = frames.get(ready.popleft())
                if frame is None:
                    continue
                if left <= 0 or SPENT.steps > affordable:
                    ready.appendleft(frame.id)
                    self._park(x)
                    return
                before = left
                SPENT.ceiling = affordable + quotas.EXPRESSION_STEPS
                while states[frame.state].step(x, frame):
                    left -= 1
                    if before - left == quotas.SHARE or SPENT.steps > affordable:
                        ready.append(frame.id)
                        break
                else:
                    left -= 1
        except HistoryFullError:
            failing.end(x, Failure(RUNTIME, history_cause(x.limit)), x.events)
        finally:
            SPENT.ceiling = NO_CEILING
            self.steps += quotas.STEPS - left

    def clear_turns(self) -> None:
        """Nobody goes on any more."""
        self.ready.clear()
        self.parked.clear()
        self.resting = False

    def _park(self, x: Execution) -> None:
        self.parked.extend(self.ready)
        self.ready.clear()
        if not self.resting:
            self.resting = True
            x.host.again(x, quotas.STEPS)
