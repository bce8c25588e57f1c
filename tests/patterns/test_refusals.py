"""What AWS refuses, in its words, with the place it names. Places that were recorded are in `tests/conformance`."""

from __future__ import annotations

import pytest

from flows.patterns import PatternError, compile_event_pattern, compile_mapping_filter, compile_sns_policy
from flows.patterns.compiler import COMPLEX


def refusal(text: str) -> tuple[str, str]:
    """The reason without its place, and the place's line and column."""
    with pytest.raises(PatternError) as refused:
        compile_event_pattern(text)
    message = refused.value.message
    assert message.startswith("Event pattern is not valid. Reason: ")
    reason, _, place = message.removeprefix("Event pattern is not valid. Reason: ").partition("\n at [Source: ")
    return reason, place.rpartition("; ")[2].rstrip("]") if place else ""


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("", "Unexpected end-of-input: no content to read", "line: 1, column: 1"),
        (
            "]",
            "Unexpected character (']' (code 93)): expected a value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            "line: 1, column: 1",
        ),
        (
            "nope",
            "Unrecognized token 'nope': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            "line: 1, column: 5",
        ),
        (
            "{",
            'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"; line: 1, column: 1])',
            "line: 1, column: 2",
        ),
        (
            '{\n "a": [1,,2]}',
            "Unexpected character (',' (code 44)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            "line: 2, column: 10",
        ),
        (
            '{"a": [1 2]}',
            "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
            "line: 1, column: 10",
        ),
        (
            '{"a": [1] "b": [1]}',
            "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
            "line: 1, column: 11",
        ),
        (
            '{"a": [1], }',
            "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
            "line: 1, column: 12",
        ),
        (
            '{"a" 1}',
            "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
            "line: 1, column: 6",
        ),
        ('{"a": [01]}', "Invalid numeric value: Leading zeroes not allowed", "line: 1, column: 9"),
        (
            '{"a": [-x]}',
            "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
            "line: 1, column: 9",
        ),
        (
            '{"a": [1.x]}',
            "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit",
            "line: 1, column: 10",
        ),
        ('{"a": ["x', "Unexpected end-of-input: was expecting closing quote for a string value", "line: 1, column: 10"),
        ('{"a', "Unexpected end-of-input in field name", "line: 1, column: 4"),
        ('{"a": ["\\q"]}', "Unrecognized character escape 'q' (code 113)", "line: 1, column: 10"),
        ('{"a": ["\\', "Unexpected end-of-input in character escape sequence", "line: 1, column: 10"),
        ('{"a": ["\\u00', "Unexpected end-of-input in character escape sequence", "line: 1, column: 13"),
        (
            '{"a": ["\\u00g0"]}',
            "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence",
            "line: 1, column: 13",
        ),
        (
            '{"a": ["\x01"]}',
            "Illegal unquoted character ((CTRL-CHAR, code 1)): has to be escaped using backslash to be included in string value",
            "line: 1, column: 9",
        ),
        (
            '{"a": [\x02]}',
            "Unexpected character ((CTRL-CHAR, code 2)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            "line: 1, column: 8",
        ),
        (
            '{"a": [1}',
            "Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)\"{\"a\": [1}\"; line: 1, column: 7])",
            "line: 1, column: 10",
        ),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_json_is_refused_in_the_readers_words(text, reason, place):
    assert refusal(text) == (reason, place)


def test_only_the_beginning_of_a_long_source_is_repeated():
    with pytest.raises(PatternError) as refused:
        compile_event_pattern('{"a": ["' + "x" * 600 + '"')
    assert 'x"[truncated 109 chars]; line: 1, column: 610]' in refused.value.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "Empty objects are not allowed"),
        ('{"a": {}}', "Empty objects are not allowed"),
        ('{"a": [{}]}', "Match expression name not found"),
        ('{"a": [{"prefix": {}}]}', "Prefix expression name not found"),
        ('{"a": [{"suffix": {"x": "y"}}]}', "Unsupported suffix pattern: x"),
        ('{"a": [{"exactly": 5}]}', "exact match pattern must be a string"),
        ('{"a": [{"exactly": "5", "x": 1}]}', "Only one key allowed in match expression"),
        ('{"a": [{"exists": true, "x": 1}]}', "Only one key allowed in match expression"),
        ('{"a": [{"wildcard": "\\\\x"}]}', "Invalid escape character at pos 1"),
        ('{"a": [{"wildcard": "é**"}]}', "Consecutive wildcard characters at pos 3"),
        ('{"a": [{"anything-but": {}}]}', "Anything-But expression name not found"),
        (
            '{"a": [{"anything-but": []}]}',
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        (
            '{"a": [{"anything-but": [1, "a"]}]}',
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        ('{"a": [{"anything-but": [1e400]}]}', "Cannot compare number : 1e400"),
        ('{"a": [{"anything-but": 1e400}]}', "Cannot compare number : 1e400"),
        (
            '{"a": [{"anything-but": {"prefix": true}}]}',
            "Value of anything-but must be an array or single string/number value.",
        ),
        ('{"a": [{"numeric": [">", 5, "<=", 5]}]}', "Bottom must be less than top"),
        ('{"a": [{"cidr": "10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"),
        ('{"a": [{"cidr": "::/128"}]}', "IPv6 mask bits must be < 128"),
        ('{"a": [{"cidr": "10.0.0.0/-1"}]}', "Malformed CIDR, mask bits must not be negative"),
        ('{"a": [{"cidr": "10.0.0.0/"}]}', "Malformed CIDR, one '/' required"),
        ('{"a": [{"cidr": "300.0.0.0/8"}]}', "Invalid IP address: 300.0.0.0"),
        ('{"a": [{"cidr": "1:2/8"}]}', "Invalid IP address: 1:2"),
        ('{"a": [{"cidr": "10.0.0.0/4294967296"}]}', "Malformed CIDR, mask bits must be an integer"),
        ('{"$or": [{"a": [1]}]}', "There must have at least 2 Objects in $or relationship."),
        ('{"$or": 5}', "It must be an Array followed with $or."),
        ('{"$or": [{"a": [1]}, [2]]}', "Only JSON object is allowed in array of $or relationship."),
        (
            '{"$or": [{"a": {"prefix": ["x"]}}, {"b": [1]}]}',
            "prefix is Ruler reserved fieldName which cannot be used inside $or.",
        ),
    ],
)
def test_what_is_no_pattern_is_refused_in_the_librarys_words(text, reason):
    assert refusal(text)[0] == reason


@pytest.mark.parametrize(
    "text", ['{"$or": [{"prefix": "a"}, {"suffix": "b"}]}', '{"$or": {"a": [1]}}', '{"$or": ["a", "b"]}']
)
def test_an_or_of_old_is_a_field_of_that_name(text):
    pattern = compile_event_pattern(text)
    assert pattern.matches({"$or": "a"}) == ("[" in text[:9])
    assert pattern.matches({"$or": {"a": 1}}) == ('{"a"' in text)


@pytest.mark.parametrize("wildcard", ["*:*:*:*:*:event-bus/*", "*a*a*a*a*a*a*a*", "*" + "ab*" * 40])
def test_wildcards_that_are_too_ambiguous_are_refused(wildcard):
    assert refusal(f'{{"a": [{{"wildcard": "{wildcard}"}}]}}') == (COMPLEX, "")


@pytest.mark.parametrize(
    "wildcards",
    [
        ["/Users/*/dir/dir/dir/dir/dir/doc.txt"],
        ["*:stack/One/*", "*:stack/Two/*", "*:stack/Three/*"],
        ["x" * 4000 + "*"],
    ],
)
def test_others_are_not(wildcards):
    assert compile_event_pattern({"a": [{"wildcard": each} for each in wildcards]})


def test_a_fourth_wildcard_of_this_kind_is_too_much():
    text = ", ".join(f'{{"wildcard": "*:stack/{name}/*"}}' for name in ("One", "Two", "Three", "Four"))
    assert refusal(f'{{"a": [{text}]}}')[0] == COMPLEX


def test_more_than_a_thousand_combinations_of_or_are_refused():
    either = '"$or": [{"a": [1]}, {"b": [1]}]'
    fits = "{" + ", ".join(f'"x{n}": {{{either}}}' for n in range(9)) + "}"
    assert len(compile_event_pattern(fits).branches) == 512
    beyond = "{" + ", ".join(f'"x{n}": {{{either}}}' for n in range(140)) + "}"
    assert refusal(beyond)[0] == "Rule is too complex - it has more than 1000 combinations of $or"


def test_a_refusal_names_the_field():
    with pytest.raises(PatternError) as refused:
        compile_event_pattern('{"detail": {"state": [{"prefix": 5}]}}')
    assert refused.value.path == "detail.state"


@pytest.mark.parametrize("text", ["{", '{"body": ["x"], "y": 5}', '{"body": [{"prefix": 5}]}'])
def test_a_mapping_has_one_sentence_for_all(text):
    with pytest.raises(PatternError, match=r"^Invalid filter pattern definition\.$"):
        compile_mapping_filter(text)


def test_a_refusal_can_be_pickled():
    import pickle

    error = PatternError("message", "path", "reason")
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.path, again.reason) == ("message", "path", "reason")


def test_numbers_beyond_five_billion_cannot_be_compared_by_sns():
    with pytest.raises(PatternError, match=r"^Value must be between -5.0E9 and 5.0E9, inclusive"):
        compile_sns_policy({"a": [{"numeric": [">", 6_000_000_000]}]})
