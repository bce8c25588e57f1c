"""A table's stream: every change of an item, in one shard, for a day.

A change is kept as the text of its part of the event (`dynamodb` and what stands beside it), as a mapping hands it to a function;
which images it holds says the view type. A write that changes nothing is not told.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.engine.subjects import SubjectKind
from flows.services.dates import iso
from flows.services.dynamodb import records
from flows.services.dynamodb.quotas import QUOTAS, SECOND_US
from flows.services.dynamodb.values import item_weight
from flows.services.ports import Follower, Json, Shard
from flows.services.shards import ShardLog, hash_of

if TYPE_CHECKING:
    from flows.services.dynamodb.table import Table

MESSAGE = int(SubjectKind.MESSAGE)
NEW, OLD = ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"), ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")
BY_TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
FIRST_NUMBER = 10**20
"""Sequence numbers have 21 digits and more."""


class TableShard:
    """The one shard of a table's stream."""

    parents: tuple[str, ...] = ()

    def __init__(self, made_wall_us: int, seed: int, node: int) -> None:
        self.id = f"shardId-{made_wall_us // 1000:020d}-{request_id(seed, node)[:8]}"
        self.log = ShardLog()
        self.is_closed = False
        self.timer = 0

    def sequence_number(self, position: int) -> str:
        return str(FIRST_NUMBER * 1000 + (position + 1) * 997)


class TableStream:
    stream_kind = "dynamodb"
    polled_every_us = QUOTAS.stream_polled_every_us
    retention_us = QUOTAS.stream_retention_us

    def __init__(self, table: Table, view_type: str) -> None:
        self.table = table
        self.node = table.node
        self.view_type = view_type
        environment = table.environment
        self.label = iso(environment).removesuffix("Z")
        self.stream_arn = f"{table.arn}/stream/{self.label}"
        wall_us = environment.wall_us(environment.now_at)
        self._shard = TableShard(wall_us, environment.seed, table.node)
        self._followers: list[Follower] = []

    @property
    def shards(self) -> list[TableShard]:
        return [self._shard]

    def follow(self, follower: Follower) -> None:
        self._followers.append(follower)

    def unfollow(self, follower: Follower) -> None:
        if follower in self._followers:
            self._followers.remove(follower)

    def close(self) -> None:
        """The stream is turned off: what is in it can be read for a day."""
        self._shard.is_closed = True

    # ── what changed ────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, old: Json | None, new: Json | None, subject: int, request: int, cause: int, *, ttl: bool) -> None:
        """An item changed from `old` to `new`; None: it was, or is, not there."""
        if old == new or self._shard.is_closed:
            return
        table, shard = self.table, self._shard
        environment, log = table.environment, shard.log
        some = new or old or {}
        keys = {name: some[name] for name in table.key_names}
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        change: Json = {
            "ApproximateCreationDateTime": environment.wall_us(environment.now_at) // SECOND_US,
            "Keys": keys,
        }
        size = item_weight(keys)
        if new is not None and self.view_type in NEW:
            change["NewImage"] = new
            size += item_weight(new)
        if old is not None and self.view_type in OLD:
            change["OldImage"] = old
            size += item_weight(old)
        change |= {
            "SequenceNumber": shard.sequence_number(log.end),
            "SizeBytes": size,
            "StreamViewType": self.view_type,
        }
        said: Json = {"eventName": name, "dynamodb": change, **({"userIdentity": BY_TTL} if ttl else {})}
        body = environment.bodies.number(json.dumps(said, separators=(",", ":"), ensure_ascii=False))
        told = environment.subjects.new(MESSAGE, subject, 0, body)
        label = table.label(keys)
        environment.recorder.write(records.STREAMED, self.node, told, request, cause, 0, (label, name))
        hashed = hash_of(json.dumps(keys[table.hash_key]))
        log.append(told, environment.now_at, size, hashed & 0xFFFFFFFF, 0)
        if not shard.timer:
            self._arm()
        for follower in self._followers:
            follower.arrived(shard)

    def event_record(self, shard: Shard, position: int, _role: str) -> Json:
        """A record as Lambda hands it to a function (recorded)."""
        environment = self.table.environment
        subject = shard.log.subject(position)
        said: Json = json.loads(environment.bodies.text(environment.subjects.body[subject]))
        return {
            "eventID": request_id(environment.seed, subject).replace("-", ""),
            "eventName": said.pop("eventName"),
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.table.world.topology.region,
            **said,
            "eventSourceARN": self.stream_arn,
        }

    def expire(self) -> None:
        """What is a day old can no longer be read."""
        self._shard.timer = 0
        self._shard.log.trim(self.table.environment.now_at - self.retention_us)
        self._arm()

    def _arm(self) -> None:
        log, calendar = self._shard.log, self.table.environment.calendar
        if log.first < log.end:
            at = log.arrived_at(log.first) + self.retention_us
            self._shard.timer = calendar.schedule(at, self.expire, background=True)

    def removed(self) -> None:
        self.table.environment.calendar.cancel(self._shard.timer)
