"""Numbers as AWS compares them."""

from __future__ import annotations

import pytest

from flows.patterns import compile_event_pattern, compile_sns_policy, matches_body, matches_message_attributes
from flows.patterns.values import FALSE, NULL, TRUE, Numeral, leaf, number, read_json, shown


@pytest.mark.parametrize(
    "text", ["1e400", "1e-400", "12345678901234567891", "0.1000000000000000055511151231257827", "9" * 500]
)
def test_a_number_that_no_double_holds_equals_only_its_own_digits(text):
    assert number(text) == Numeral(text)
    pattern = compile_event_pattern(f'{{"x": [{text}, {{"numeric": [">", 5]}}]}}')
    assert pattern.matches(read_json(f'{{"x": {text}}}'))
    assert not compile_event_pattern('{"x": [{"numeric": [">", -1]}]}').matches(read_json(f'{{"x": {text}}}'))
    assert compile_event_pattern('{"x": [{"anything-but": 5}]}').matches(read_json(f'{{"x": {text}}}'))


@pytest.mark.parametrize(
    ("one", "other"), [("300", "300.0"), ("300", "3e2"), ("0", "-0.0"), ("123456789012", "1.23456789012E11")]
)
def test_the_same_number_written_otherwise_is_the_same(one, other):
    assert compile_event_pattern(f'{{"x": [{one}]}}').matches(read_json(f'{{"x": {other}}}'))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (True, TRUE),
        (False, FALSE),
        (None, NULL),
        (7, 7),
        (2**60, Numeral(str(2**60))),
        (10**18, 10**18),
        (2**63, Numeral(str(2**63))),
        (float("inf"), Numeral("inf")),
    ],
)
def test_scalars_from_any_reader_become_leaves(value, found):
    assert leaf(value) == found


def test_a_leaf_is_shown_as_json_writes_it():
    assert [shown(each) for each in ('a"b', 5, 2.5, TRUE, NULL, Numeral("1e999"))] == [
        '"a\\"b"',
        "5",
        "2.5",
        "true",
        "null",
        "1e999",
    ]
    assert shown("x" * 100) == '"' + "x" * 77 + '…"'


@pytest.mark.parametrize("text", ["NaN", "{", "[" * 100_000])
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"JSON|deep|Expecting"):
        read_json(text)


def test_sns_cuts_numbers_to_six_decimals():
    pattern = compile_sns_policy({"price": [100.123456789]})
    attribute = {"price": {"DataType": "Number", "StringValue": "100.1234567"}}
    assert matches_message_attributes(pattern, attribute)
    attribute["price"]["StringValue"] = "100.12345"
    assert not matches_message_attributes(pattern, attribute)


def test_an_attribute_that_is_no_number_is_a_value_all_the_same():
    attribute = {"price": {"DataType": "Number", "StringValue": "cheap"}}
    assert not matches_message_attributes(compile_sns_policy({"price": [{"numeric": [">", 0]}]}), attribute)
    assert matches_message_attributes(compile_sns_policy({"price": [{"anything-but": 5}]}), attribute)


def test_beyond_five_billion_sns_compares_digits():
    body = compile_sns_policy({"account": [123456789012, 2.5]}, "MessageBody")
    assert matches_body(body, '{"account": 123456789012}')
    assert matches_body(body, '{"account": 2.5}')
    assert not matches_body(body, '{"account": 123456789013}')
    assert not matches_body(
        compile_sns_policy({"account": [{"numeric": [">", 0]}]}, "MessageBody"), '{"account": 6000000000}'
    )
    assert matches_body(compile_sns_policy('{"n": [1e400]}', "MessageBody"), '{"n": 1e400}')
