"""Behaviours: JSON in, integers out, quantiles computed once at the edge."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.topology.behaviour import normalise_behaviour, parse_behaviour
from flows.topology.resources.function import BodyTest, FailureRule


def quantiles(duration):
    return parse_behaviour({"duration": duration})[0].duration.quantiles


def test_a_constant_duration_is_the_same_at_every_quantile():
    assert set(quantiles({"kind": "constant", "ms": 100})) == {100_000}


def test_a_uniform_duration_rises_in_even_integer_steps():
    found = quantiles({"kind": "uniform", "low_ms": 0, "high_ms": 256})
    assert found == tuple(range(0, 256_001, 1000))


def test_a_lognormal_duration_has_the_median_and_the_99th_percentile_it_was_given():
    found = quantiles({"kind": "lognormal", "median_ms": 100, "p99_ms": 400})
    assert len(found) == 257
    assert found[128] == 100_000
    at_99 = found[253] + (found[254] - found[253]) * 44 // 100
    assert abs(at_99 - 400_000) < 4_000
    assert list(found) == sorted(found)


def test_the_default_takes_about_a_tenth_of_a_second_and_never_fails():
    behaviour, problems = parse_behaviour(None)
    assert (behaviour.duration.quantiles[128], behaviour.failures, behaviour.output, problems) == (
        100_000,
        (),
        "null",
        [],
    )


def test_failures_become_rules_of_integers():
    behaviour, _ = parse_behaviour(
        {
            "failures": [
                {"rate": 0.1},
                {"attempts_up_to": 2, "how": "raise"},
                {
                    "body": {"path": "$.poison", "equals": True},
                    "error": {"type": "CardDeclined", "message": "no"},
                    "how": "timeout",
                },
            ]
        }
    )
    assert behaviour.failures == (
        FailureRule(rate_ppm=100_000),
        FailureRule(attempts_up_to=2, how="raise"),
        FailureRule(
            body=BodyTest("$.poison", "equals", True), error_type="CardDeclined", error_message="no", how="timeout"
        ),
    )


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"duration": {"kind": "constant", "ms": -1}}, "/duration/ms"),
        ({"duration": {"kind": "uniform", "low_ms": 2, "high_ms": 1}}, "/duration"),
        ({"duration": {"kind": "gamma"}}, "/duration"),
        ({"failures": [{}, {"rate": 1.5}]}, "/failures/1/rate"),
        ({"failures": [{"body": {"path": "poison", "equals": 1}}]}, "/failures/0/body/path"),
        ({"failures": [{"body": {"path": "$"}}]}, "/failures/0/body"),
        ({"failures": [{"body": {"path": "$", "exists": True, "prefix": "x"}}]}, "/failures/0/body"),
        ({"failures": [{"how": "sometimes"}]}, "/failures/0/how"),
        ({"colour": 1}, "/colour"),
        ("fast", ""),
    ],
)
def test_a_wrong_behaviour_is_told_with_its_place(wrong, path):
    behaviour, problems = parse_behaviour(wrong, "/Behaviour")
    assert [problem.path for problem in problems] == [f"/Behaviour{path}"]
    assert behaviour == parse_behaviour(None)[0]


def test_a_body_may_be_compared_with_null():
    behaviour, problems = parse_behaviour({"failures": [{"body": {"path": "$.id", "equals": None}}]})
    assert (behaviour.failures[0].body, problems) == (BodyTest("$.id", "equals", None), [])


def test_normalising_fills_in_the_quantiles_and_changes_nothing_else():
    given_ = {"duration": {"kind": "lognormal", "median_ms": 10, "p99_ms": 20}, "output": {"ok": True}}
    stored = normalise_behaviour(given_)
    assert len(stored["duration"]["quantiles"]) == 257
    assert parse_behaviour(stored) == parse_behaviour(given_)
    assert normalise_behaviour(stored) == stored


def test_stored_quantiles_are_trusted_and_edited_numbers_win_at_the_edge():
    stored = normalise_behaviour({"duration": {"kind": "lognormal", "median_ms": 10, "p99_ms": 20}})
    stored["duration"]["median_ms"] = 20
    assert parse_behaviour(stored)[0].duration.quantiles[128] == 10_000
    assert parse_behaviour(normalise_behaviour(stored))[0].duration.quantiles[128] == 20_000


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@given(st.fixed_dictionaries({}, optional={"duration": anything, "failures": anything, "output": anything}) | anything)
def test_whatever_is_given_there_is_a_behaviour_and_an_explanation(thing):
    behaviour, problems = parse_behaviour(thing)
    assert len(behaviour.duration.quantiles) == 257
    json.loads(behaviour.output)
    if not problems:
        assert parse_behaviour(normalise_behaviour(thing))[0] == behaviour
