"""The table of operators is what the reference page prints: every example in it holds."""

from __future__ import annotations

import json

import pytest

from flows.patterns import PatternError, compile_event_pattern, compile_mapping_filter, compile_sns_policy
from flows.patterns.conditions import Absent, Equals
from flows.patterns.operators import OPERATORS

EXAMPLES = [(name, *example) for name, operator in OPERATORS.items() for example in operator.examples]


@pytest.mark.parametrize(("name", "written", "matches", "misses"), EXAMPLES, ids=[each[1] for each in EXAMPLES])
def test_what_the_reference_says_of_an_operator_is_so(name, written, matches, misses):
    assert json.loads(written).keys() == {name}
    pattern = compile_event_pattern(f'{{"field": [{written}]}}')
    assert [pattern.matches({"field": json.loads(value)}) for value in matches] == [True] * len(matches)
    assert [pattern.matches({"field": json.loads(value)}) for value in misses] == [False] * len(misses)


@pytest.mark.parametrize(("name", "written"), [each[:2] for each in EXAMPLES])
def test_mappings_have_every_operator(name, written):
    assert compile_mapping_filter(f'{{"body": {{"field": [{written}]}}}}')


@pytest.mark.parametrize("name", [name for name, operator in OPERATORS.items() if not operator.sns])
def test_what_sns_does_not_have_it_does_not_recognise(name):
    with pytest.raises(PatternError, match=f"^Unrecognized match type {name}"):
        compile_sns_policy({"field": [{name: "x*"}]})


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"prefix": {"equals-ignore-case": "x"}}, "prefix match pattern must be a string"),
        ({"suffix": {"equals-ignore-case": "x"}}, "suffix match pattern must be a string"),
        ({"anything-but": {"equals-ignore-case": "x"}}, "Unsupported anything-but pattern: equals-ignore-case"),
        ({"anything-but": {"wildcard": "x*"}}, "Unsupported anything-but pattern: wildcard"),
        ({"anything-but": {"prefix": ["x"]}}, "prefix match pattern must be a string"),
        ({"anything-but": {"prefix": ""}}, "Null prefix not allowed"),
        ({"anything-but": {"prefix": "x", "y": 1}}, "Too many elements in numeric expression"),
    ],
)
def test_newer_forms_are_refused_by_sns(condition, reason):
    with pytest.raises(PatternError) as refused:
        compile_sns_policy({"field": [condition]}, "MessageBody")
    assert refused.value.message.partition("\n")[0] == reason


@pytest.mark.parametrize("value", [["a", "b"], "c", ["b", 1]])
def test_anything_but_wants_one_value_that_is_another(value):
    pattern = compile_event_pattern({"x": [{"anything-but": ["a", "A"]}]})
    assert pattern.matches({"x": value})


@pytest.mark.parametrize("event", [{}, {"x": []}, {"x": {}}, {"x": ["a", "a"]}, {"y": "b"}])
def test_anything_but_wants_the_field_to_be_there(event):
    assert not compile_event_pattern({"x": [{"anything-but": "a"}]}).matches(event)


def test_anything_but_and_exists_false_together_let_a_missing_field_pass():
    pattern = compile_event_pattern({"x": [{"anything-but": "a"}, {"exists": False}]})
    assert [pattern.matches(event) for event in ({}, {"x": "b"}, {"x": "a"})] == [True, True, False]


def test_true_is_not_one_and_texts_are_not_numbers():
    pattern = compile_event_pattern({"x": [1, "2", True, None]})
    found = [pattern.matches({"x": value}) for value in (1, 1.0, "1", 2, "2", True, "true", False, 0, None, "null")]
    assert found == [True, True, False, False, True, True, False, False, False, True, False]


@pytest.mark.parametrize(
    ("text", "value", "same"),
    [
        ("straße", "STRASSE", True),
        ("straße", "Straße", True),
        ("É", "é", True),
        ("k", "\u212a", False),
        ("ⱥ", "Ⱥ", True),
        ("𐐀", "𐐀", True),
        ("𐐀", "𐐨", False),
    ],
)
def test_case_is_ignored_character_by_character(text, value, same):
    assert compile_event_pattern({"x": [{"equals-ignore-case": text}]}).matches({"x": value}) is same
    assert compile_event_pattern({"x": [{"prefix": {"equals-ignore-case": text}}]}).matches({"x": f"{value}."}) is same
    assert compile_event_pattern({"x": [{"suffix": {"equals-ignore-case": text}}]}).matches({"x": f".{value}"}) is same


@pytest.mark.parametrize(
    ("wildcard", "yes", "no"),
    [
        ("*", ["", "x"], []),
        ("", [""], ["x"]),
        ("a*", ["a", "ab"], ["ba", ""]),
        ("*a", ["a", "ba"], ["ab"]),
        ("a*a", ["aa", "aba"], ["a"]),
        ("a*b*c", ["abc", "axbxc", "abbc"], ["acb", "ab"]),
        ("*ab*ab*", ["abab", "xabyabz"], ["aab"]),
        (r"a\*b", ["a*b"], ["axb"]),
        (r"a\\*", ["a\\", "a\\x"], ["a*"]),
        ("*次期*", ["x次期"], ["次x期"]),
    ],
)
def test_wildcards(wildcard, yes, no):
    pattern = compile_event_pattern({"x": [{"wildcard": wildcard}]})
    assert [pattern.matches({"x": value}) for value in (*yes, *no)] == [True] * len(yes) + [False] * len(no)
    assert not pattern.matches({"x": 1})


def test_conditions_answer_for_themselves_too():
    """`anything-but` and fields ask most of them otherwise."""
    assert Equals(5).holds(5.0)
    assert not Equals("5").holds(5)
    assert not Absent().holds("x")
    assert Absent().words() == "no such field"
