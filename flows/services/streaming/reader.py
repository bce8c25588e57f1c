"""One reader of a stream: of one shard, or of one lane of it, in order, one batch at a time.

Theory of operation. A shard is asked for records once a second (four times where it is a table's stream), counted from when it
was last asked. What comes becomes a batch of at most so many records (`gathering.py`), which is handed over at once, or when the batching
window that began with its first record is over. While a batch is under way nothing else is read: success moves on and asks again at once.

A batch that fails is tried again as it is, before anything behind it (`trying.py`): the shard (or lane) is *blocked*, until the batch
succeeds, its retries are used up, or its records are too old. Waits grow from one second, doubling, to a minute (AWS says that it backs
off, and not how fast). Three things change the batch itself. Where bisection is asked for, a failed batch of several is split in two,
which are tried at once, one after the other, each with all its retries. A partial batch response moves the place up to the first record
that it reports; what is left is a new batch. Records that are older than they may be, or that the stream no longer has, leave the batch
before it is tried again, and the others go on.

With a parallelization factor of n a shard has n readers; a partition key's records all belong to one of them, so their order stays.
A child shard is read when its parents have been read to their ends.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from flows.engine.calendar import NEVER
from flows.services.streaming import records, trying
from flows.services.streaming.batch import StreamBatch
from flows.services.streaming.failures import AGE, GivenUp
from flows.services.streaming.gathering import Gathering
from flows.services.streaming.telling import discarded, dropped, processed
from flows.services.streaming.windows import Windows

if TYPE_CHECKING:
    from flows.services.ports import Shard
    from flows.services.streaming.failures import Failure
    from flows.services.streaming.reading import Reading


class Reader:
    def __init__(self, reading: Reading, shard: Shard, lane: int, cursor: int) -> None:
        self.reading, self.shard, self.lane = reading, shard, lane
        self.place = Gathering(self, cursor)
        self.batches: deque[StreamBatch] = deque()
        """What was read and is not done with; the first is under way, or waits to be tried again."""
        self.windows = Windows(self, reading.config.tumbling_window_us) if reading.config.tumbling_window_us else None
        self.running = self.blocked = False
        self.final = False
        """What is under way is a window's last invocation."""
        self.route: Any = None
        """What the last batch was handed to."""
        self._asked_at = -1
        self._timer, self._timer_at = 0, NEVER
        self._calendar = reading.environment.calendar
        self._write = reading.environment.recorder.write

    # ── when it looks ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def idle(self) -> bool:
        """Nothing that it has read is left."""
        return not self.batches and self.place.batch is None and not self.running

    @property
    def finished_shard(self) -> bool:
        """The shard is closed, and read to its end."""
        return self.idle and self.shard.is_closed and not self.place.behind

    def wake(self) -> None:
        """There may be something to do: at the next moment at which the shard is asked."""
        if not self.running and self.reading.may_read and (not self.batches or not self._timer):
            self.look_at(self._next_asking_at() if not self.batches else self._calendar.now_at)

    def pause(self) -> None:
        """Nothing is read for now; what runs, ends."""
        if self._timer:
            self._calendar.cancel(self._timer)
        self._timer, self._timer_at = 0, NEVER

    def _next_asking_at(self) -> int:
        now, every = self._calendar.now_at, self.reading.polled_every_us
        if self._asked_at < 0:
            return now
        return self._asked_at + ((now - self._asked_at) // every + 1) * every

    def look_at(self, at: int) -> None:
        if self._timer and self._timer_at <= at:
            return
        self.pause()
        self._timer, self._timer_at = self._calendar.schedule(at, self.look), at

    def look(self) -> None:
        """It is time: to try the batch that waits, or to ask for records."""
        self._timer, self._timer_at = 0, NEVER
        if self.running or not self.reading.may_read:
            return
        if self.batches:
            trying.offer(self)
        else:
            self._ask()

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self) -> None:
        """GetRecords, as it were."""
        now, place = self._calendar.now_at, self.place
        self._asked_at = now
        if self._close_window(now):
            return
        full = place.gather(now)
        if place.batch is None:
            self._rest()
        elif full or now >= place.closes_at or not self.reading.window_us:
            self.batches.append(place.batch)
            place.take()
            trying.offer(self)
        else:
            self.look_at(min(place.closes_at, self._next_asking_at() if place.behind else NEVER))

    def _rest(self) -> None:
        """Nothing to hand over."""
        if self.windows is not None and self.windows.open:
            self.look_at(max(self.windows.ends_at, self._calendar.now_at))
        self.reading.rests(self)

    def _close_window(self, now: int) -> bool:
        """Whether the window is over and its last invocation begins."""
        windows = self.windows
        if windows is None or self.place.batch is not None or not windows.is_over(now):
            return False
        batch = StreamBatch(self)
        batch.window = windows.said(final=True)
        self.final = True
        self.batches.append(batch)
        trying.offer(self)
        return True

    # ── how it ended ────────────────────────────────────────────────────────────────────────────────────────────────

    def succeeded(self, request: int, ended: int, reply: str = "") -> None:
        """The first batch is done."""
        self.running = False
        batch = self.batches.popleft()
        processed(self, batch.copies, batch.earlier + batch.tried, request, ended)
        if self.windows is not None:
            self._window_answered(self.windows, reply, batch, ended)
        self.next("the batch was processed", ended)

    def failed(self, failure: Failure) -> None:
        self.running = False
        trying.failed(self, failure)

    def _window_answered(self, windows: Windows, reply: str, batch: StreamBatch, ended: int) -> None:
        if not self.final:
            windows.answered(reply)
            return
        why = "its state grew beyond a megabyte" if windows.early else "its time is over"
        detail = (self.reading.link, self.shard.id, why)
        self._write(records.WINDOW_CLOSED, self.reading.stream.node, batch.subject, 0, ended, 0, detail)
        self.final = False
        windows.close()

    def outlived(self, batch: StreamBatch) -> None:
        """Its records are too old to be tried (again)."""
        self.given_up(batch, AGE, 0, batch.tickets[-1] if batch.tickets else 0)

    def given_up(self, batch: StreamBatch, condition: str, request: int, cause: int, error: str = "") -> None:
        """Its records are passed by; a window's last invocation that is given up ends the window."""
        discarded(self, GivenUp(batch, condition, request, cause, error))
        if not batch:
            self.final = False
            if self.windows is not None:
                self.windows.close()

    def next(self, why: str, cause: int) -> None:
        """Done with the first batch: on to what is behind it."""
        if self.blocked and not self.batches:
            self.blocked = False
            detail = (self.reading.link, self.shard.id, why)
            self._write(records.FREED, self.reading.stream.node, 0, 0, cause, 0, detail)
        if not self.reading.may_read:
            return
        if self.batches:
            trying.offer(self)
        else:
            self._ask()

    def removed(self) -> None:
        """Whoever reads is gone: what was read and is not handed over is given up."""
        self.pause()
        running = self.batches[0] if self.running else None
        for batch in (*self.batches, self.place.take()):
            if batch is not None and batch is not running:
                dropped(self, batch, 0)
        self.batches = deque() if running is None else deque((running,))
