"""Filter policies: what they are held against, and their limits."""

from __future__ import annotations

import pytest

from flows.patterns import (
    PatternError,
    compile_sns_policy,
    explain_body,
    explain_message_attributes,
    matches_body,
    matches_message_attributes,
)
from flows.patterns.sns import attributes_event, combinations


def test_attributes_become_values_by_their_types():
    found = attributes_event(
        {
            "text": {"Type": "String", "Value": "5"},
            "number": {"DataType": "Number", "StringValue": " 5.50 "},
            "custom": {"DataType": "Number.price", "StringValue": "7"},
            "array": {"DataType": "String.Array", "StringValue": '["a", 5, null]'},
            "broken": {"DataType": "String.Array", "StringValue": "[a"},
            "object": {"DataType": "String.Array", "StringValue": '{"a": 1}'},
            "binary": {"DataType": "Binary", "BinaryValue": b"x"},
            "nothing": {"DataType": "String"},
        }
    )
    assert found == {"text": "5", "number": 5.5, "custom": 7, "array": ["a", 5, None]}


def test_one_element_of_an_array_is_enough():
    policy = compile_sns_policy({"interests": ["rugby", {"prefix": "ten"}]})
    assert matches_message_attributes(
        policy, {"interests": {"DataType": "String.Array", "StringValue": '["golf", "tennis"]'}}
    )
    mismatch = explain_message_attributes(
        policy, {"interests": {"DataType": "String.Array", "StringValue": '["golf"]'}}
    )
    assert mismatch.sentence == 'interests is "golf", wanted is "rugby" or a text that begins with "ten"'


@pytest.mark.parametrize("body", ["no JSON", '"text"', "[1]", "5", "null", ""])
def test_a_body_that_is_no_object_does_not_get_through_even_if_nothing_must_be_there(body):
    policy = compile_sns_policy({"a": [{"exists": False}]}, "MessageBody")
    assert not matches_body(policy, body)
    assert explain_body(policy, body).sentence == "the body is no JSON object"


def test_a_body_that_does_not_match_is_explained():
    policy = compile_sns_policy({"a": {"b": [1]}}, "MessageBody")
    assert explain_body(policy, '{"a": {"b": 2}}').sentence == "a.b is 2, wanted is 1"
    assert explain_body(policy, '{"a": {"b": 1}}') is None


@pytest.mark.parametrize("scope", ["MessageAttributes", "MessageBody"])
def test_a_policy_of_nothing_lets_everything_through(scope):
    policy = compile_sns_policy(" { } ", scope)
    assert matches_body(policy, "no JSON")
    assert explain_body(policy, "no JSON") is None
    assert matches_message_attributes(policy, {})


def refused(policy, scope="MessageBody"):
    with pytest.raises(PatternError) as error:
        compile_sns_policy(policy, scope)
    return error.value.message


def test_five_keys_are_taken_and_six_are_not():
    keys = {f"k{number}": ["v"] for number in range(6)}
    assert refused(keys) == "Filter policy can not have more than 5 keys"
    del keys["k5"]
    assert compile_sns_policy(keys, "MessageBody")


def test_the_keys_of_alternatives_are_counted_once_each():
    assert compile_sns_policy({"a": ["x"], "$or": [{"b": ["x"], "c": ["x"]}, {"b": ["y"], "d": ["x"], "e": ["x"]}]})


@pytest.mark.parametrize(
    ("policy", "by_depth", "count"),
    [
        ({"a": [1, 2, 3], "b": [1, 2]}, False, 6),
        ({"a": {"b": {"c": [1, 2, 3, 4]}}, "d": {"e": [1, 2, 3]}, "f": [1, 2, 3]}, True, 216),
        ({"a": {"b": [1, 2]}}, False, 2),
        (
            {"s": [1, 2, 3, 4], "$or": [{"m": [1] * 6}, {"t": [1] * 4, "$or": [{"i": [1] * 4}, {"p": [1] * 4}]}]},
            False,
            152,
        ),
        ({"$or": [1, 2]}, False, 2),
    ],
)
def test_combinations_multiply_and_those_of_alternatives_add(policy, by_depth, count):
    assert combinations(policy, by_depth=by_depth) == count


def test_150_combinations_are_taken_and_151_are_not():
    assert compile_sns_policy({"a": list(range(150))})
    assert refused({"a": list(range(151))}, "MessageAttributes") == "Filter policy is too complex"
    assert refused({"a": {"b": list(range(76))}}) == "Filter policy is too complex"


def test_what_is_nested_deeper_than_all_combinations_is_too_complex():
    text = '{"a":' * 300 + "[1]" + "}" * 300
    assert refused(text) == "Filter policy is too complex"


def test_a_policy_on_attributes_is_not_nested_and_that_is_said_last():
    assert (
        refused({"a": {"b": ["c"]}}, "MessageAttributes")
        == "Filter policy scope MessageAttributes does not support nested filter policy"
    )
    assert refused({"$or": [{"a": ["x"]}, {"b": {"c": ["d"]}}]}, "MessageAttributes").startswith("Filter policy scope")
    assert refused({"a": {"b": "c"}}, "MessageAttributes").startswith('"b" must be an object or an array\n at [')


def test_a_policy_is_repeated_without_spaces_and_broken_json_not_at_all():
    assert refused('{ "a" : [ "é\\n", 5.50, null, true, {"prefix" : 1} ] }') == (
        'prefix match pattern must be a string\n at [Source: (String)"{"a":["é\\n",5.50,null,true,{"prefix":1}]}"; line: 1, column: 39]'
    )
    assert refused("{x}") == (
        "failed to parse JSON. Unexpected character ('x' (code 120)): was expecting double-quote to start field name\n"
        " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]"
    )


@pytest.mark.parametrize("policy", ["[]", '"text"', "5", "[1,2]"])
def test_a_policy_is_an_object(policy):
    assert refused(policy).startswith("Filter is not an object")


def test_a_thousand_combinations_of_or_are_far_too_many():
    either = '"$or": [{"a": [1]}, {"b": [1]}]'
    assert refused("{" + ", ".join(f'"x{n}": {{{either}}}' for n in range(12)) + "}") == "Filter policy is too complex"
