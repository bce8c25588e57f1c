"""A pipe: what it was told, which state it is in, and how it finds the source that it reads.

A pipe that was made by an operation says for a second that it is being created, started, stopped, changed or deleted. A drawn one runs from the
beginning. Whether its source can be read is found out then: if not, it says CREATE_FAILED and why.

How a source is read depends on its kind (`Reads`): a queue is polled (`polling.py`), a stream is followed (`following.py`). Both make runs of
what they get and hear how each ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from flows.services.faults import LINK, NODE
from flows.services.pipes import records, refusals
from flows.services.pipes.config import PipeLinkConfig
from flows.services.pipes.following import Following
from flows.services.pipes.polling import Polling
from flows.services.pipes.quotas import QUOTAS
from flows.services.pipes.template import Context
from flows.services.ports import NO_LINK, Batch, Caller, Json
from flows.services.streaming.reading import named_stream, stream_of

if TYPE_CHECKING:
    from flows.services.pipes.run import Run
    from flows.services.pipes.sending import Failed
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

RUNNING, STOPPED = "RUNNING", "STOPPED"
SOURCE_LINK = "pipe-source"
QUEUE = "queue"


class Reads(Protocol):
    """How a pipe reads its source."""

    @property
    def source_name(self) -> str:
        """AWS's word for the kind of source."""

    def changed(self) -> None:
        """It may read now, or may not; or its settings are others."""

    def ended(self, run: Run, ended: int, failed: Failed) -> None:
        """A run is over; those events failed."""

    def names(self, batch: Batch) -> list[str]:
        """What a target calls the single events of a batch when it reports some."""

    def removed(self, caller: Caller | None) -> None:
        """The pipe or its source is gone."""


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
        self.out = False
        self.reads: Reads | None = None
        """None while it has no source."""
        self._transition = 0
        self._calendar = world.environment.calendar
        self._write = world.environment.recorder.write

    # ── what it was told ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def wanted(self) -> str:
        """DesiredState."""
        return str(self.given.get("DesiredState") or RUNNING)

    @property
    def may_read(self) -> bool:
        return self.state == RUNNING and not self.out

    def setting(self, *names: str) -> Any:
        found: Any = self.given
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found

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
        self.changed()

    def _connect(self) -> str:
        """Find the source and read it from now on; answers why that cannot be."""
        if self.reads is not None:
            return ""
        arn = str(self.given.get("Source") or "")
        topology = self.world.topology
        link = self.links.get(SOURCE_LINK, NO_LINK)
        if link != NO_LINK:
            node = topology.nodes[topology.links[link].source]
        else:
            found = topology.by_arn.get(arn)
            stream = named_stream(self.world, arn) if found is None else None
            if found is None and stream is None:
                return refusals.NO_SOURCE.format(arn=arn)
            node = found if found is not None else stream[0] if stream is not None else topology.nodes[0]
        source: Any = self.world.nouns[node.index] if node.kind == QUEUE else stream_of(self.world, node.index)
        if source is None:
            return refusals.UNREADABLE_SOURCE.format(arn=arn)
        if link == NO_LINK:
            config = PipeLinkConfig(self.node)
            link = self.world.join(SOURCE_LINK, node.index, self.node, config, id_=f"{self.id}.Source").index
            self.links[SOURCE_LINK] = link
        self.world.links[link] = SourceEnd(self)
        self.world.faults.watch((LINK, link), self.outage)
        self.world.faults.watch((NODE, self.node), self.outage)
        self.reads = Polling(self, source, link) if node.kind == QUEUE else Following(self, source, link)
        return ""

    def source_gone(self) -> None:
        """The source was deleted: nothing is read until there is one again and the pipe is started or changed."""
        reads, self.reads = self.reads, None
        self.links.pop(SOURCE_LINK, None)
        if reads is not None:
            reads.removed(None)

    def removed(self, caller: Caller | None) -> None:
        """The pipe is deleted: nothing is read any more. What runs, ends."""
        self.state = "DELETING"
        self._calendar.cancel(self._transition)
        if self.reads is not None:
            self.reads.removed(caller)

    def outage(self, begins: bool) -> None:
        """An outage of the pipe, or of the way to it, begins or is over: nothing is read while it lasts."""
        self.out = begins
        self.changed()

    def changed(self) -> None:
        if self.reads is not None:
            self.reads.changed()


class SourceEnd:
    """The link from a pipe's source."""

    def __init__(self, pipe: Pipe) -> None:
        self.pipe = pipe

    def removed(self, _caller: Caller | None) -> None:
        self.pipe.source_gone()
