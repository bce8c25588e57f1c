"""A thousand rules and the events of a shop: the index against asking one rule after another, and against moto's matcher.

Two rules in five have no field that wants a plain value: `$or`, arrays of objects, blocks of addresses, wildcards, ranges,
beginnings, `anything-but`. An event is an order with its lines. The walk uses the same compiled patterns as the index; moto's
matcher gets patterns that it has parsed before. All three have to find the same rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from flows.engine.random_streams import RandomStreams, Stream
from flows.patterns import Pattern, PatternIndex, compile_event_pattern
from tests.benchmarks.workload import Tally

RULES = 1000
EVENTS = 200
"""Different ones; they come again and again."""
SEED = 1
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-south-1")
STATES = ("placed", "paid", "packed", "shipped", "delivered", "returned", "cancelled")


def run_index(events: int) -> Tally:
    index = the_index()
    return _tally(events, index.matching)


def run_walk(events: int) -> Tally:
    patterns = list(enumerate(compiled()))
    return _tally(events, lambda event: [key for key, pattern in patterns if pattern.matches(event)])


def run_moto(events: int) -> Tally:
    from moto.events.models import EventPattern

    patterns = list(enumerate(EventPattern.load(text) for text in texts()))
    return _tally(events, lambda event: [key for key, pattern in patterns if pattern.matches_event(event)])


def moto_missing() -> str:
    try:
        import moto.events.models  # noqa: F401
    except ImportError:
        return "moto is not installed"
    return ""


CANDIDATES: dict[str, tuple[str, Callable[[int], Tally], int]] = {
    "rules-index": ("1,000 rules, our index", run_index, 50),
    "rules-walk": ("1,000 rules, one after another", run_walk, 2_500),
    "rules-moto": ("1,000 rules, moto's matcher", run_moto, 25_000),
}
"""Title, what is run, and for how many messages of the other candidates there is one event."""


def _tally(events: int, matching: Callable[[dict[str, Any]], list[int]]) -> Tally:
    different = the_events()
    matched = sum(len(matching(different[number % EVENTS])) for number in range(events))
    return Tally(events, matched, 0)


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
