"""Reading a file: CloudFormation's tags, plain scalars, lines, and everything that may be wrong with a text."""

from __future__ import annotations

import pytest

from flows.importers.limits import LIMITS
from flows.importers.loader import load
from flows.importers.scalars import plain
from flows.importers.tree import line_of
from tests.importers.yaml_of import read


def test_short_tags_become_their_long_forms():
    tree, problems = read(
        """
        a: !Ref Orders
        b: !GetAtt Orders.Arn
        c: !GetAtt Stack.Outputs.QueueArn
        d: !Sub "${Orders}-x"
        e: !Join ["-", [a, !Ref B]]
        f: !If [IsProd, 1, !Ref "AWS::NoValue"]
        g: !Condition IsProd
        """
    )
    assert problems == []
    assert tree == {
        "a": {"Ref": "Orders"},
        "b": {"Fn::GetAtt": ["Orders", "Arn"]},
        "c": {"Fn::GetAtt": ["Stack", "Outputs.QueueArn"]},
        "d": {"Fn::Sub": "${Orders}-x"},
        "e": {"Fn::Join": ["-", ["a", {"Ref": "B"}]]},
        "f": {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]},
        "g": {"Condition": "IsProd"},
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2010-09-09", "2010-09-09"),
        ("012345678901", "012345678901"),
        ("30", 30),
        ("-1", -1),
        ("1_000", 1000),
        ("0x1f", 31),
        ("1.5", 1.5),
        ("1.2.3", "1.2.3"),
        ("12:30", "12:30"),
        ("true", True),
        ("No", False),
        ("OFF", False),
        ("oFF", "oFF"),
        ("~", None),
        ("", None),
        ("s3:ObjectCreated:*", "s3:ObjectCreated:*"),
    ],
)
def test_plain_scalars_mean_what_cloudformation_takes_them_for(text, value):
    assert plain(text) == value
    assert type(plain(text)) is type(value)


def test_quoted_scalars_stay_text():
    assert read("a: '30'\nb: \"true\"")[0] == {"a": "30", "b": "true"}


def test_json_is_read_as_well_with_its_lines():
    tree, problems = load(b'{\n\t"Resources": {\n\t\t"A": {"Type": "AWS::SQS::Queue"}\n\t}\n}', "template.json")
    assert problems == []
    assert line_of(tree, ("Resources", "A")) == 3


def test_the_line_of_a_place_is_that_of_the_deepest_part_that_exists():
    tree, _ = read("a:\n  b:\n    - 1\n    - c: 2\n")
    assert [line_of(tree, path) for path in [("a",), ("a", "b", 1), ("a", "b", 1, "c"), ("a", "nowhere")]] == [
        1,
        4,
        4,
        1,
    ]


def test_aliases_repeat_and_merges_give_way_to_what_is_written():
    tree, problems = read("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: *x")
    assert problems == []
    assert (tree["y"], tree["z"]) == ({"a": 1, "b": 3}, {"a": 1, "b": 2})


def test_an_unknown_tag_is_told_and_its_value_kept():
    tree, problems = read("a: !Secret x\n")
    assert tree == {"a": "x"}
    assert [(problem.code, problem.severity, problem.line, problem.path) for problem in problems] == [
        ("TagUnknown", "warning", 1, "/a")
    ]


@pytest.mark.parametrize(
    ("content", "code", "line", "path"),
    [
        (b"a: [1,\nb: 2\nc: }", "NotWellFormed", 3, "/a/2"),
        (b'{"a": 1,\n "b" 2}', "NotWellFormed", 2, ""),
        (b"a: \x00", "NotWellFormed", None, ""),
        (b"a: 1\nb: \xe9t\xe9", "NotUtf8", 2, ""),
        ("a: 1".encode("utf-16"), "NotUtf8", 1, ""),
        (b"Resources:\n  A: {Type: x}\n  A: {Type: y}", "KeyTwice", 3, "/Resources/A"),
        (b"a: &a [*a]", "AliasInItself", 1, "/a/0"),
        (b"? [a]\n: 1", "KeyNotAText", 1, ""),
        (b"a: 1\n---\nb: 2", "SeveralDocuments", 2, ""),
        (b"a: " + b"[" * 1000 + b"]" * 1000, "TooDeep", 1, "/a" + "/0" * 19),
        (b"a: *nobody", "AliasUnknown", 1, "/a"),
    ],
)
def test_what_is_wrong_with_a_text_is_told_with_line_and_path(content, code, line, path):
    _, problems = load(content, "template.yaml")
    assert [(problem.code, problem.line, problem.path) for problem in problems] == [(code, line, path)]


def test_a_billion_laughs_are_refused_at_the_sixth():
    laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    tree, problems = load(laughs.encode(), "template.yaml")
    assert tree is None
    assert [(problem.code, problem.line) for problem in problems] == [("TooManyValues", 6)]


def test_more_than_a_megabyte_is_not_looked_at():
    _, (problem,) = load(b"a: 1\n" * 300_000, "big.yaml")
    assert problem.message == "big.yaml has 1500000 bytes."
    assert str(LIMITS.template_bytes) in problem.hint
