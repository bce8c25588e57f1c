"""Choice rules: every operator, every kind of value."""

from __future__ import annotations

import time

import pytest

from flows.asl.expressions import ExpressionError, InvalidExpressionError, Scope, compile_choice, parse_timestamp
from flows.asl.expressions.comparisons import OPERATORS, TESTS, string_matcher


def holds(operator, wanted, value, **others):
    return compile_choice({"Variable": "$.v", operator: wanted, "Next": "X"}).holds(Scope({"v": value, **others}))


ORDERED = {
    "String": ("a", "b", ""),
    "Numeric": (1, 1.5, -3),
    "Timestamp": ("2016-08-18T17:33:00Z", "2016-08-18T18:33:00.5+00:30", "2016-08-18T17:33:00+02:00"),
}


@pytest.mark.parametrize("family", ORDERED)
@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("Equals", (True, False, False)),
        ("LessThan", (False, False, True)),
        ("GreaterThan", (False, True, False)),
        ("LessThanEquals", (True, False, True)),
        ("GreaterThanEquals", (True, True, False)),
    ],
)
def test_order_with_a_constant_and_with_a_path(family, name, answers):
    wanted = ORDERED[family][0]
    assert tuple(holds(family + name, wanted, value) for value in ORDERED[family]) == answers
    assert tuple(holds(family + name + "Path", "$.w", value, w=wanted) for value in ORDERED[family]) == answers


STRANGERS = [None, True, False, 0, 1.0, "", "x", " ", [], [1], {}, {"a": 1}]
OF_FAMILY = {"String": str, "Numeric": (int, float), "Boolean": bool, "Timestamp": ()}


@pytest.mark.parametrize("name", OPERATORS)
def test_a_value_of_another_kind_never_compares(name):
    family = next(family for family in OF_FAMILY if name.startswith(family))
    wanted = {"String": "q", "Numeric": 7, "Boolean": True, "Timestamp": "2016-08-18T17:33:00Z"}[family]
    for value in STRANGERS:
        if not isinstance(value, OF_FAMILY[family]) or (family == "Numeric" and isinstance(value, bool)):
            assert holds(name, wanted, value) is False
            assert holds(f"{name}Path", "$.w", value, w=value) is False


KINDS = {
    "IsNull": [None],
    "IsNumeric": [0, 1.0],
    "IsString": ["", "x", " "],
    "IsBoolean": [True, False],
    "IsTimestamp": [],
}


@pytest.mark.parametrize("name", TESTS)
def test_kinds(name):
    for value in STRANGERS:
        of_kind = any(value is one or (value == one and type(value) is type(one)) for one in KINDS[name])
        assert holds(name, True, value) is of_kind
        assert holds(name, False, value) is not of_kind
    assert holds("IsTimestamp", True, "2016-08-18T17:33:00Z") is True


def test_one_and_one_point_zero_are_the_same_number_and_true_is_none():
    assert holds("NumericEquals", 1, 1.0)
    assert not holds("NumericEquals", 1, True)
    assert not holds("BooleanEquals", True, 1)


def test_strings_compare_by_utf_16_units():
    assert holds("StringLessThan", "\uffff", "\U0001f600")
    assert holds("StringEquals", "\U0001f600", "\U0001f600")


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        ("log-*.txt", "log-2019.txt", True),
        ("*", "", True),
        ("**", "x", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*b", "ab", True),
        ("aa*aa", "aaa", False),
        (r"\*", "*", True),
        (r"\*", "x", False),
        (r"a\\*", "a\\z", True),
        ("foo*baz", "fooBAR", False),
        ("x", "x", True),
        ("", "x", False),
    ],
)
def test_string_matches(pattern, text, answer):
    assert holds("StringMatches", pattern, text) is answer


def test_string_matches_is_no_bomb():
    begun = time.process_time()
    assert string_matcher("a*" * 2000 + "b")("a" * 200_000) is False
    assert time.process_time() - begun < 1


def test_and_or_not_stop_as_soon_as_they_know():
    gone = {"Variable": "$.gone", "IsNull": True}
    there = {"Variable": "$.v", "NumericEquals": 1}
    scope = Scope({"v": 1})
    assert compile_choice({"Or": [there, gone]}).holds(scope)
    assert not compile_choice({"And": [{"Not": there}, gone]}).holds(scope)
    with pytest.raises(ExpressionError):
        compile_choice({"And": [there, gone]}).holds(scope)


@pytest.mark.parametrize("name", ["StringEquals", "NumericLessThanPath", "IsNull", "IsString", "StringMatches"])
def test_a_variable_that_is_not_there_is_an_error(name):
    with pytest.raises(ExpressionError) as failure:
        holds_gone(name)
    assert (failure.value.error, failure.value.cause) == (
        "States.Runtime",
        "Invalid path '$.gone': The choice state's condition path references an invalid value.",
    )


def holds_gone(name):
    wanted = {"StringEquals": "x", "NumericLessThanPath": "$.v", "StringMatches": "*"}.get(name, True)
    return compile_choice({"Variable": "$.gone", name: wanted}).holds(Scope({"v": 1}))


def test_a_path_to_compare_with_that_is_not_there_is_an_error():
    with pytest.raises(ExpressionError) as failure:
        holds("NumericEqualsPath", "$.gone", 1)
    assert (
        failure.value.cause == "Invalid path '$.gone': The choice state's condition path references an invalid value."
    )


def test_is_present_asks_without_failing():
    assert holds("IsPresent", True, None)
    assert not holds("IsPresent", False, 0)
    assert compile_choice({"Variable": "$.gone.too", "IsPresent": False}).holds(Scope({}))
    assert compile_choice({"Variable": "$v.x", "IsPresent": True}).holds(Scope({}, variables={"v": {"x": None}}))
    assert not compile_choice({"Variable": "$.l[3]", "IsPresent": True}).holds(Scope({"l": [1]}))


def test_no_rule_can_look_at_a_null_input():
    """awslabs/states-language, issue 29."""
    with pytest.raises(ExpressionError) as failure:
        compile_choice({"Variable": "$", "IsString": True}).holds(Scope(None))
    assert failure.value.cause == "Unable to apply Path transformation to null or empty input."


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"Variable": "$.v"},
        {"Variable": "$.v", "NumericSpicyThan": 1},
        {"Variable": "v", "IsNull": True},
        {"Variable": "$.v", "NumericEquals": "1"},
        5,
    ],
)
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(InvalidExpressionError):
        compile_choice(rule)


# ── JSONata ──


def test_a_condition_is_a_boolean_or_an_expression_that_answers_one():
    assert compile_choice({"Condition": True}, "JSONata").holds(Scope({}))
    assert compile_choice({"Condition": "{% $states.input.n < 3 %}"}, "JSONata").holds(Scope({"n": 2}))
    with pytest.raises(ExpressionError) as failure:
        compile_choice({"Condition": "{% $states.input.n %}"}, "JSONata", "Choices[1]/Condition").holds(Scope({"n": 2}))
    assert failure.value.cause == (
        "The JSONata expression '$states.input.n' specified for the field 'Choices[1]/Condition' returned an unexpected result type. "
        "Expected 'boolean', but was 'number' for value: 2"
    )
    with pytest.raises(InvalidExpressionError):
        compile_choice({"Condition": "yes"}, "JSONata")


# ── timestamps ──


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59-00:30", 1_799_000_000),
        ("2016-03-05T21:29:29.243167252Z", 1_457_213_369_243_167),
        ("1970-01-01T00:01Z", 60_000_000),
        ("2016-12-05 21:29:29Z", None),
        ("2016-12-05T21:29:29", None),
        ("2016-13-05T21:29:29Z", None),
        ("05-12-2016T21:29:29Z", None),
        ("2023-02-24", None),
        ("2016-02-30T00:00:00Z", None),
        ("2016-02-03T00:00:00+0100", None),
        ("", None),
    ],
)
def test_timestamps(text, instant):
    assert parse_timestamp(text) == instant
