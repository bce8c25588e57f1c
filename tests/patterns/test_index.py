"""The index: what Hypothesis would seldom meet. That it finds what the walk finds is in `test_against_naive.py`."""

from __future__ import annotations

from flows.patterns import PatternIndex, compile_event_pattern, compile_sns_policy
from flows.patterns.doors import Doors
from flows.patterns.ranges import MOST_CUT


def indexed(*rules):
    index = PatternIndex()
    for key, rule in enumerate(rules):
        index.add(key, compile_event_pattern(rule))
    return index


def test_answers_ascend_and_each_rule_is_named_once():
    index = indexed({"a": [1, {"numeric": [">", 0]}, {"exists": True}]}, {"$or": [{"a": [1]}, {"b": [1]}]}, {"b": [2]})
    assert index.matching({"a": [1, 1], "b": 1}) == [0, 1]


def test_a_key_may_be_given_again():
    index = indexed({"a": [1]})
    index.add(0, compile_event_pattern({"a": [2]}))
    assert [index.matching({"a": value}) for value in (1, 2)] == [[], [0]]
    assert len(index) == 1


def test_an_unknown_key_can_be_removed():
    index = indexed({"a": [1]})
    index.remove(7)
    index.remove(0)
    index.remove(0)
    assert index.matching({"a": 1}) == []
    assert 0 not in index


def test_what_is_no_object_matches_no_rule():
    assert indexed({"a": [{"exists": False}]}).matching([]) == []


def test_patterns_that_read_numbers_differently_live_side_by_side():
    index = PatternIndex()
    index.add(1, compile_event_pattern({"x": [1.1234567]}))
    index.add(2, compile_sns_policy({"x": [1.1234567]}, "MessageBody"))
    index.add(3, compile_sns_policy("{}", "MessageBody"))
    assert index.matching({"x": 1.1234567}) == [1, 2, 3]
    assert index.matching({"x": 1.12345678}) == [2, 3]
    index.remove(3)
    assert index.matching({}) == []


def test_a_narrow_door_is_chosen():
    """All rules share the source; each has an order of its own."""
    index = indexed(*({"source": ["shop"], "order": [number]} for number in range(50)))
    assert index.matching({"source": "shop", "order": 7}) == [7]
    (part,) = index._parts.values()
    assert {path: door.used for path, door in part._doors.items()} == {"source": 0, "order": 50}


def test_doors_are_chosen_anew_when_there_are_twice_as_many_rules():
    index = indexed({"source": ["a"], "kind": ["x"]})
    assert index.matching({"source": "a", "kind": "x"}) == [0]
    for number in range(1, 5):
        index.add(number, compile_event_pattern({"source": [f"s{number}"], "kind": ["x"]}))
    assert index.matching({"source": "s3", "kind": "x"}) == [3]
    (part,) = index._parts.values()
    assert part._doors["source"].used == 5


def test_many_ranges_are_tested_where_cutting_would_take_too_much_room():
    rules = [{"x": [{"numeric": [">=", number, "<", number + 2]}]} for number in range(MOST_CUT + 100)]
    index = indexed(*rules)
    assert index.matching({"x": 450}) == [449, 450]
    for key in range(200):
        index.remove(key)
    assert index.matching({"x": 300.5}) == [299, 300]
    assert index.matching({"x": 5}) == []


def test_ranges_meet_at_their_ends():
    index = indexed(
        {"x": [{"numeric": ["<", 5]}]},
        {"x": [{"numeric": ["<=", 5]}]},
        {"x": [{"numeric": [">", 5]}]},
        {"x": [{"numeric": [">=", 5]}]},
        {"x": [{"numeric": [">", 5, "<", 7]}]},
    )
    found = [index.matching({"x": value}) for value in (4, 5, 6, 7, "5")]
    assert found == [[0, 1], [1, 3], [2, 3, 4], [2, 3], []]


def test_every_kind_of_door_opens_and_closes():
    conditions = [
        "a",
        "10.0.0.1",
        5,
        {"prefix": "a"},
        {"prefix": ""},
        {"suffix": "a"},
        {"prefix": {"equals-ignore-case": "A"}},
        {"suffix": {"equals-ignore-case": "A"}},
        {"equals-ignore-case": "A"},
        {"equals-ignore-case": "É"},
        {"wildcard": "a*"},
        {"wildcard": "*a"},
        {"wildcard": "*a*"},
        {"cidr": "10.0.0.0/8"},
        {"numeric": ["<", 9]},
        {"exists": True},
        {"exists": False},
        {"anything-but": "b"},
        {"anything-but": {"prefix": "b"}},
    ]
    index = indexed(*({"x": [condition]} for condition in conditions))
    assert index.matching({"x": "a"}) == [0, 3, 4, 5, 6, 7, 8, 10, 11, 12, 15, 17, 18]
    assert index.matching({"x": "éA"}) == [4, 7, 15, 17, 18]
    assert index.matching({"x": "É"}) == [4, 9, 15, 17, 18]
    assert index.matching({"x": "10.0.0.1"}) == [1, 4, 13, 15, 17, 18]
    assert index.matching({"x": 5}) == [2, 14, 15, 17, 18]
    assert index.matching({}) == [16]
    for key in range(len(conditions)):
        index.remove(key)
    assert index.matching({"x": "a"}) == []
    (part,) = index._parts.values()
    doors: Doors = part._doors["x"]
    tables = (doors.equal, doors.ip, doors.block, doors.begin, doors.end, doors.fold, doors.fold_begin, doors.fold_end)
    assert [(table.groups, table.measures) for table in tables] == [({}, {})] * 8
    assert (doors.used, doors.folded, doors.tests, doors.anything, doors.ranges.entries) == (0, 0, {}, {}, {})
