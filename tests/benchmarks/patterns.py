"""A thousand rules and the events of a shop: the index against asking one rule after another, and against moto's matcher.

Two rules in five have no field that wants a plain value: `$or`, arrays of objects, blocks of addresses, wildcards, ranges,
beginnings, `anything-but`. An event is an order with its lines, and with much that no rule asks for. The walk uses the same
compiled patterns as the index; moto's matcher gets patterns that it has parsed before. All three have to find the same rules
(where an order has one line: moto reads no objects in arrays).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flows.engine.garbage import collected_between_slices
from flows.engine.random_streams import RandomStreams, Stream
from flows.patterns import Pattern, PatternIndex, compile_event_pattern
from tests.benchmarks.measuring import apart

RULES = 1000
EVENTS = 200
"""Different ones; they come again and again."""
SEED = 1
MOTO_BAR = 1000
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-south-1")
STATES = ("placed", "paid", "packed", "shipped", "delivered", "returned", "cancelled")


@dataclass(frozen=True, slots=True)
class Speed:
    """How many times faster the index is than another way, and both times of an event."""

    what: str
    ratio: float
    bar: float
    index_us: float
    other_us: float


def speeds(events: int, runs: int) -> list[Speed]:
    """In a process of its own, as every candidate is measured: what others have left in a heap is not what is compared."""
    found = apart("tests.benchmarks.patterns", "--events", str(events), "--runs", str(runs))
    return [Speed(**each) for each in found]


def measured(events: int, runs: int) -> list[Speed]:
    """The best of `runs`, in which all take turns; the walk gets a tenth of the index's events, moto, where it is installed, a tenth of the walk's."""
    index, theirs = the_index(), moto_patterns()
    walked = list(enumerate(compiled()))
    ways: list[tuple[Callable[[dict[str, Any]], list[int]], int]] = [
        (index.matching, events),
        (lambda event: [key for key, pattern in walked if pattern.matches(event)], events // 10),
    ]
    if theirs:
        ways.append((lambda event: [key for key, pattern in theirs if pattern.matches_event(event)], events // 100))
    rounds = [[_timed(matching, count) for matching, count in ways] for _ in range(runs)]
    ours, walk, *moto = (min(times) for times in zip(*rounds, strict=True))
    found = [Speed("an event against 1,000 rules, times the walk over them", walk / ours, 100, ours, walk)]
    return found + [Speed("the same, times moto's matcher", each / ours, MOTO_BAR, ours, each) for each in moto]


def moto_patterns() -> list[tuple[int, Any]]:
    """The rules as moto reads them; nothing where it is not installed."""
    if find_spec("moto") is None:
        return []
    pattern = import_module("moto.events.models").EventPattern
    return [(key, pattern.load(text)) for key, text in enumerate(texts())]


def _timed(matching: Callable[[dict[str, Any]], list[int]], events: int) -> float:
    """Microseconds of the process's own time for an event; for all of them the collector is held back as in a slice."""
    different, count = the_events(), max(1, events)
    with collected_between_slices():
        before = time.process_time()
        for number in range(count):
            matching(different[number % EVENTS])
        return (time.process_time() - before) / count * 1e6


@cache
def compiled() -> tuple[Pattern, ...]:
    return tuple(compile_event_pattern(text) for text in texts())


@cache
def the_index() -> PatternIndex:
    index = PatternIndex()
    for key, pattern in enumerate(compiled()):
        index.add(key, pattern)
    index.matching({})
    return index


@cache
def texts() -> tuple[str, ...]:
    stream = RandomStreams(SEED).stream("rules")
    return tuple(json.dumps(SHAPES[number % len(SHAPES)](stream)) for number in range(RULES))


@cache
def the_events() -> tuple[dict[str, Any], ...]:
    stream = RandomStreams(SEED).stream("events")
    return tuple(_event(stream, number) for number in range(EVENTS))


def _event(stream: Stream, number: int) -> dict[str, Any]:
    lines = [
        {
            "sku": f"{_of(stream, 'abcdefgh')}{_below(stream, 50):03}",
            "quantity": 1 + _below(stream, 9),
            "price": _below(stream, 900) / 4,
        }
        for _ in range(1 + _below(stream, 4))
    ]
    return {
        "version": "0",
        "id": f"{number:08}-0000-4000-8000-000000000000",
        "detail-type": f"Order {_of(stream, STATES)}",
        "source": f"shop.{_of(stream, ('orders', 'stock', 'billing', 'returns'))}",
        "account": "123456789012",
        "time": "2026-11-23T09:00:00Z",
        "region": _of(stream, REGIONS),
        "resources": [f"arn:aws:shop:{_of(stream, REGIONS)}:123456789012:order/{_below(stream, 5000)}"],
        "detail": {
            "order": f"o-{_below(stream, 5000)}",
            "customer": {
                "id": _below(stream, 2000),
                "tier": _of(stream, ("none", "silver", "gold")),
                "country": f"c{_below(stream, 60)}",
            },
            "state": _of(stream, STATES),
            "total": _below(stream, 200_000) / 100,
            "address": f"10.{_below(stream, 250)}.{_below(stream, 250)}.{_below(stream, 250)}",
            "invoice": f"/invoices/{_below(stream, 400)}/{_below(stream, 12)}.{_of(stream, ('pdf', 'xml', 'txt'))}",
            "lines": lines,
            "coupon": None,
            "shipping": {
                "name": "Erika Mustermann",
                "street": "Heidestraße 17",
                "postcode": f"{_below(stream, 99999):05}",
                "city": "Köln",
                "carrier": _of(stream, ("dhl", "ups", "dpd")),
                "parcels": [{"weight": 1 + _below(stream, 30), "label": f"L{_below(stream, 10**6)}"}],
            },
            "audit": {
                "user": f"u{_below(stream, 500)}",
                "agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
                "session": f"{_below(stream, 2**32):08x}",
                "steps": ["cart", "address", "payment", "review"],
            },
        },
    }


def _equal(stream: Stream) -> dict[str, Any]:
    return {
        "source": [f"shop.{_of(stream, ('orders', 'stock'))}"],
        "detail": {"order": [f"o-{_below(stream, 5000)}" for _ in range(3)]},
    }


def _by_customer(stream: Stream) -> dict[str, Any]:
    low = _below(stream, 190_000) / 100
    return {
        "detail-type": [f"Order {_of(stream, STATES)}"],
        "detail": {
            "customer": {"country": [f"c{_below(stream, 60)}"]},
            "total": [{"numeric": [">=", low, "<", low + 50]}],
        },
    }


def _by_state(stream: Stream) -> dict[str, Any]:
    return {
        "detail": {"state": [_of(stream, STATES)], "customer": {"id": [_below(stream, 2000), _below(stream, 2000)]}}
    }


def _either(stream: Stream) -> dict[str, Any]:
    low = _below(stream, 1900)
    return {
        "detail": {
            "$or": [
                {"order": [{"prefix": f"o-{100 + _below(stream, 4900)}"}]},
                {"total": [{"numeric": [">", low, "<=", low + 5]}], "state": [{"anything-but": ["placed", "paid"]}]},
            ]
        }
    }


def _by_line(stream: Stream) -> dict[str, Any]:
    return {
        "detail": {
            "lines": {
                "sku": [{"prefix": f"{_of(stream, 'abcdefgh')}{_below(stream, 50):03}"}],
                "quantity": [{"numeric": [">", 1 + _below(stream, 7)]}],
            }
        }
    }


def _by_address(stream: Stream) -> dict[str, Any]:
    return {
        "detail": {
            "address": [{"cidr": f"10.{_below(stream, 250)}.{16 * _below(stream, 15)}.0/20"}],
            "coupon": [{"exists": True}],
        }
    }


def _by_invoice(stream: Stream) -> dict[str, Any]:
    return {
        "detail": {
            "invoice": [{"wildcard": f"/invoices/{_below(stream, 400)}/*.pdf"}],
            "state": [{"anything-but": "cancelled"}],
        }
    }


SHAPES = (_equal, _by_customer, _by_state, _equal, _by_customer, _by_state, _either, _by_line, _by_address, _by_invoice)
"""The last four, two rules in five, have no field to be equal to."""


def _of(stream: Stream, choices: Any) -> Any:
    return choices[_below(stream, len(choices))]


def _below(stream: Stream, bound: int) -> int:
    return stream.next_u32() % bound


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.patterns", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    print(json.dumps([asdict(each) for each in measured(given.events, given.runs)]))


if __name__ == "__main__":
    main()
