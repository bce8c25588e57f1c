"""A stream: shards that share the 2¹²⁸ hash keys among them.

A record goes to the open shard whose range holds its key's MD5. It lies there until the retention is over; each shard has one
background notice for its oldest record. Who follows the stream (a mapping) is told of every arrival and of every resharding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services import blobs
from flows.services.kinesis import records, refusals
from flows.services.kinesis.quotas import QUOTAS, SECOND_US
from flows.services.kinesis.shard import HASHES, KinesisShard
from flows.services.ports import Caller, Delivery, Follower, Json, Refusal, Shard
from flows.services.shards import hash_of

if TYPE_CHECKING:
    from flows.services.kinesis.config import StreamNodeConfig
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)
ACTIVE, CREATING, UPDATING = "ACTIVE", "CREATING", "UPDATING"


class KinesisStream:
    stream_kind = "kinesis"
    polled_every_us = QUOTAS.polled_every_us

    def __init__(self, world: World, node: CompiledNode, config: StreamNodeConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node = node.index
        self.name, self.stream_arn = node.name, node.arn
        self.account, self.region = world.topology.account, world.topology.region
        self.retention_us = config.retention_us
        self.on_demand = config.on_demand
        self.made_at = world.environment.now_at
        self.tags: dict[str, str] = {}
        self.consumers: dict[str, int] = dict.fromkeys(config.consumers, self.made_at)
        """Name → when it was registered."""
        self._word, self._until_at = ACTIVE, 0
        if config.created:
            self.changing(CREATING)
        self.shards: list[KinesisShard] = []
        self._followers: list[Follower] = []
        self._key_numbers: dict[str, int] = {}
        self._keys: list[str] = []
        count = QUOTAS.on_demand_shards if config.on_demand else config.shards
        for number in range(count):
            self.add_shard(HASHES * number // count, HASHES * (number + 1) // count - 1)

    @property
    def status(self) -> str:
        return self._word if self.environment.now_at < self._until_at else ACTIVE

    def changing(self, word: str) -> None:
        """For a moment it says that it is being changed."""
        self._word, self._until_at = word, self.environment.now_at + QUOTAS.transition_us

    # ── shards ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def add_shard(self, first: int, last: int, parents: tuple[str, ...] = ()) -> KinesisShard:
        made = self.environment.wall_us(self.environment.now_at) + len(self.shards) * bool(parents) * SECOND_US
        shard = KinesisShard(len(self.shards), first, last, made, parents)
        self.shards.append(shard)
        return shard

    def shard(self, id_: object) -> KinesisShard | None:
        return next((shard for shard in self.shards if shard.id == id_), None)

    def open_shards(self) -> list[KinesisShard]:
        return [shard for shard in self.shards if not shard.is_closed]

    def shard_for(self, hashed: int) -> KinesisShard:
        return next(
            shard for shard in self.shards if not shard.is_closed and shard.first_hash <= hashed <= shard.last_hash
        )

    def resharded(self) -> None:
        """Followers hear of other shards."""
        self.changing(UPDATING)
        for follower in list(self._followers):
            follower.resharded()

    def follow(self, follower: Follower) -> None:
        self._followers.append(follower)

    def unfollow(self, follower: Follower) -> None:
        if follower in self._followers:
            self._followers.remove(follower)

    # ── putting ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(
        self, key: str, content: bytes, came: tuple[int, int, int, int], hashed: int | None = None
    ) -> tuple[KinesisShard, int] | Refusal:
        """A new record: its shard and position. `came` is (link, request, cause, parent)."""
        link, request, cause, parent = came
        environment = self.environment
        of_key = hash_of(key)
        shard = self.shard_for(of_key if hashed is None else hashed)
        size, now = len(content) + len(key.encode("utf-8", "surrogatepass")), environment.now_at
        reason = shard.too_much(now, size)
        if reason:
            detail = (link, shard.id, key, reason)
            environment.recorder.write(records.THROTTLED, self.node, parent, request, cause, 0, detail)
            return refusals.rate_exceeded(shard.id, self.name, self.account)
        body = environment.bodies.number(blobs.text_of(content)) if content else 0
        subject = environment.subjects.new(MESSAGE, parent, 0, body)
        environment.recorder.write(records.PUT, self.node, subject, request, cause, 0, (link, shard.id, key))
        position = shard.log.append(subject, now, size, of_key & 0xFFFFFFFF, self._key_number(key))
        if not shard.timer:
            self._arm(shard)
        for follower in self._followers:
            follower.arrived(shard)
        return shard, position

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A service puts a record (`Recipient`), under a partition key of its own."""
        environment = self.environment
        key = str(delivery.system.get("PartitionKey") or message_id(environment.seed, delivery.parent))
        content = environment.bodies.text(delivery.body).encode("utf-8", "surrogatepass") if delivery.body else b""
        came = (delivery.link, delivery.request, delivery.cause, delivery.parent)
        made = self.put(key, content, came)
        return made if isinstance(made, Refusal) else made[0].log.subject(made[1])

    def _key_number(self, key: str) -> int:
        number = self._key_numbers.get(key)
        if number is None:
            number = self._key_numbers[key] = len(self._keys)
            self._keys.append(key)
        return number

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def record_json(self, shard: Shard, position: int) -> Json:
        """A record as GetRecords answers it."""
        environment, log = self.environment, shard.log
        body = environment.subjects.body[log.subject(position)]
        return {
            "SequenceNumber": shard.sequence_number(position),
            "ApproximateArrivalTimestamp": environment.wall_us(log.arrived_at(position)) // 1000 / 1000,
            "Data": blobs.written(environment.bodies.text(body)) if body else "",
            "PartitionKey": self._keys[log.key(position)],
        }

    def event_record(self, shard: Shard, position: int, role: str) -> Json:
        """A record as Lambda hands it to a function (recorded)."""
        told = self.record_json(shard, position)
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": told["PartitionKey"],
                "sequenceNumber": told["SequenceNumber"],
                "data": told["Data"],
                "approximateArrivalTimestamp": told["ApproximateArrivalTimestamp"],
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard.id}:{told['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": role,
            "awsRegion": self.region,
            "eventSourceARN": self.stream_arn,
        }

    # ── going ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def keep_for(self, retention_us: int) -> None:
        """Another retention: what is too old for it goes at once."""
        self.retention_us = retention_us
        for shard in self.shards:
            self.environment.calendar.cancel(shard.timer)
            shard.timer = 0
            self._arm(shard)

    def expire(self, number: int) -> None:
        """The oldest records of a shard have been there for long enough."""
        shard, environment = self.shards[number], self.environment
        shard.timer = 0
        for subject in shard.log.trim(environment.now_at - self.retention_us):
            environment.recorder.write(records.EXPIRED, self.node, subject, 0, 0, 0, (shard.id,))
        self._arm(shard)

    def _arm(self, shard: KinesisShard) -> None:
        log, calendar = shard.log, self.environment.calendar
        if log.first < log.end:
            at = max(calendar.now_at, log.arrived_at(log.first) + self.retention_us)
            shard.timer = calendar.schedule(at, self.expire, shard.number, background=True)

    def removed(self, caller: Caller | None) -> None:
        """The stream is deleted, with what lies in it."""
        request, cause = (caller.request, caller.cause) if caller else (0, 0)
        for shard in self.shards:
            self.environment.calendar.cancel(shard.timer)
            for position in range(shard.log.first, shard.log.end):
                subject = shard.log.subject(position)
                self.environment.recorder.write(records.GONE, self.node, subject, request, cause, 0, (shard.id,))
