"""A pipe: reads batches from its source and runs each through filter, enrichment and target.

Theory of operation. A pipe reads so many batches at a time: five at first, and while all are under way and messages wait, five more every
second up to 1,250 ("Amazon EventBridge Pipes concurrency"). With a batching window messages are gathered, in flight already, until
the batch is full or the window is over. What the filter criteria do not let through is deleted from the queue as it is read. What a run
did not get through stays in flight and becomes visible again after its visibility timeout; the queue's own redrive policy decides how often
(AWS: pipes do not retry messages of a queue). On a FIFO queue what is in flight blocks its group, so the order is kept.

A pipe that was made by an operation says for a second that it is being created, started, stopped, changed or deleted. A drawn one runs from the
beginning. Whether its source can be read is found out then: if not, it says CREATE_FAILED and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.engine.subjects import SubjectKind
from flows.services.faults import LINK, NODE
from flows.services.pipes import records, refusals
from flows.services.pipes.config import PipeLinkConfig
from flows.services.pipes.filtering import drop_unwanted
from flows.services.pipes.quotas import QUOTAS, SECOND_US
from flows.services.pipes.run import Run
from flows.services.pipes.template import Context
from flows.services.ports import NO_LINK, Caller, Json, Source

if TYPE_CHECKING:
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

BATCH = int(SubjectKind.BATCH)
RUNNING, STOPPED = "RUNNING", "STOPPED"
SOURCE_LINK = "pipe-source"
QUEUE_PARAMETERS = "SqsQueueParameters"


class Pipe:
    def __init__(self, world: World, node: CompiledNode, given: Json, *, made: bool) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.id, self.name, self.arn = node.index, node.id, node.name, node.arn
        self.given = given
        self.tags: dict[str, str] = dict(given.get("Tags") or {})
        self.made_at = self.changed_at = world.environment.now_at
        self.state = "CREATING" if made else ""
        self.reason = ""
        self.links: dict[str, int] = {}
        """Link kind → the pipe's link of that kind."""
        self.out = self._looking = self._scaling = False
        self.limit, self._busy = QUOTAS.first_pollers, 0
        self._source: Source | None = None
        self._spare = 0
        self._gathering: Run | None = None
        self._timer = self._transition = 0
        self._calendar = world.environment.calendar
        self._write = world.environment.recorder.write

    # ── what it was told ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def wanted(self) -> str:
        """DesiredState."""
        return str(self.given.get("DesiredState") or RUNNING)

    def setting(self, *names: str) -> Any:
        found: Any = self.given
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    @property
    def batch_size(self) -> int:
        size = int(self.setting("SourceParameters", QUEUE_PARAMETERS, "BatchSize") or QUOTAS.batch)
        return min(size, QUOTAS.fifo_batch) if self._fifo else size

    @property
    def window_us(self) -> int:
        said = self.setting("SourceParameters", QUEUE_PARAMETERS, "MaximumBatchingWindowInSeconds")
        return 0 if self._fifo else int(said or 0) * SECOND_US

    @property
    def _fifo(self) -> bool:
        return bool(getattr(self._source, "fifo", False))

    def context(self, ingested: str) -> Context:
        given = self.given
        source, enrichment, target = (str(given.get(name) or "") for name in ("Source", "Enrichment", "Target"))
        return Context(self.arn, self.name, source, enrichment, target, ingested)

    # ── states ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """A drawn pipe is what it is told to be at once."""
        self.settle()

    def transit(self, state: str) -> None:
        """For a second it says that it is changing."""
        self.state, self.reason = state, ""
        self.changed_at = self._calendar.now_at
        self._calendar.cancel(self._transition)
        self._transition = self._calendar.schedule(self._calendar.now_at + QUOTAS.transition_us, self.settle)

    def settle(self) -> None:
        """It is what it is told to be, if its source can be read."""
        self._transition = 0
        if self.state == "DELETING":
            self.world.remove(self.node, self.world.caller(self.name, node=self.node))
            return
        problem = self._connect()
        self.state = "CREATE_FAILED" if problem else self.wanted
        self.reason = problem
        self._write(records.STATE_CHANGED, self.node, 0, 0, 0, 0, (self.state, problem))
        self.wake()

    def _connect(self) -> str:
        """Find the source and be woken by it; answers why that cannot be."""
        if self._source is not None:
            return ""
        arn = str(self.given.get("Source") or "")
        node = self.world.topology.by_arn.get(arn)
        link = self.links.get(SOURCE_LINK, NO_LINK)
        if link != NO_LINK:
            node = self.world.topology.nodes[self.world.topology.links[link].source]
        noun = None if node is None else self.world.nouns[node.index]
        if node is None:
            return refusals.NO_SOURCE.format(arn=arn)
        if node.kind != "queue" or noun is None:
            return refusals.STREAM_SOURCE.format(arn=arn)
        if link == NO_LINK:
            config = PipeLinkConfig(self.node)
            link = self.world.join(SOURCE_LINK, node.index, self.node, config, id_=f"{self.id}.Source").index
            self.links[SOURCE_LINK] = link
        self.world.links[link] = SourceEnd(self)
        self.world.faults.watch((LINK, link), self.outage)
        self.world.faults.watch((NODE, self.node), self.outage)
        self._source = noun
        noun.consumed_by(self)
        return ""

    def source_gone(self) -> None:
        """The source was deleted: nothing is read until there is one again and the pipe is started or changed."""
        self._source = None
        self.links.pop(SOURCE_LINK, None)

    def removed(self, _caller: Caller | None) -> None:
        """The pipe is deleted: nothing is read any more. What runs, ends."""
        self.state = "DELETING"
        self._calendar.cancel(self._transition)
        self._close_window()

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def reads(self) -> bool:
        return self.state == RUNNING and not self.out and self._source is not None

    def wake(self) -> None:
        """The queue has something (`Consumer`). If every poller is busy, the first to become free will look."""
        if not self._looking and self.reads and (self._busy < self.limit or self._gathering is not None):
            self._looking = True
            self._calendar.schedule(self._calendar.now_at, self.look)

    def outage(self, begins: bool) -> None:
        """An outage of the pipe, or of the way to it, begins or is over: nothing is read while it lasts."""
        self.out = begins
        if not begins:
            self.wake()

    def look(self) -> None:
        self._looking = False
        self.poll()

    def poll(self) -> None:
        """Every free poller takes what it may."""
        source = self._source
        while source is not None and self.reads and source.has_messages():
            if self._gathering is None and self._busy >= self.limit:
                self._ask_for_more()
                return
            if not self._take(source):
                self.wake()
                return

    def _take(self, source: Source) -> bool:
        """One receive; False if nothing of it was of use: then all it met was filtered, or moved to the dead-letter queue."""
        gathering, link = self._gathering, self.links[SOURCE_LINK]
        request = gathering.request if gathering else self._spare or self.environment.subjects.new(BATCH)
        room = self.batch_size - (len(gathering.batch) if gathering else 0)
        batch = source.receive(room, link, request)
        if batch:
            drop_unwanted(self, batch, request, link)
        if gathering is None:
            self._spare = 0 if batch else request
        if not batch:
            return False
        if gathering is not None:
            gathering.batch.join(batch)
            if len(gathering.batch) >= self.batch_size:
                self._close_window()
            return True
        self._busy += 1
        run = Run(self, request, batch, link)
        if self.window_us and len(batch) < self.batch_size:
            self._gathering = run
            self._timer = self._calendar.schedule(self._calendar.now_at + self.window_us, self._close_window)
        else:
            self._start(run)
        return True

    def _close_window(self) -> None:
        """The window is over, or the batch is full."""
        self._calendar.cancel(self._timer)
        run, self._gathering = self._gathering, None
        if run is not None:
            self._start(run)

    def _start(self, run: Run) -> None:
        self._calendar.schedule(self._calendar.now_at + QUOTAS.shortest_us, run.begin)

    def run_ended(self, rest_us: int) -> None:
        """A poller is free: it looks at once, or after a rest."""
        if rest_us:
            self._calendar.schedule(self._calendar.now_at + rest_us, self.rested)
        else:
            self.rested()

    def rested(self) -> None:
        self._busy -= 1
        if not self._busy:
            self.limit = QUOTAS.first_pollers
        self.wake()

    def _ask_for_more(self) -> None:
        if not self._scaling and self.limit < QUOTAS.pollers:
            self._scaling = True
            self._calendar.schedule(self._calendar.now_at + SECOND_US, self.scale_out)

    def scale_out(self) -> None:
        self._scaling = False
        if self.reads and self._busy >= self.limit and self._source is not None and self._source.has_messages():
            self.limit = min(self.limit + QUOTAS.pollers_a_second, QUOTAS.pollers)
            self._write(records.SCALED, self.node, 0, 0, 0, 0, (self.limit,))
            self.poll()


class SourceEnd:
    """The link from a pipe's source."""

    def __init__(self, pipe: Pipe) -> None:
        self.pipe = pipe

    def removed(self, _caller: Caller | None) -> None:
        self.pipe.source_gone()
