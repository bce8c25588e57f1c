"""An event bus: takes events and hands each to the archives that want it and to every rule whose pattern matches.

An event is at its bus for no time. What its rules do with it is their business (`rule.py`, `dispatching.py`); what an archive keeps is the
event's subject (`archive.py`). Events come by PutEvents, from AWS's own services (`announce`), from partners, from another bus, as
what Lambda says of an invocation (`deliver`), and out of an archive again (`replay`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.services.eventbridge import event as events
from flows.services.eventbridge import records
from flows.services.eventbridge.account import account_of, bus_name
from flows.services.eventbridge.event import Came, Content, Event
from flows.services.eventbridge.matching import Matching
from flows.services.ports import Announcement, Delivery, Refusal, Witness

if TYPE_CHECKING:
    from flows.services.eventbridge.config import BusConfig
    from flows.services.eventbridge.rule import Rule
    from flows.services.ports import Caller
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

UNKNOWN = "unknown"


class Bus:
    def __init__(self, world: World, node: CompiledNode, config: BusConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node = node.index
        self.arn = node.arn
        _, _, _, self.region, self.account, *_ = node.arn.split(":")
        self.name = bus_name(node.arn)
        self.description = config.description
        self.policy = config.policy
        """JSON text; "" is none."""
        self.source = config.source
        self.settings: dict[str, Any] = {name: json.loads(text) for name, text in config.attributes}
        self.tags: dict[str, str] = dict(config.tags)
        self.made_at = self.changed_at = world.environment.now_at
        self.matching = Matching()
        self.witnesses: list[Witness] = []

    @property
    def rules(self) -> dict[str, Rule]:
        return account_of(self.world).rules_of(self.arn)

    # ── doors ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, content: Content, came: Came) -> int:
        """A new event; answers its subject."""
        event = events.make(self.environment, self._located(content), came)
        self._begin(event, came)
        return event.subject

    def announce(self, announcement: Announcement) -> None:
        """A service of AWS says what happened (`Announcer`)."""
        said = announcement
        content = Content(said.source, said.detail_type, said.detail, said.resources)
        self.put(content, Came(said.link, said.request, said.cause, said.parent))

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """An event from another bus keeps its id; anything else that is handed over becomes an event (`Recipient`)."""
        environment, text = self.environment, self.environment.bodies.text(delivery.body)
        given = events.read_object(text)
        came = Came(
            delivery.link, delivery.request, delivery.cause, delivery.parent, hopped=self._is_bus(delivery.source)
        )
        if not given or "detail" not in given or "source" not in given:
            return self.put(Content(UNKNOWN, UNKNOWN, given or {"body": text}), came)
        if came.hopped and given.get("id"):
            subject = environment.subjects.new(events.EVENT, came.parent, self._origin(came.parent))
            event = events.put_down(environment, subject, given, came)
            self._begin(event, came)
            return subject
        resources = tuple(str(each) for each in given.get("resources") or ())
        detail = given["detail"] if isinstance(given["detail"], dict) else {}
        content = Content(str(given["source"]), str(given.get("detail-type") or UNKNOWN), detail, resources)
        return self.put(content, came)

    def replay(self, event: Event, link: int, original: int, cause: int) -> None:
        """An archived event again, for the replay's rules only. Archives do not keep it a second time."""
        write = self.environment.recorder.write
        detail = (link, event.replay, original)
        began = write(records.REPLAYED, self.node, event.subject, event.request, cause, 0, detail)
        self._route(event, began)

    # ── on the bus ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, event: Event, came: Came) -> None:
        value = event.value
        detail = (came.link, str(value["source"]), str(value["detail-type"]))
        began = self.environment.recorder.write(
            records.PUT, self.node, event.subject, event.request, came.cause, 0, detail
        )
        for archive in account_of(self.world).archives_of(self.arn):
            archive.offer(event, began)
        for witness in self.witnesses:
            witness.saw(value, event.subject, began)
        self._route(event, began)

    def _route(self, event: Event, began: int) -> None:
        """To every rule that matches; for a replay, of those that it is for."""
        by_number = account_of(self.world).by_number
        matched = [by_number[number] for number in self.matching.matching(event.value)]
        if event.only:
            matched = [rule for rule in matched if rule.arn in event.only]
        write = self.environment.recorder.write
        if not matched:
            number, path, why = self.matching.nearest(event.value)
            if event.only and not why:
                why = "the replay is for other rules"
            nearest = by_number[number].name if number else ""
            write(records.UNMATCHED, self.node, event.subject, event.request, began, 0, (nearest, path, why))
            return
        targets = sum(len(rule.targets) for rule in matched)
        detail = (len(matched), targets)
        found = write(records.MATCHED, self.node, event.subject, event.request, began, 0, detail)
        for rule in matched:
            rule.take(event, found)

    def _located(self, content: Content) -> Content:
        if content.account:
            return content
        return replace(content, account=self.account, region=self.region)

    def _is_bus(self, node: int) -> bool:
        return node >= 0 and self.world.topology.nodes[node].kind == "rule"

    def _origin(self, subject: int) -> int:
        """The subject whose id the event carries: the first bus's event, behind the copy that was sent."""
        subjects = self.environment.subjects
        while subject and subjects.kind[subject] != events.EVENT:
            subject = subjects.parent[subject]
        return subjects.identity[subject] if subject else 0

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def removed(self, caller: Caller | None) -> None:
        """Rules go before their bus does; AWS deletes no bus that has any. Those that a drawing left go with it."""
        for rule in list(self.rules.values()):
            rule.world.remove(rule.node, caller)
