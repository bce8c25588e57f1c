"""An event source mapping on a stream: a reader per shard, or several where the parallelization factor says so.

It knows which shards there are, where reading begins in each, and whether anything may be read now; what a reader does with its
shard is in `stream_reader.py`. A child shard is read from its beginning once its parents are read to their ends, whatever the
starting position was. LATEST means what arrives once the mapping is enabled: what comes while it is still being created is missed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.engine.environment import Environment
from flows.services.lambda_.config import MappingConfig
from flows.services.lambda_.configuration import role_of
from flows.services.lambda_.function import Function
from flows.services.lambda_.mapping_states import State
from flows.services.lambda_.stream_reader import Reader
from flows.services.ports import Caller, Json, Shard, Stream
from flows.topology.resources.mapping import NO_LIMIT, StreamConfig

if TYPE_CHECKING:
    from flows.services.world import World

NOTHING_YET = "No records processed"
PUSHED_EVERY_US = 70_000
"""A registered consumer is pushed what arrives; AWS says that it takes about so long."""


class StreamMapping:
    fifo = False

    def __init__(
        self, environment: Environment, config: MappingConfig, link: int, source: Stream, function: Function
    ) -> None:
        assert config.stream is not None
        self.environment = environment
        self.id = config.id
        self.link = link
        self.stream = source
        self.config: StreamConfig = config.stream
        self.function = function
        self.tags: Json = {}
        self.qualifier = config.qualifier
        self.filters = config.filters
        self.batch_size = config.batch_size
        self.window_us = config.batching_window_us
        self.enabled = config.enabled and not config.created
        self.out = False
        self.gone = False
        self.partial = config.report_batch_item_failures
        self.last_result = NOTHING_YET
        self.readers: dict[str, list[Reader]] = {}
        self._done: set[str] = set()
        """The shards that are read to their ends for good."""
        self._begun = False
        self.state = State(self, config)
        source.follow(self)
        self.wake()

    # ── what its readers ask ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def source(self) -> Stream:
        return self.stream

    @property
    def source_arn(self) -> str:
        arn = self.stream.stream_arn
        return f"{arn}/consumer/{self.config.consumer}" if self.config.consumer else arn

    @property
    def target_arn(self) -> str:
        return f"{self.function.arn}:{self.qualifier}" if self.qualifier else self.function.arn

    @property
    def role(self) -> str:
        return role_of(self.function)

    @property
    def may_read(self) -> bool:
        return self.enabled and not self.out and not self.gone

    @property
    def oldest_us(self) -> int:
        """How old a record may be: what it was told, and no older than the stream keeps it."""
        most = self.config.maximum_record_age_us
        return self.stream.retention_us if most == NO_LIMIT else min(most, self.stream.retention_us)

    @property
    def stream_polled_every_us(self) -> int:
        return PUSHED_EVERY_US if self.config.consumer else self.stream.polled_every_us

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
        """It may read (`State`): at the first time, here is where reading begins."""
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
            self._pause()

    def outage(self, begins: bool) -> None:
        """An outage of the way to the stream begins or is over: nothing is handed over while it lasts."""
        self.out = begins
        self.changed()

    def reconfigure(self, config: StreamConfig) -> None:
        """Other settings, from the next batch on; shards that are read already keep their readers."""
        self.config = (
            replace(config, parallelization_factor=self.config.parallelization_factor) if self._begun else config
        )

    def turn_to(self, function: Function, link: int) -> None:
        self.function, self.link = function, link

    def removed(self, _caller: Caller | None) -> None:
        """Its link is gone, because it was deleted or an end of it was. What runs, ends."""
        self.gone, self.enabled = True, False
        self.stream.unfollow(self)
        for readers in self.readers.values():
            for reader in readers:
                reader.removed()

    def _pause(self) -> None:
        for readers in self.readers.values():
            for reader in readers:
                reader.pause()

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
