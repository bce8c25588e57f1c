"""A table that puts its changes into a Kinesis stream, and the operations that switch this on and off.

Unlike the table's own stream a change tells both images, whatever the view type; its partition key is made of the item's key. A stream that
refuses is tried again, after a second, doubling to a minute, for a day (AWS tries for 24 hours, and says not how often); then the change is gone.
"Using Kinesis Data Streams to capture changes to DynamoDB".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.engine.subjects import SubjectKind
from flows.services.deliveries import deliver
from flows.services.dynamodb import records, refusals
from flows.services.dynamodb.lookups import find_table
from flows.services.dynamodb.quotas import QUOTAS
from flows.services.dynamodb.table_stream import BY_TTL
from flows.services.dynamodb.values import item_weight
from flows.services.faults import Struck
from flows.services.ports import Caller, Delivery, Json, Refusal

if TYPE_CHECKING:
    from flows.services.dynamodb.table import Table
    from flows.services.world import World

MESSAGE = int(SubjectKind.MESSAGE)
LINK_KIND = "ddb-kinesis-stream"
NO_RETRY = -1


@dataclass(slots=True)
class Change:
    """One on its way."""

    body: int
    key: str
    began_at: int
    request: int
    last: int
    attempts: int = 0


class Forwarding:
    def __init__(self, table: Table, link: int) -> None:
        self.table, self.link = table, link
        self.pending: dict[int, Change] = {}

    @property
    def target(self) -> int:
        return self.table.world.topology.links[self.link].target

    def tell(self, old: Json | None, new: Json | None, subject: int, request: int, cause: int, *, ttl: bool) -> None:
        """An item changed from `old` to `new`; None: it was, or is, not there."""
        if old == new:
            return
        table = self.table
        environment = table.environment
        some = new or old or {}
        keys = {name: some[name] for name in table.key_names}
        event = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        told = environment.subjects.new(MESSAGE, subject, 0)
        images = {name: image for name, image in (("NewImage", new), ("OldImage", old)) if image is not None}
        said = {
            "awsRegion": table.world.topology.region,
            "eventID": request_id(environment.seed, told),
            "eventName": event,
            "userIdentity": BY_TTL if ttl else None,
            "recordFormat": "application/json",
            "tableName": table.name,
            "dynamodb": {
                "ApproximateCreationDateTime": environment.wall_us(environment.now_at) // 1000,
                "Keys": keys,
                **images,
                "SizeBytes": item_weight(keys) + sum(item_weight(image) for image in images.values()),
            },
            "eventSource": "aws:dynamodb",
        }
        body = environment.bodies.number(json.dumps(said, separators=(",", ":"), ensure_ascii=False))
        environment.subjects.body[told] = body
        label = table.label(keys)
        detail = (self.link, label, event)
        last = environment.recorder.write(records.FORWARDING, table.node, told, request, cause, 0, detail)
        self.pending[told] = Change(body, label, environment.now_at, request, last)
        self.attempt(told)

    def attempt(self, subject: int) -> None:
        change, table = self.pending.get(subject), self.table
        if change is None:
            return
        change.attempts += 1
        delivery = Delivery(
            change.body,
            subject,
            self.link,
            change.request,
            change.last,
            source=table.node,
            system={"PartitionKey": change.key[:256]},
        )
        got = deliver(table.world, self.target, delivery)
        if not isinstance(got, Struck):
            del self.pending[subject]
            self._record(records.FORWARDED, subject, change, change.last, (self.link,))
            return
        now = table.environment.now_at
        wait = min(QUOTAS.backoff_us << min(change.attempts - 1, 16), QUOTAS.longest_backoff_us)
        again = now + wait - change.began_at <= QUOTAS.stream_retention_us
        detail = (self.link, got.refusal.code, got.refusal.message, wait if again else NO_RETRY)
        change.last = self._record(records.FORWARD_FAILED, subject, change, got.cause or change.last, detail)
        if again:
            table.environment.calendar.schedule(now + wait, self.attempt, subject)
        else:
            self._lost(subject)

    def removed(self, _caller: Caller | None) -> None:
        """The link is gone: nobody is told any more."""
        self.table.forwarding = None
        for subject in list(self.pending):
            self._lost(subject)

    def _lost(self, subject: int) -> None:
        change = self.pending.pop(subject)
        self._record(records.FORWARD_LOST, subject, change, change.last, (self.link,))

    def _record(self, kind: int, subject: int, change: Change, cause: int, detail: tuple[object, ...]) -> int:
        write = self.table.environment.recorder.write
        return write(kind, self.table.node, subject, change.request, cause, change.attempts, detail)


# ── operations ──────────────────────────────────────────────────────────────────────────────────────────────────────


def enable(world: World, caller: Caller, params: Json) -> Json | Refusal:
    table, arn = find_table(world, params["TableName"]), params["StreamArn"]
    if table is None:
        return refusals.no_such_table(params["TableName"])
    node = world.topology.by_arn.get(arn)
    if node is None or node.kind != "stream":
        return refusals.validation(f"Unable to find the Kinesis stream {arn}")
    if table.forwarding is not None:
        return refusals.validation("Table is not in a valid state to enable Kinesis Streaming Destination")
    link = world.join(LINK_KIND, table.node, node.index, None, id_=f"{table.name}.KinesisStreamSpecification")
    table.forwarding = world.links[link.index] = Forwarding(table, link.index)
    _told(table, caller, arn)
    return {"TableName": table.name, "StreamArn": arn, "DestinationStatus": "ENABLING"}


def disable(world: World, caller: Caller, params: Json) -> Json | Refusal:
    table, arn = find_table(world, params["TableName"]), params["StreamArn"]
    if table is None:
        return refusals.no_such_table(params["TableName"])
    if table.forwarding is None:
        return refusals.validation("Table is not in a valid state to disable Kinesis Streaming Destination")
    world.part(table.forwarding.link, caller)
    _told(table, caller, "off")
    return {"TableName": table.name, "StreamArn": arn, "DestinationStatus": "DISABLING"}


def describe(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["TableName"])
    if table is None:
        return refusals.no_such_table(params["TableName"])
    rows = []
    if table.forwarding is not None:
        arn = world.topology.nodes[table.forwarding.target].arn
        rows = [{"StreamArn": arn, "DestinationStatus": "ACTIVE"}]
    return {"TableName": table.name, "KinesisDataStreamDestinations": rows}


def _told(table: Table, caller: Caller, value: str) -> None:
    detail = ("KinesisStreamingDestination", value)
    table.environment.recorder.write(records.CHANGED, table.node, 0, caller.request, caller.cause, 0, detail)
