"""The world the operations run in: the environment, the topology as it is now, each node's noun, and who waits for which answer.

A noun is the living thing behind a node (a queue, a function); a mapping is the living thing behind a link. Answers that
come later are kept as (bound method, arguments) by the number of their `Pending`, so that waiting is data.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from flows.engine.calendar import NEVER
from flows.engine.environment import Environment
from flows.services import playground_records
from flows.services.effects import Effects
from flows.services.faults import Faults
from flows.services.live_topology import LiveTopology
from flows.services.ports import NO_LINK, Answer, Caller, Door, Job, Json, Origin, Pending, Recipient
from flows.services.sdk import Sdk
from flows.topology.compiled import CLIENT, CompiledLink, CompiledNode, CompiledTopology


class World:
    def __init__(self, environment: Environment, topology: CompiledTopology, effects: Effects, door: Door) -> None:
        self.environment = environment
        self.topology = LiveTopology(topology)
        self.effects = effects
        self.door = door
        self.faults = Faults(environment)
        self.nouns: list[Any] = [None] * len(topology.nodes)
        self.links: dict[int, Any] = {}
        self.problems: dict[int, str] = {}
        self.stubs: dict[int, Recipient] = {}
        """What stands for a node that is not simulated: it takes what it is sent."""
        self.origins: dict[int, Origin] = {}
        """By dead-letter link: who gave up on what came over it."""
        self.shared: dict[str, Any] = {}
        """What a service keeps for the whole account, by the service's key."""
        self.jobs: dict[str, Job] = {}
        """What takes its time, by ARN: a container task, for who waits for its end."""
        self._sdks: dict[int, Sdk] = {}
        self.events_at = array("H")
        """By subject: the node of the function whose asynchronous event it is; 0 for all others."""
        self._pending = 0
        self._kept: dict[int, Answer] = {}
        self._waited_for: set[int] = set()
        self._waiting: dict[int, tuple[Callable[..., object], tuple[Any, ...]] | None] = {}

    # ── finding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def nouns_of(self, service: str) -> list[Any]:
        """The nouns of a service's nodes, in the order of the nodes."""
        nodes = self.topology.nodes
        return [
            noun for node, noun in zip(nodes, self.nouns, strict=True) if noun is not None and node.service == service
        ]

    def addressed(self, value: object, kind: str = "") -> CompiledNode | None:
        """The node (of that kind) that a URL, an ARN or a physical name in a request stands for."""
        if not isinstance(value, str) or not value:
            return None
        topology = self.topology
        found = topology.by_url.get(value) or topology.by_arn.get(value)
        if found is not None:
            return found
        return topology.named(value, kind)

    def link_between(self, source: int, target: int, kind: str = "") -> int:
        """The first link from `source` to `target` (of that kind), or NO_LINK."""
        for link in self.topology.links_from(source):
            if link.target == target and (not kind or link.kind == kind):
                return link.index
        return NO_LINK

    def recipient(self, node: int) -> Recipient | None:
        """Who takes what is delivered at a node."""
        noun = self.nouns[node]
        return noun if hasattr(noun, "deliver") else self.stubs.get(node)

    def event_taken(self, subject: int, node: int) -> int:
        """Note an asynchronous event at a function; answers how many of its ancestors were events there too."""
        events, parents = self.events_at, self.environment.subjects.parent
        events.extend([0] * (subject + 1 - len(events)))
        events[subject] = node
        depth, ancestor = 0, parents[subject]
        while ancestor:
            depth += ancestor < len(events) and events[ancestor] == node
            ancestor = parents[ancestor]
        return depth

    def sdk(self, node: int) -> Sdk:
        """The SDK through which the programs at a node call others."""
        sdk = self._sdks.get(node)
        if sdk is None:
            sdk = self._sdks[node] = Sdk(self, node)
        return sdk

    def caller(self, principal: str, request: int = 0, cause: int = 0, node: int = CLIENT) -> Caller:
        """A caller at a node of this topology."""
        topology = self.topology
        return Caller(principal, node, topology.account, topology.region, request, NO_LINK, NEVER, cause)

    # ── what operations make and remove ─────────────────────────────────────────────────────────────────────────────

    def create(
        self,
        type_: str,
        name: str,
        config: object,
        *,
        arn: str = "",
        url: str = "",
        properties: Json | None = None,
        caller: Caller | None = None,
    ) -> CompiledNode:
        """A new node while the execution runs: its noun is built and joined to its neighbours."""
        node = self.topology.add_node(type_, name, config, arn, url, properties)
        room = self.door.room(node.service)
        self.nouns.append(room.build(self, node))
        self._made_or_gone(playground_records.RESOURCE_CREATED, node, caller)
        room.connect(self, node)
        return node

    def remove(self, index: int, caller: Caller | None = None) -> None:
        """The node goes: its noun ends what it holds (`removed(caller)`), its links go, nobody finds it any more."""
        node, noun = self.topology.nodes[index], self.nouns[index]
        for link in [*self.topology.links_from(index), *self.topology.links_to(index)]:
            if link.index not in self.topology.gone_links:
                self.part(link.index, caller)
        if hasattr(noun, "removed"):
            noun.removed(caller)
        self._made_or_gone(playground_records.RESOURCE_DELETED, node, caller)
        self.topology.remove_node(index)
        self.nouns[index] = None

    def join(self, kind: str, source: int, target: int, config: object, *, id_: str = "") -> CompiledLink:
        """A new link. Whoever makes it puts its living thing into `links`."""
        return self.topology.add_link(kind, source, target, config, id_)

    def part(self, index: int, caller: Caller | None = None) -> None:
        """The link goes, and its living thing with it (`removed(caller)`)."""
        living = self.links.pop(index, None)
        if hasattr(living, "removed"):
            living.removed(caller)
        self.topology.remove_link(index)

    def _made_or_gone(self, kind: int, node: CompiledNode, caller: Caller | None) -> None:
        request, cause = (caller.request, caller.cause) if caller else (0, 0)
        detail = (node.type, node.name, node.arn)
        self.environment.recorder.write(kind, node.index, 0, request, cause, 0, detail)

    # ── answers that come later ─────────────────────────────────────────────────────────────────────────────────────

    def promise(self) -> Pending:
        """A new pending answer."""
        self._pending += 1
        self._waiting[self._pending] = None
        return Pending(self._pending)

    def when(self, pending: Pending, method: Callable[..., object], *args: Any) -> None:
        """Call the bound method with `args` and the answer, once it is there."""
        self._waiting[pending.handle] = (method, args)

    def answer_later(self, wait_us: int, answer: Answer | Pending) -> Pending:
        """The same answer, so much later than it comes."""
        promised = self.promise()
        if isinstance(answer, Pending):
            self.when(answer, self.pass_on, wait_us, promised)
        else:
            self.pass_on(wait_us, promised, answer)
        return promised

    def pass_on(self, wait_us: int, promised: Pending, answer: Answer) -> None:
        calendar = self.environment.calendar
        calendar.schedule(calendar.now_at + wait_us, self.answer, promised, answer)

    def through_sdk(self, operation: str, params: Json, link: int, request: int, cause: int) -> Answer | Pending:
        """A person's call through the client's SDK: its answer, if it comes at once."""
        promised = self.promise()
        self.sdk(CLIENT).call(operation, params, link, request, cause, self.keep, promised)
        at_once = self._kept.pop(promised.handle, None)
        if at_once is None:
            self._waited_for.add(promised.handle)
        return promised if at_once is None else at_once

    def keep(self, promised: Pending, answer: Answer, _cause: int) -> None:
        """The end of a call through an SDK is the promised answer."""
        if promised.handle in self._waited_for:
            self._waited_for.remove(promised.handle)
            self.answer(promised, answer)
        else:
            self._kept[promised.handle] = answer

    def answer(self, pending: Pending, answer: Answer) -> None:
        """The answer is there: whoever wants it gets it in a notice of its own, at this instant."""
        wanted = self._waiting.pop(pending.handle, None)
        if wanted is not None:
            method, args = wanted
            calendar = self.environment.calendar
            calendar.schedule(calendar.now_at, method, *args, answer)


def succeeded(output: Json | None = None) -> Answer:
    """An answer that says yes."""
    return Answer({} if output is None else output)
