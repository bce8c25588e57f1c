"""The matcher and the index against a matcher written quite differently."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flows.patterns import PatternIndex, compile_event_pattern
from tests.patterns import naive
from tests.patterns.strategies import events, patterns


@settings(max_examples=400, deadline=None)
@given(patterns, events)
def test_it_matches_what_the_naive_matcher_matches(pattern, event):
    assert compile_event_pattern(pattern).matches(event) == naive.matches(pattern, event)


@settings(max_examples=200, deadline=None)
@given(patterns, events)
def test_what_does_not_match_says_why_and_what_matches_does_not(pattern, event):
    compiled = compile_event_pattern(pattern)
    mismatch = compiled.explain(event)
    assert (mismatch is None) == compiled.matches(event)
    if mismatch is not None:
        assert 1 <= mismatch.failing <= mismatch.fields
        assert mismatch.path in mismatch.sentence
        assert mismatch.wanted in mismatch.sentence


@settings(max_examples=100, deadline=None)
@given(st.lists(patterns, max_size=25), st.lists(events, min_size=1, max_size=5))
def test_the_index_finds_what_the_walk_finds(rules, many):
    index = PatternIndex()
    compiled = dict(enumerate(map(compile_event_pattern, rules)))
    for key, pattern in compiled.items():
        index.add(key, pattern)
    for event in many:
        assert index.matching(event) == [key for key, pattern in compiled.items() if pattern.matches(event)]


class IndexComparison(RuleBasedStateMachine):
    """Rules come and go between events; keys are taken again."""

    def __init__(self):
        super().__init__()
        self.index, self.known = PatternIndex(), {}

    @rule(key=st.integers(0, 8), pattern=patterns)
    def put(self, key, pattern):
        self.known[key] = compile_event_pattern(pattern)
        self.index.add(key, self.known[key])

    @rule(key=st.integers(0, 8))
    def remove(self, key):
        self.known.pop(key, None)
        self.index.remove(key)

    @rule(event=events)
    def ask(self, event):
        assert self.index.matching(event) == sorted(
            key for key, pattern in self.known.items() if pattern.matches(event)
        )

    @invariant()
    def they_know_the_same_keys(self):
        assert len(self.index) == len(self.known)
        assert all(key in self.index for key in self.known)


IndexComparison.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
test_rules_come_and_go = IndexComparison.TestCase


@settings(max_examples=100, deadline=None)
@given(patterns, events)
def test_an_event_read_from_text_matches_as_the_one_in_memory(pattern, event):
    from flows.patterns.values import read_json

    compiled = compile_event_pattern(json.dumps(pattern))
    assert compiled.matches(read_json(json.dumps(event))) == compiled.matches(event)
