"""Faults: what is wrong with nodes and links, consulted at the doors.

Theory of operation. A fault is planned, begins, and ends; each is a record, and what fails because of it has the record of its
beginning as its cause. While no fault is on (`live` is false) a door looks at that one flag and nothing else. There are three
doors: an operation is *called* (`door.py`), one service *delivers* to another (`deliveries.py`), a function is *executed*. Who
polls is told when an outage begins and ends (`watch`), because nobody knocks there.

A fault on a node is about the service behind it; a fault on a link about the way there. A request meets both. Chance comes
from a stream of the fault's own; a throttle counts the requests of each whole second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from flows.engine.environment import Environment
from flows.services import fault_records as records
from flows.services.ports import NO_LINK, Refusal
from flows.topology.resources.fault import NEVER_ENDS, FaultConfig

SECOND_US = 1_000_000
NODE, LINK = "node", "link"
Place: TypeAlias = "tuple[str, int]"


@dataclass
class Fault:
    """One fault and its state: `began` is the record of its beginning, 0 before and after."""

    id: str
    node: int
    link: int
    config: FaultConfig
    began: int = 0
    struck: int = 0
    second: int = -1
    in_second: int = 0

    @property
    def place(self) -> Place:
        return (LINK, self.link) if self.link != NO_LINK else (NODE, self.node)


@dataclass(frozen=True, slots=True)
class Struck:
    """A request met a fault: what it is refused with, and the record of the fault's beginning."""

    refusal: Refusal
    cause: int


class Faults:
    def __init__(self, environment: Environment) -> None:
        self.live = False
        """Whether any fault is on: the one thing a door looks at while nothing is wrong."""
        self.environment = environment
        self.faults: dict[str, Fault] = {}
        self._on: dict[Place, list[Fault]] = {}
        self._watchers: dict[Place, list[Callable[[bool], object]]] = {}
        self._put = 0

    def watch(self, place: Place, told: Callable[[bool], object]) -> None:
        """Tell who polls there that an outage has begun (True) or ended (False)."""
        self._watchers.setdefault(place, []).append(told)

    # ── coming and going ────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, node: int, link: int, config: FaultConfig, request: int = 0, cause: int = 0) -> Fault:
        """A new fault at a node, or on a link (then `node` is the link's target, where its records are written)."""
        self._put += 1
        fault = self.faults[f"fault-{self._put}"] = Fault(f"fault-{self._put}", node, link, config)
        calendar = self.environment.calendar
        if config.from_at > calendar.now_at:
            ends = -1 if config.until_at == NEVER_ENDS else config.until_at - calendar.now_at
            cause = self._write(records.PLANNED, fault, request, cause, config.from_at - calendar.now_at, ends)
            calendar.schedule(config.from_at, self.begin, fault.id, cause)
        else:
            self.begin(fault.id, cause)
        return fault

    def begin(self, fault_id: str, cause: int) -> None:
        fault = self.faults.get(fault_id)
        if fault is None:
            return
        now, until_at = self.environment.now_at, fault.config.until_at
        fault.began = self._write(records.BEGAN, fault, 0, cause, -1 if until_at == NEVER_ENDS else until_at - now)
        self._on.setdefault(fault.place, []).append(fault)
        self.live = True
        if until_at != NEVER_ENDS:
            self.environment.calendar.schedule(until_at, self.end, fault.id)
        self._tell(fault.place)

    def end(self, fault_id: str) -> None:
        fault = self.faults.pop(fault_id, None)
        if fault is not None:
            self._over(fault, records.ENDED, 0, fault.began)

    def delete(self, fault: Fault, request: int, cause: int) -> None:
        del self.faults[fault.id]
        self._over(fault, records.DELETED, request, cause)

    def _over(self, fault: Fault, kind: int, request: int, cause: int) -> None:
        self._write(kind, fault, request, cause, fault.struck)
        here = self._on.get(fault.place, [])
        if fault in here:
            here.remove(fault)
            if not here:
                del self._on[fault.place]
        self.live = bool(self._on)
        self._tell(fault.place)

    def _tell(self, place: Place) -> None:
        out = self.outage(place) is not None
        for told in self._watchers.get(place, ()):
            told(out)

    # ── at the doors ────────────────────────────────────────────────────────────────────────────────────────────────

    def outage(self, place: Place) -> Fault | None:
        return next((fault for fault in self._on.get(place, ()) if fault.config.kind == "outage"), None)

    def strike(self, node: int, link: int = NO_LINK) -> Struck | None:
        """What a request over `link` to `node` is refused with; None lets it pass. Link first, in the order they began."""
        for place in ((LINK, link), (NODE, node)):
            for fault in self._on.get(place, ()):
                refusal = self._refusal(fault)
                if refusal is not None:
                    fault.struck += 1
                    return Struck(refusal, fault.began)
        return None

    def latency_us(self, node: int, link: int = NO_LINK) -> int:
        """How much later an answer comes."""
        wait = 0
        for place in ((LINK, link), (NODE, node)):
            for fault in self._on.get(place, ()):
                if fault.config.kind == "latency" and self._chance(fault):
                    fault.struck += 1
                    wait += fault.config.latency_us
        return wait

    def _refusal(self, fault: Fault) -> Refusal | None:
        config = fault.config
        if config.kind == "outage":
            return Refusal("ServiceUnavailable", f"The service is not available ({fault.id}: outage).", 503)
        if config.kind == "error-rate" and self._chance(fault):
            return Refusal("InternalFailure", f"An internal error occurred ({fault.id}: {config.words()}).", 500)
        if config.kind == "throttle" and self._one_too_many(fault):
            return Refusal("ThrottlingException", f"Rate exceeded ({fault.id}: {config.words()}).", 429)
        return None

    def _chance(self, fault: Fault) -> bool:
        ppm = fault.config.rate_ppm
        return ppm >= 1_000_000 or self.environment.streams.stream(fault.id).chance_ppm(ppm)

    def _one_too_many(self, fault: Fault) -> bool:
        second = self.environment.now_at // SECOND_US
        if second != fault.second:
            fault.second, fault.in_second = second, 0
        fault.in_second += 1
        return fault.in_second > fault.config.per_second

    def _write(self, kind: int, fault: Fault, request: int, cause: int, *rest: int) -> int:
        detail = (fault.id, fault.link, fault.config.words(), *rest)
        return self.environment.recorder.write(kind, fault.node, 0, request, cause, 0, detail)
