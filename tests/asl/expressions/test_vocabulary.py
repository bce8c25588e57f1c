"""The tables of the reference page say what the languages do."""

from __future__ import annotations

import pytest

from flows.asl.expressions import ExpressionError, Scope, compile_jsonata, compile_path
from flows.asl.expressions.engine import SCRIPTS
from flows.asl.expressions.jsonata import _STATES
from flows.asl.expressions.vocabulary import ADDED, BOUNDS, REMOVED, ROOTS, STATES, STEPS


def test_every_added_function_is_bound_and_no_other():
    script = (SCRIPTS / "added.js").read_text(encoding="utf-8")
    bound = script.split("const ADDED = { parse: parseText, ")[1].split(" }")[0].split(", ")
    assert {f"${name}" for name in [*bound, "parse"]} == {word.name for word in ADDED}


def test_what_is_removed_is_no_function():
    for word in REMOVED:
        with pytest.raises(ExpressionError, match="T1006"):
            compile_jsonata(f"{word.name}('1')").evaluate(Scope({}))


def test_the_fields_of_states_are_those_that_are_bound():
    assert [word.name for word in STATES] == list(_STATES)


@pytest.mark.parametrize("text", [text for word in [*ROOTS, *STEPS] for text in word.written.split(" · ")])
def test_every_form_of_a_path_is_one(text):
    assert compile_path(text).text == text


def test_every_bound_says_its_number():
    assert {word.name for word in BOUNDS} >= {"depth", "size", "steps", "processor time"}
    assert all(word.written for word in BOUNDS)
