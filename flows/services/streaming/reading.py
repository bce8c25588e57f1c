"""Who reads a stream: a reader per shard, or several where the parallelization factor says so.

It knows which shards there are, where reading begins in each, and whether anything may be read now; what a reader does with its
shard is in `reader.py`. A child shard is read from its beginning once its parents are read to their ends, whatever the
starting position was. LATEST means what arrives once it is enabled: what comes while it is still being created is missed.

A mapping and a pipe say the rest: what takes a batch (`route`, `start`), and who hears of one that is given up (`give_up`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.engine.subjects import SubjectKind
from flows.services.ports import Caller, Shard, Stream
from flows.services.streaming.quotas import QUOTAS
from flows.services.streaming.reader import Reader
from flows.topology.resources.mapping import NO_LIMIT, StreamConfig

if TYPE_CHECKING:
    from flows.services.ports import Json
    from flows.services.streaming.batch import StreamBatch
    from flows.services.streaming.failures import GivenUp
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

CONSUMER, STREAM = "/consumer/", "/stream/"


class Reading(ABC):
    run_kind = int(SubjectKind.INVOCATION)
    """The kind of subject that a batch's journey through it is."""
    gone_condition = "MappingDeleted"
    """Why its records are discarded when it is deleted."""

    def __init__(self, world: World, stream: Stream, link: int, config: StreamConfig) -> None:
        self.world, self.environment = world, world.environment
        self.stream, self.link, self.config = stream, link, config
        self.batch_size, self.window_us = 1, 0
        self.filters: tuple[str, ...] = ()
        self.enabled = True
        self.out = self.gone = False
        self.readers: dict[str, list[Reader]] = {}
        self._done: set[str] = set()
        """The shards that are read to their ends for good."""
        self._begun = False

    # ── what is behind it ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def role(self) -> str:
        return ""

    @abstractmethod
    def route(self, request: int, cause: int) -> tuple[Any, str, int]:
        """What takes the next batch; or why nothing can now, and the record that says so."""

    @abstractmethod
    def start(self, reader: Reader, batch: StreamBatch, request: int, cause: int, route: Any) -> None:
        """A batch is handed on: later `reader.succeeded` or `reader.failed`."""

    @abstractmethod
    def give_up(self, given_up: GivenUp) -> None:
        """Tell who wants to know of a batch that nobody tries any more."""

    def event_record(self, shard: Shard, position: int) -> Json:
        """A record as whoever is behind it gets it."""
        return self.stream.event_record(shard, position, self.role)

    def filtered_record(self, shard: Shard, position: int) -> Json:
        """A record as its filters see it."""
        return self.event_record(shard, position)

    # ── what its readers ask ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def may_read(self) -> bool:
        return self.enabled and not self.out and not self.gone

    @property
    def oldest_us(self) -> int:
        """How old a record may be: what it was told, and no older than the stream keeps it."""
        most = self.config.maximum_record_age_us
        return self.stream.retention_us if most == NO_LIMIT else min(most, self.stream.retention_us)

    @property
    def polled_every_us(self) -> int:
        return QUOTAS.pushed_every_us if self.config.consumer else self.stream.polled_every_us

    def rests(self, reader: Reader) -> None:
        """A reader has nothing to do. If its shard is closed and read, its children's turn has come."""
        shard = reader.shard
        done = shard.is_closed and all(each.finished_shard for each in self.readers[shard.id])
        if done and shard.id not in self._done:
            self._done.add(shard.id)
            self.resharded()

    # ── what the stream says ────────────────────────────────────────────────────────────────────────────────────────

    def arrived(self, shard: Shard) -> None:
        """A shard has a new record (`Follower`)."""
        for reader in self.readers.get(shard.id, ()):
            reader.wake()

    def resharded(self) -> None:
        """There are other shards than before, or a parent is done (`Follower`)."""
        if not self._begun:
            return
        there = {shard.id for shard in self.stream.shards}
        for shard in self.stream.shards:
            ready = all(parent in self._done or parent not in there for parent in shard.parents)
            if shard.id not in self.readers and ready:
                self._read(shard, shard.log.first)
        for readers in list(self.readers.values()):
            for reader in readers:
                reader.wake()

    # ── settings and states ─────────────────────────────────────────────────────────────────────────────────────────

    def wake(self) -> None:
        """It may read: at the first time, here is where reading begins."""
        if not self.may_read:
            return
        if not self._begun:
            self._begin()
        for readers in self.readers.values():
            for reader in readers:
                reader.wake()

    def changed(self) -> None:
        """Its settings were changed."""
        if self.may_read:
            self.wake()
        else:
            for readers in self.readers.values():
                for reader in readers:
                    reader.pause()

    def outage(self, begins: bool) -> None:
        """An outage of the way to the stream begins or is over: nothing is handed over while it lasts."""
        self.out = begins
        self.changed()

    def reconfigure(self, config: StreamConfig) -> None:
        """Other settings, from the next batch on; shards that are read already keep their readers."""
        self.config = (
            replace(config, parallelization_factor=self.config.parallelization_factor) if self._begun else config
        )

    def removed(self, _caller: Caller | None) -> None:
        """Its link is gone, because it was deleted or an end of it was. What runs, ends."""
        self.gone, self.enabled = True, False
        self.stream.unfollow(self)
        for readers in self.readers.values():
            for reader in readers:
                reader.removed()

    def _begin(self) -> None:
        """Where reading begins, shard by shard."""
        self._begun = True
        there = {shard.id for shard in self.stream.shards}
        for shard in self.stream.shards:
            if self.config.starting_position == "LATEST":
                if shard.is_closed:
                    self._done.add(shard.id)
                else:
                    self._read(shard, shard.log.end)
            elif not any(parent in there for parent in shard.parents):
                self._read(shard, self._first(shard))

    def _first(self, shard: Shard) -> int:
        if self.config.starting_position == "AT_TIMESTAMP":
            return shard.log.at_or_after(self.config.starting_wall_us - self.environment.wall_us(0))
        return shard.log.first

    def _read(self, shard: Shard, position: int) -> None:
        lanes = range(self.config.parallelization_factor)
        self.readers[shard.id] = [Reader(self, shard, lane, position) for lane in lanes]


def stream_of(world: World, node: int) -> Stream | None:
    """The stream at a node: the noun itself, or the one that it has."""
    noun = world.nouns[node]
    return noun if hasattr(noun, "stream_kind") else getattr(noun, "stream", None)


def named_stream(world: World, arn: str) -> tuple[CompiledNode, str] | None:
    """The node of the stream that an ARN names, and the consumer at the ARN's end; None if there is no such stream."""
    bare, _, consumer = arn.partition(CONSUMER)
    node = world.topology.by_arn.get(bare.partition(STREAM)[0])
    if node is None:
        return None
    stream = stream_of(world, node.index)
    if stream is None or stream.stream_arn != bare:
        return None
    return node, consumer
