"""What an event costs at a bus: among few or a thousand rules, kept by an archive or not, and replayed out of it.

Through the service itself, with the full log: the event's text, its records, the matching, the reason where no rule matches. Rules are those
of the pattern benchmark, without targets, so that a queue's work is not measured too. A replay's cost is that of the same event put
live.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from flows.engine.garbage import collected_between_slices
from flows.services.eventbridge.account import account_of
from flows.services.eventbridge.bus import Bus
from flows.services.eventbridge.event import Came, Content
from flows.simulation import Simulation
from tests.benchmarks import patterns
from tests.benchmarks.queues import Cost
from tests.benchmarks.workload import SEED
from tests.builders import a_queue, a_topology

FEW, MANY = 10, 1_000
ARCHIVED = 100_000
SLICE = 10_000
SHOP = "arn:aws:events:eu-west-1:123456789012:event-bus/shop"
KEPT = "arn:aws:events:eu-west-1:123456789012:archive/kept"
WINDOW = {"EventStartTime": "2026-01-01T00:00:00Z", "EventEndTime": "2027-01-01T00:00:00Z"}


def costs(events: int, archived: int, rounds: int) -> list[Cost]:
    """All rows, measured in this process."""
    live, kept, replayed = (min(column) for column in zip(*(_archive(archived) for _ in range(rounds)), strict=True))
    return [
        Cost(
            f"an event put among {MANY:,} rules, times among {FEW}",
            min(_among(FEW, events) for _ in range(rounds)),
            min(_among(MANY, events) for _ in range(rounds)),
            4.0,
        ),
        Cost(f"an event put and archived ({archived:,}), times not archived", live, kept, 1.3),
        Cost(f"an archived event replayed ({archived:,}), times put live", live, replayed, 1.3),
    ]


def _place() -> tuple[Simulation, Bus]:
    simulation = Simulation.begin(a_topology(Orders=a_queue("orders")), SEED)
    _call(simulation, "CreateEventBus", Name="shop")
    bus = next(noun for noun in simulation.world.nouns_of("events") if isinstance(noun, Bus))
    return simulation, bus


def _call(simulation: Simulation, operation: str, **params: object) -> None:
    answer = simulation.call(simulation.world.caller("Alice"), "events", operation, params)
    assert getattr(answer, "ok", False), answer


def _among(rules: int, events: int) -> float:
    """µs an event that so many rules look at."""
    simulation, bus = _place()
    for number, text in enumerate(patterns.texts()[:rules]):
        _call(simulation, "PutRule", Name=f"r{number}", EventBusName="shop", EventPattern=text)
    different = patterns.the_events()
    given = [_content(different[number % len(different)]) for number in range(events)]
    bus.put(given[0], Came())
    return _timed(simulation, lambda: [bus.put(content, Came()) for content in given], events)


def _content(event: dict[str, object]) -> Content:
    detail = event.get("detail")
    return Content(
        str(event.get("source", "shop")),
        str(event.get("detail-type", "order")),
        detail if isinstance(detail, dict) else {},
    )


def _archive(events: int) -> tuple[float, float, float]:
    """µs an event: put live, put and archived, replayed."""
    live, bus = _place()
    plain = _timed(live, lambda: _put(live, bus, events), events)
    simulation, bus = _place()
    _call(simulation, "CreateArchive", ArchiveName="kept", EventSourceArn=SHOP)
    kept = _timed(simulation, lambda: _put(simulation, bus, events), events)
    _call(simulation, "StartReplay", ReplayName="r", EventSourceArn=KEPT, Destination={"Arn": SHOP}, **WINDOW)
    replayed = _timed(simulation, lambda: _run_out(simulation), events)
    (replay,) = account_of(simulation.world).replays.values()
    assert replay.sent == events
    return plain, kept, replayed


def _put(simulation: Simulation, bus: Bus, events: int) -> None:
    for number in range(events):
        bus.put(Content("shop", "OrderPlaced", {"order": number, "items": ["a", "b"]}), Came())
        if number % SLICE == 0:
            simulation.drain()


def _run_out(simulation: Simulation) -> None:
    while not simulation.quiet:
        simulation.run_until(simulation.now_at + 1_000_000)
        simulation.drain()


def _timed(simulation: Simulation, work: Callable[[], object], events: int) -> float:
    """µs of the process's own time per event."""
    begun = time.process_time()
    with collected_between_slices():
        work()
    simulation.drain()
    return (time.process_time() - begun) * 1e6 / events
