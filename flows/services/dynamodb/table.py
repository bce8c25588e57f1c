"""A table: items under their keys, units that requests use up, a clock for items that end, a stream of what changed.

Items are kept per hash key, ordered by range key; keys are compared by their canonical texts and ordered as their type orders them.
Provisioned units are a bucket that holds five minutes' worth and begins full.
"""

from __future__ import annotations

import json
from bisect import insort
from dataclasses import dataclass
from hashlib import md5
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from flows.engine.subjects import SubjectKind
from flows.services.dynamodb import records
from flows.services.dynamodb.quotas import QUOTAS, SECOND_US
from flows.services.dynamodb.table_stream import TableStream
from flows.services.dynamodb.values import Value, canonical, order_of
from flows.services.plain_items import item_of
from flows.services.ports import Caller, Delivery, Json, Refusal

if TYPE_CHECKING:
    from flows.services.dynamodb.config import TableConfig
    from flows.services.dynamodb.forwarding import Forwarding
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)
CREATING, ACTIVE, UPDATING = "CREATING", "ACTIVE", "UPDATING"
Came = tuple[int, int, int, int]
"""(link, request, cause, parent)."""
NO_RANGE = "null"


@dataclass(slots=True)
class Item:
    """An item as it is now."""

    subject: int
    value: Json
    ends_at: int = 0


class Table:
    def __init__(self, world: World, node: CompiledNode, config: TableConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node = node.index
        self.name, self.arn = node.name, node.arn
        self.config = config
        self.hash_key, self.range_key = config.hash_key, config.range_key
        self.types = dict(config.types)
        self.indexes = {index.name: index for index in config.indexes}
        self.units = [config.read_units, config.write_units]
        self.ttl_attribute = config.ttl_attribute
        self.tags: dict[str, str] = {}
        self.properties: Json = dict(node.properties)
        self.made_at = world.environment.now_at
        self.updated_to_on_demand_at = -1
        self._buckets = [each * QUOTAS.burst_s * SECOND_US for each in self.units]
        self._filled_at = [self.made_at, self.made_at]
        self.items: dict[str, dict[str, Item]] = {}
        """Hash key → range key → item."""
        self._orders: dict[str, list[tuple[Any, str]]] = {}
        self.size_hint = 0
        self._ends: list[tuple[int, str, str]] = []
        self._timer, self._timer_at = 0, 0
        self._word, self._until_at = ACTIVE, 0
        if config.created:
            self.changing(CREATING)
        self.stream: TableStream | None = TableStream(self, config.view_type) if config.view_type else None
        self.forwarding: Forwarding | None = None
        """Into a Kinesis stream, where it puts its changes into one."""

    @property
    def key_names(self) -> tuple[str, ...]:
        return (self.hash_key, self.range_key) if self.range_key else (self.hash_key,)

    @property
    def status(self) -> str:
        return self._word if self.environment.now_at < self._until_at else ACTIVE

    def changing(self, word: str) -> None:
        self._word, self._until_at = word, self.environment.now_at + QUOTAS.transition_us

    def label(self, item: Json) -> str:
        """A key as people read it."""
        return ", ".join(str(next(iter(item[name].values()))) for name in self.key_names)

    # ── finding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, key: Json) -> Item | None:
        hashed, ranged = self._place(key)
        return self.items.get(hashed, {}).get(ranged)

    def in_order(self, hash_value: Value) -> list[Json]:
        """The items under a hash key, by their range keys."""
        hashed = canonical(hash_value)
        found = self.items.get(hashed, {})
        return [found[ranged].value for _, ranged in self._orders.get(hashed, [])]

    def everything(self) -> list[Json]:
        """All items, in the order of their hash keys' hashes, as a scan meets them."""
        hashes = sorted(self.items, key=lambda hashed: md5(hashed.encode(), usedforsecurity=False).digest())
        return [self.items[hashed][ranged].value for hashed in hashes for _, ranged in self._orders[hashed]]

    def count(self) -> int:
        return sum(len(each) for each in self.items.values())

    def _place(self, key: Json) -> tuple[str, str]:
        return canonical(key[self.hash_key]), canonical(key[self.range_key]) if self.range_key else NO_RANGE

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, value: Json, came: Came, *, kind: int = records.PUT) -> int:
        """The item is under its key from now on; answers its subject."""
        link, request, cause, parent = came
        environment = self.environment
        write, label = environment.recorder.write, self.label(value)
        hashed, ranged = self._place(value)
        before = self.items.get(hashed, {}).get(ranged)
        body = environment.bodies.number(json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True))
        subject = environment.subjects.new(MESSAGE, parent, 0, body)
        written = write(kind, self.node, subject, request, cause, 0, (link, label))
        if before is not None:
            write(records.REPLACED, self.node, before.subject, request, written, 0, (label,))
        else:
            order = order_of(value[self.range_key]) if self.range_key else 0
            self.items.setdefault(hashed, {})
            insort(self._orders.setdefault(hashed, []), (order, ranged))
        item = self.items[hashed][ranged] = Item(subject, value)
        self._note_end(item, hashed, ranged)
        self._tell(None if before is None else before.value, value, (subject, request, written), ttl=False)
        return subject

    def _tell(self, old: Json | None, new: Json | None, about: tuple[int, int, int], *, ttl: bool) -> None:
        """A change, for who hears of changes. `about` is (subject, request, cause)."""
        for hears in (self.stream, self.forwarding):
            if hears is not None:
                hears.tell(old, new, *about, ttl=ttl)

    def delete(self, key: Json, came: Came, *, ttl: bool = False) -> Json | None:
        """The item goes; answers what it was."""
        link, request, cause, _ = came
        hashed, ranged = self._place(key)
        found = self.items.get(hashed, {}).pop(ranged, None)
        if found is None:
            return None
        order = order_of(found.value[self.range_key]) if self.range_key else 0
        self._orders[hashed].remove((order, ranged))
        if not self.items[hashed]:
            del self.items[hashed], self._orders[hashed]
        label = self.label(found.value)
        kind, detail = (records.EXPIRED, (label,)) if ttl else (records.DELETED, (link, label))
        gone = self.environment.recorder.write(kind, self.node, found.subject, request, cause, 0, detail)
        self._tell(found.value, None, (found.subject, request, gone), ttl=ttl)
        return found.value

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A service hands over an item as plain JSON (`Recipient`)."""
        item = item_of(self.config, self.environment.bodies.text(delivery.body), f"d-{delivery.parent}")
        return self.write(item, (delivery.link, delivery.request, delivery.cause, delivery.parent))

    # ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def has_units(self, which: int, units_milli: int) -> bool:
        """Use up read (0) or write (1) units, in thousandths; False if there are none left."""
        provisioned = self.units[which]
        if not provisioned:
            return True
        now = self.environment.now_at
        most = provisioned * QUOTAS.burst_s * SECOND_US
        filled = self._buckets[which] + (now - self._filled_at[which]) * provisioned
        self._buckets[which], self._filled_at[which] = min(most, filled), now
        if self._buckets[which] < units_milli * 1000:
            return False
        self._buckets[which] -= units_milli * 1000
        return True

    def provision(self, read: int, write: int) -> None:
        """Other units; what was kept for bursts is cut to what they may keep."""
        self.units = [read, write]
        self._filled_at = [self.environment.now_at] * 2
        most = [each * QUOTAS.burst_s * SECOND_US for each in self.units]
        self._buckets = [min(each, top) or top for each, top in zip(self._buckets, most, strict=True)]

    # ── items that end ──────────────────────────────────────────────────────────────────────────────────────────────

    def expire_by(self, attribute: str) -> None:
        """Items end at the date in that attribute ("" : never)."""
        self.ttl_attribute = attribute
        self._ends = []
        for hashed in self.items:
            for ranged, item in self.items[hashed].items():
                self._note_end(item, hashed, ranged)

    def _note_end(self, item: Item, hashed: str, ranged: str) -> None:
        item.ends_at = 0
        date = (item.value.get(self.ttl_attribute) or {}).get("N") if self.ttl_attribute else None
        if date is None:
            return
        environment = self.environment
        seconds = int(float(date)) if len(date) < 20 else 0
        now_wall_us = environment.wall_us(environment.now_at)
        if seconds * SECOND_US < now_wall_us - QUOTAS.oldest_ttl_s * SECOND_US:
            return
        item.ends_at = max(environment.now_at, seconds * SECOND_US - environment.wall_us(0))
        heappush(self._ends, (item.ends_at, hashed, ranged))
        self._arm()

    def _arm(self) -> None:
        calendar = self.environment.calendar
        if self._ends and (not self._timer or self._ends[0][0] < self._timer_at):
            calendar.cancel(self._timer)
            self._timer_at = max(self._ends[0][0], calendar.now_at)
            self._timer = calendar.schedule(self._timer_at, self.expire, background=True)

    def expire(self) -> None:
        """Items whose time to live is over."""
        self._timer = 0
        now = self.environment.now_at
        while self._ends and self._ends[0][0] <= now:
            at, hashed, ranged = heappop(self._ends)
            item = self.items.get(hashed, {}).get(ranged)
            if item is not None and item.ends_at == at:
                self.delete(item.value, (-1, 0, 0, 0), ttl=True)
        self._arm()

    # ── going ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def removed(self, caller: Caller | None) -> None:
        """The table is deleted, with what lies in it."""
        request, cause = (caller.request, caller.cause) if caller else (0, 0)
        calendar, write = self.environment.calendar, self.environment.recorder.write
        calendar.cancel(self._timer)
        if self.stream is not None:
            self.stream.removed()
        for found in self.items.values():
            for item in found.values():
                write(records.GONE, self.node, item.subject, request, cause, 0, (self.label(item.value),))
