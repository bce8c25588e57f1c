"""Arrays: their values are alternatives, and of objects in them all fields must hold in the same one (event-ruler's array consistency)."""

from __future__ import annotations

import pytest

from flows.patterns import compile_event_pattern
from flows.patterns.leaves import leaves_of, steps_to
from flows.patterns.values import leaf

ORDERS = {
    "lines": [
        {"sku": "pen", "n": 1},
        {"sku": "ink", "n": 5, "gift": True},
        {"sku": "cap", "parts": [{"id": 1, "ok": 0}, {"id": 2, "ok": 1}]},
    ]
}


@pytest.mark.parametrize(
    ("fields", "matches"),
    [
        ({"sku": ["pen"], "n": [1]}, True),
        ({"sku": ["pen"], "n": [5]}, False),
        ({"sku": ["pen", "ink"], "n": [{"numeric": [">", 1]}]}, True),
        ({"sku": ["cap"], "parts": {"id": [2], "ok": [1]}}, True),
        ({"sku": ["cap"], "parts": {"id": [1], "ok": [1]}}, False),
        ({"sku": ["pen"], "parts": {"id": [1]}}, False),
        ({"gift": [{"exists": False}], "sku": ["pen"]}, False),
        ({"sku": ["pen"], "z": [{"exists": False}]}, True),
        ({"n": [1], "sku": [{"exists": False}]}, False),
        ({"n": [1], "parts": {"id": [{"exists": False}]}}, True),
        ({"gift": [True], "sku": ["pen"]}, False),
    ],
)
def test_fields_hold_in_the_same_element(fields, matches):
    assert compile_event_pattern({"lines": fields}).matches(ORDERS) is matches


def test_absence_is_asked_in_the_order_of_names_as_aws_does():
    """`gift` comes before `sku`, when no element is chosen yet: it is there somewhere. `zip` comes after, of the chosen element."""
    event = {"lines": [{"sku": "pen"}, {"sku": "ink", "gift": 1, "zip": 1}]}
    assert not compile_event_pattern({"lines": {"sku": ["pen"], "gift": [{"exists": False}]}}).matches(event)
    assert compile_event_pattern({"lines": {"sku": ["pen"], "zip": [{"exists": False}]}}).matches(event)


def test_elements_of_different_arrays_have_nothing_to_do_with_each_other():
    event = {"a": [{"x": 1}, {"x": 2}], "b": [{"y": 1}, {"y": 2}], "c": [3, [4, 5]]}
    assert compile_event_pattern({"a": {"x": [1]}, "b": {"y": [2]}, "c": [5]}).matches(event)


def test_a_value_beside_an_element_goes_with_any():
    event = {"a": {"b": ["plain", {"c": 1}, {"c": 2, "d": 2}], "e": [{"f": 1}]}}
    assert compile_event_pattern({"a": {"b": ["plain"], "b.c": [1], "e": {"f": [1]}}}).matches(event)
    assert not compile_event_pattern({"a": {"b": {"c": [1], "d": [2]}}}).matches(event)


def test_crossing_arrays_are_searched():
    """Two arrays whose fields alternate by name, which takes a dot in a name."""
    event = {"a": [{"b": 1, "z": 1}, {"b": 1, "z": 2}], "a.m": [{"n": 1, "o": 1}, {"n": 1, "o": 2}]}
    wanted = {"a.b": [1], "a.m.n": [1], "a.m.o": [2], "a.z": [2]}
    assert compile_event_pattern(wanted).matches(event)
    assert not compile_event_pattern({**wanted, "a.z": [3]}).matches(event)


def test_what_only_malice_invents_is_no_match_in_the_end():
    many = 700
    event = {
        "a": [{"b": 1, "z": number} for number in range(many)],
        "a.m": [{"n": 1, "o": number} for number in range(many)],
    }
    pattern = compile_event_pattern({"a.b": [1], "a.m.n": [1], "a.m.o": [{"exists": True}], "a.z": [many - 1]})
    assert not pattern.matches(event)


def test_thousands_of_records_are_soon_searched():
    event = {"records": [{"a": number % 2, "b": number, "c": 1} for number in range(20_000)]}
    assert compile_event_pattern({"records": {"a": [1], "b": [19_999], "c": [1]}}).matches(event)
    assert not compile_event_pattern({"records": {"a": [0], "b": [{"numeric": [">=", 0]}], "c": [2]}}).matches(event)
    assert not compile_event_pattern({"records": {"a": [0], "b": [19_999], "c": [1]}}).matches(event)


def test_leaves_have_the_paths_that_were_asked_for_and_their_elements():
    event = {"a": {"b": [1, {"c": 2}], "x": 9}, "a.b": 3, "d": [[4, [5]], []], "e": [{"f": {}}]}
    found = leaves_of(event, steps_to(["a.b", "a.b.c", "d", "e.f", "e"]), leaf)
    assert found.values == {"a.b": [3, 1], "d": [4, 5], "a.b.c": [2]}
    assert [around for around, _, _ in found.elements["a.b.c"]] == [None]
    first, second = found.elements["d"]
    assert first[0] is None
    assert second[0] is first


@pytest.mark.parametrize("event", [None, 5, "text", [{"a": 1}], True])
def test_what_is_no_object_matches_nothing(event):
    pattern = compile_event_pattern({"a": [{"exists": False}]})
    assert not pattern.matches(event)
    assert pattern.explain(event).sentence == "it is no JSON object"
    assert leaves_of(event, {}, leaf).values == {}
