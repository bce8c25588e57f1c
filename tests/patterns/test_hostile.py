"""Patterns and events from strangers: whatever they are, an answer soon and no surprise."""

from __future__ import annotations

import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.patterns import PatternError, compile_event_pattern, compile_mapping_filter, compile_sns_policy
from flows.patterns.explain import KINDS, Given, tried
from flows.patterns.tokens import DEEPEST
from tests.patterns.strategies import patterns

SOON_S = 10.0
"""Of the process's own time, on a busy machine; most take milliseconds."""


@pytest.fixture(autouse=True)
def _soon():
    before = process_time()
    yield
    assert process_time() - before < SOON_S


@given(st.text(max_size=60) | st.text('{}[]":,0123456789.-eE\\abnrtu $*or', max_size=60))
def test_any_text_is_a_pattern_or_a_pattern_error(text):
    for compiler in (
        compile_event_pattern,
        compile_mapping_filter,
        lambda each: compile_sns_policy(each, "MessageBody"),
    ):
        try:
            compiler(text)
        except PatternError as error:
            assert error.message


@settings(max_examples=100)
@given(patterns, st.data())
def test_a_pattern_with_a_piece_cut_out_is_a_pattern_or_a_pattern_error(pattern, data):
    text = json.dumps(pattern)
    begin = data.draw(st.integers(0, len(text)))
    cut = text[:begin] + text[begin + data.draw(st.integers(1, 5)) :]
    for kind in KINDS:
        answer = tried(kind, cut, Given(event={"a": 1}, message="{}", attributes={}))
        assert (answer["matched"] is None) == bool(answer["refusal"]) == bool(answer["problems"])


def test_depth_is_refused_where_aws_refuses_it():
    assert compile_event_pattern('{"a":' * (DEEPEST - 1) + "[1]" + "}" * (DEEPEST - 1))
    with pytest.raises(PatternError, match=r"Document nesting depth \(1001\) exceeds the maximum allowed \(1000"):
        compile_event_pattern('{"a":' * DEEPEST + "[1]" + "}" * DEEPEST)
    with pytest.raises(PatternError, match="nesting depth"):
        compile_sns_policy('{"a":' * 100_000, "MessageBody")


def test_a_deep_event_is_walked():
    event: dict = {"a": 1}
    for _ in range(50_000):
        event = {"a": event}
    assert not compile_event_pattern({"a": {"a": [1]}}).matches(event)
    nested: list = [1]
    for _ in range(50_000):
        nested = [nested, 2]
    assert compile_event_pattern({"a": [1]}).matches({"a": nested})


def test_a_wildcard_bomb_is_linear():
    pattern = compile_event_pattern({"x": [{"wildcard": "a*a*a*b"}]})
    assert not pattern.matches({"x": "a" * 1_000_000})


def test_megabytes_of_values_are_looked_up():
    text = json.dumps({"x": [f"value-{number}" for number in range(60_000)]})
    pattern = compile_event_pattern(text)
    assert pattern.matches({"x": "value-59999"})
    assert not pattern.matches({"x": [f"other-{number}" for number in range(60_000)]})


def test_alternatives_that_repeat_many_fields_are_refused():
    many = ", ".join(f'"f{number}": [1]' for number in range(3000))
    either = ", ".join(f'"x{number}": {{"$or": [{{"a": [1]}}, {{"b": [1]}}]}}' for number in range(9))
    for text in (f"{{{many}, {either}}}", f"{{{either}, {many}}}"):
        with pytest.raises(PatternError, match="Rule is too complex"):
            compile_event_pattern(text)
    assert compile_event_pattern("{" + ", ".join(f'"f{number}": [1]' for number in range(40_000)) + "}")


def test_long_ambiguous_wildcards_are_judged_soon():
    letters = "".join(chr(0x4E00 + number) for number in range(1300))
    for wildcard in (
        f"*{letters}*{letters}*{letters}",
        "ab*" * 1300,
        "a" * 2000 + "*" + "a" * 2000,
        "*" + "aab" * 1300,
    ):
        try:
            compile_event_pattern({"a": [{"wildcard": wildcard}]})
        except PatternError as error:
            assert "Rule is too complex" in error.message


def test_an_enormous_numeral_is_no_number():
    assert compile_event_pattern('{"x": [' + "9" * 100_000 + "]}")
    with pytest.raises(PatternError, match="Cannot compare number"):
        compile_event_pattern('{"x": [{"numeric": ["=", ' + "9" * 100_000 + "]}]}")


def test_addresses_that_are_none_are_texts():
    pattern = compile_event_pattern({"x": ["12:30", "300.1.1.1", "1.2.3.4.5", "0" * 40 + ":1"]})
    assert pattern.matches({"x": "12:30"})
    assert pattern.matches({"x": "300.1.1.1"})
    assert not pattern.matches({"x": "12:031"})


@pytest.mark.parametrize(
    ("one", "other"), [("::ffff:a00:1", "10.0.0.1"), ("010.0.0.1", "10.0.0.1"), ("2001:DB8::1", "2001:db8:0:0::1")]
)
def test_an_address_equals_its_other_spellings(one, other):
    assert compile_event_pattern({"x": [one]}).matches({"x": other})
    assert compile_event_pattern({"x": [other]}).matches({"x": one})
    assert not compile_event_pattern({"x": [{"exactly": one}]}).matches({"x": other})


def test_half_characters_and_pairs_of_escapes_are_read():
    assert compile_event_pattern('{"x": ["\\ud83d\\ude00"]}').matches({"x": "😀"})
    assert compile_event_pattern('{"x": ["\\ud83d"]}').matches({"x": "\ud83d"})
    assert compile_event_pattern('{"x\\u0041": [{"wildcard": "\\ud83d*"}]}').matches({"xA": "\ud83d!"})
