"""Whatever comes in is answered in words, and soon."""

from __future__ import annotations

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.asl.lint import Diagnostic, lint
from flows.asl.lint.diagnostics import MOST
from flows.asl.lint.reading import LARGEST
from tests.asl.lint.machines import machine, said

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["$.a", "$", "{% 1 %}", "Task", "X", "", "States.ALL"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["States", "Type", "Next", "Retry", "Catch", "Choices", "Branches", "And", "Not", "a.$", "Label"]), inner),
    max_leaves=25,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not a definition", "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (String)\"not a definition\"; line: 1, column: 4]"),
        ("{a}", "Unexpected character ('a' (code 97)): was expecting double-quote to start field name\n at [Source: (String)\"{a}\"; line: 1, column: 3]"),
        ('{\n"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value\n at [Source: (String)\"{\n\"a\" 1}\"; line: 2, column: 6]"),
        ('{"a":[1 2]}', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries\n at [Source: (String)\"{\"a\":[1 2]}\"; line: 1, column: 10]"),
        ('{"a":1', "Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"a\":1\"; line: 1, column: 1])\n at [Source: (String)\"{\"a\":1\"; line: 1, column: 7]"),
    ],
)  # fmt: skip
def test_what_is_not_json_is_told_as_aws_tells_it(text, words):
    (found,) = lint(text)
    assert (found.code, found.message) == ("INVALID_JSON_DESCRIPTION", words)
    assert found.location == words.rpartition(" at ")[2]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_no_definition(text):
    assert said(text) == ["MISSING_DESCRIPTION: The definition is empty at null"]


@pytest.mark.parametrize("text", ["[]", "7", "null", '"x"'])
def test_a_definition_is_an_object(text):
    assert said(text) == ["SCHEMA_VALIDATION_FAILED: Expected value of type Object at /"]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_a_hundred_thousand_brackets_are_refused_in_words(text):
    assert said(text) == ["TOO_DEEPLY_NESTED: The definition is nested deeper than 200 levels at /"]


def test_brackets_in_texts_are_not_counted():
    assert said(json.dumps(machine({"A": {"Type": "Pass", "Comment": "[" * 1_000, "End": True}}))) == []


def test_a_megabyte_is_the_limit():
    assert said(json.dumps({"Comment": "x" * LARGEST})) == [
        f"DEFINITION_TOO_LARGE: The definition is larger than {LARGEST} bytes at /"
    ]


def test_states_inside_states_have_a_limit():
    given = machine({"S60": {"Type": "Pass", "End": True}})
    for depth in range(60):
        given = machine({f"S{depth}": {"Type": "Parallel", "Branches": [given], "End": True}})
    assert [found.code for found in lint(given)] == ["TOO_DEEPLY_NESTED"]


def test_a_number_of_many_digits_and_nan_are_told():
    assert [found.code for found in lint("9" * 10_000)] == ["INVALID_JSON_DESCRIPTION"]
    assert [found.code for found in lint('{"a": NaN}')] == ["INVALID_JSON_DESCRIPTION"]


def test_ten_thousand_states_take_no_time():
    last = 9_999
    states = {f"S{n}": {"Type": "Pass", "Parameters": {"a.$": f"$.b{n}"}, "Next": f"S{n + 1}"} for n in range(last)}
    text = json.dumps(machine({**states, f"S{last}": {"Type": "Succeed"}}))
    before = process_time()
    assert said(text) == []
    assert process_time() - before < 5


def test_long_names_and_many_problems_do_not_multiply():
    inner = machine({f"N{n}": {"Type": "Dream"} for n in range(10_000)})
    text = json.dumps(machine({"x" * 200_000: {"Type": "Parallel", "Branches": [inner], "End": True}}))
    found = lint(text)
    assert len(found) == MOST
    assert max(len(each.location or "") for each in found) < 400


@given(JSON)
def test_nothing_raises(anything):
    for definition in (
        anything,
        {"StartAt": "X", "States": {"X": anything}},
        {"StartAt": "X", "States": {"X": {"Type": "Map", "Iterator": anything}}},
    ):
        assert all(isinstance(found, Diagnostic) for found in lint(definition, "EXPRESS"))


@given(st.text(max_size=40) | st.lists(st.sampled_from(list('{}[]":,\\1a n')), max_size=30).map("".join))
def test_no_text_raises(text):
    assert isinstance(lint(text), list)
