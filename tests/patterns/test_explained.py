"""Why not, in words; and patterns as things that are kept."""

from __future__ import annotations

import pickle

import pytest

from flows.engine.box import pack, unpack
from flows.patterns import compile_event_pattern, compile_mapping_filter, compile_sns_policy
from flows.patterns.explain import Given, explanation, nearest, tried
from flows.patterns.pattern import LONGEST_KEPT
from flows.patterns.problems import MOST_PROBLEMS, problems


def sentence(pattern, event):
    return compile_event_pattern(pattern).explain(event).sentence


@pytest.mark.parametrize(
    ("wanted", "event", "said"),
    [
        (["paid"], {"x": "open"}, 'x is "open", wanted is "paid"'),
        ([1, None, True], {}, "x is missing, wanted is 1, null or true"),
        ([{"numeric": [">", 1, "<=", 5]}], {"x": 9}, "x is 9, wanted is a number of more than 1 and at most 5"),
        ([{"numeric": [">=", 1]}], {"x": [0, "a"]}, 'x is 0 and "a", wanted is a number of at least 1'),
        ([{"numeric": ["<", 1]}], {"x": [1, 2, 3, 4, 5]}, "x is 1, 2, 3 and 2 more, wanted is a number of less than 1"),
        ([{"exists": True}], {}, "x is missing, wanted is any value"),
        ([{"exists": False}], {"x": ""}, 'x is "", wanted is no such field'),
        ([{"anything-but": ["a", "b"]}], {"x": "a"}, 'x is "a", wanted is anything but "a" or "b"'),
        (
            [{"anything-but": {"prefix": ["a"]}}],
            {"x": "a"},
            'x is "a", wanted is anything but a text that begins with "a"',
        ),
        (
            [{"prefix": {"equals-ignore-case": "a"}}],
            {"x": ""},
            'x is "", wanted is a text that begins with "a" in upper or lower case',
        ),
        (
            [{"suffix": {"equals-ignore-case": "a"}}],
            {"x": ""},
            'x is "", wanted is a text that ends with "a" in upper or lower case',
        ),
        (
            [{"suffix": "a"}, {"equals-ignore-case": "b"}],
            {},
            'x is missing, wanted is a text that ends with "a" or "b" in upper or lower case',
        ),
        (
            [{"wildcard": "a*"}, {"cidr": "::/8"}, "::1"],
            {},
            'x is missing, wanted is a text like "a*", an address in ::/8 or the address ::1',
        ),
        (list("abcdefgh"), {}, 'x is missing, wanted is "a", "b", "c", "d", "e" or 3 more'),
    ],
)
def test_the_first_field_that_failed_is_told_in_words(wanted, event, said):
    assert sentence({"x": wanted}, event) == said


def test_fields_are_told_as_the_pattern_has_them_not_by_name():
    assert sentence({"z": [1], "a": [1]}, {}).startswith("z is missing")


def test_fields_that_hold_only_in_other_elements_are_told_so():
    event = {"lines": [{"sku": "pen", "n": 1}, {"sku": "ink", "n": 2}]}
    said = 'lines.sku is "pen" only in another element of the array than the other fields'
    assert sentence({"lines": {"sku": ["pen"], "n": [2]}}, event) == said


def test_of_alternatives_the_nearest_is_told():
    pattern = compile_event_pattern({"$or": [{"a": [1], "b": [1]}, {"c": [1]}, {"d": [1], "e": [1], "f": [1]}]})
    mismatch = pattern.explain({"d": 1, "e": 1})
    assert (mismatch.path, mismatch.failing, mismatch.fields) == ("f", 1, 3)


def test_explanations_are_json():
    pattern = compile_event_pattern({"a": [1]})
    assert explanation(pattern, {"a": 1}) == {"matched": True}
    assert explanation(pattern, {"a": 2}) == {
        "matched": False,
        "path": "a",
        "wanted": "1",
        "found": "2",
        "sentence": "a is 2, wanted is 1",
        "failing": 1,
        "fields": 1,
    }


def test_the_nearest_of_several_rules():
    rules = {7: {"a": [1], "b": [1]}, 8: {"a": [1], "b": [2], "c": [3]}, 9: {"x": [1], "y": [1]}}
    patterns = {key: compile_event_pattern(rule) for key, rule in rules.items()}
    found = nearest(patterns, {"a": 1, "b": 2})
    assert (found["key"], found["matched"], found["path"], found["failing"]) == (8, False, "c", 1)
    assert nearest(patterns, {"a": 1, "b": 1}) == {"key": 7, "matched": True}
    assert nearest({}, {}) is None


def test_a_refused_pattern_is_told_with_all_its_problems():
    answer = tried(
        "sns-attributes",
        '{"a": {"b": ["x"]}, "c": [{"prefix": 1}, {"prefix": 2}], "d": [], "$or": [{"e": 1}, {"f": [1]}]}',
        Given(),
    )
    assert [(each["path"], each["message"]) for each in answer["problems"]] == [
        ("c", "prefix match pattern must be a string"),
        ("d", "Empty arrays are not allowed"),
        ("e", '"e" must be an object or an array'),
    ]


def test_what_only_the_whole_is_refused_for_is_told_too():
    answer = tried("sns-body", '{"a": [1], "b": [1], "c": [1], "d": [1], "e": [1], "f": [1]}', Given(message="{}"))
    assert answer["problems"] == [{"path": "", "message": "Filter policy can not have more than 5 keys"}]
    assert answer["matched"] is None


def test_a_pattern_without_problems_has_none():
    assert problems('{"a": [1]}', compile_event_pattern) == []


def test_no_more_problems_are_told_than_one_can_read():
    text = "{" + ", ".join(f'"f{number}": 1' for number in range(1000)) + "}"
    assert len(tried("event", text, Given())["problems"]) == MOST_PROBLEMS


def test_numbers_beyond_all_measure_do_not_hide_problems():
    answer = tried("event", '{"a": [{"numeric": [">", 1e999]}], "b": [1e999, {"x": 1}]}', Given())
    assert [each["path"] for each in answer["problems"]] == ["a", "b"]


def test_patterns_are_compiled_once_and_equal_by_what_they_say():
    one, again = compile_event_pattern('{"a": [1]}'), compile_event_pattern('{"a": [1]}')
    assert one is again
    long = '{"a": ["' + "x" * LONGEST_KEPT + '"]}'
    assert compile_event_pattern(long) == compile_event_pattern(long)
    assert len({compile_event_pattern(long), compile_event_pattern(long), one}) == 2
    assert one != compile_sns_policy('{"a": [1]}', "MessageBody")
    assert repr(one) == '<Pattern event {"a": [1]}>'


@pytest.mark.parametrize(
    "pattern",
    [compile_event_pattern({"a": [None]}), compile_sns_policy({"a": ["x"]}), compile_mapping_filter({"a": [1]})],
)
def test_in_a_box_there_is_only_the_text_of_a_pattern(pattern):
    assert unpack(pack({"filter": pattern}))["filter"] == pattern
    assert len(pickle.dumps(pattern)) < 150


def test_a_literal_stays_itself_when_pickled():
    from flows.patterns.values import NULL

    assert pickle.loads(pickle.dumps(NULL)) is NULL
    assert repr(NULL) == "null"
