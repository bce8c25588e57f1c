"""The eighteen intrinsic functions, by the examples of the developer guide and the recorded cases."""

from __future__ import annotations

import itertools

import pytest

from flows.asl.expressions import ExpressionError, InvalidExpressionError, Scope, compile_intrinsic
from flows.asl.expressions.functions import FUNCTIONS

INPUT = {
    "name": "Foo",
    "l": [1, 2, 2, "2", True, 1.0],
    "o": {"k": 1, "l": [None, 2.5]},
    "text": '{"a": [1, null]}',
    "n": 5,
    "nil": None,
}


def evaluate(text, **scope):
    return compile_intrinsic(text).evaluate(Scope(INPUT, **scope))


VALUES = {
    "States.Format('Hello {}, you are {}.', $.name, 5)": "Hello Foo, you are 5.",
    r"States.Format('\{\} {} \\ it\'s', $.nil)": r"{} null \ it's",
    "States.Format('{} {} {}', $.o, 1.0, true)": "{k=1, l=[null, 2.5]} 1.0 true",
    "States.Format($.name)": "Foo",
    "States.StringToJson($.text)": {"a": [1, None]},
    "States.StringToJson('')": None,
    "States.StringToJson(' ')": None,
    "States.JsonToString($.o)": '{"k":1,"l":[null,2.5]}',
    "States.Array()": [],
    "States.Array('a', 1, $.nil, States.Array(2))": ["a", 1, None, [2]],
    "States.ArrayPartition($.l, 4)": [[1, 2, 2, "2"], [True, 1.0]],
    "States.ArrayPartition(States.Array(), 4)": [],
    "States.ArrayContains($.l, '2')": True,
    "States.ArrayContains($.l, 3)": False,
    "States.ArrayContains(States.Array(1), 1.0)": False,
    "States.ArrayContains(States.Array(1), true)": False,
    "States.ArrayRange(1, 9, 2)": [1, 3, 5, 7, 9],
    "States.ArrayRange(5, 1, -2)": [5, 3, 1],
    "States.ArrayRange(1, 5, -1)": [],
    "States.ArrayGetItem($.l, 3)": "2",
    "States.ArrayLength($.l)": 6,
    "States.ArrayUnique($.l)": [1, 2, "2", True, 1.0],
    "States.Base64Encode('Data to encode')": "RGF0YSB0byBlbmNvZGU=",
    "States.Base64Decode('RGF0YSB0byBlbmNvZGU=')": "Data to encode",
    "States.Base64Decode('')": "",
    "States.Hash('input data', 'SHA-1')": "aaff4a450a104cd177d28d18d74485e8cae074b7",
    "States.Hash('input data', 'MD5')": "812f45842bc6d66ee14572ce20db8e86",
    'States.JsonMerge($.o, States.StringToJson(\'{"l": 1, "m": 2}\'), false)': {"k": 1, "l": 1, "m": 2},
    "States.MathAdd($.n, -1)": 4,
    "States.MathAdd(1.49, 1.5)": 3,
    "States.MathAdd(-0.5, 0)": 0,
    "States.MathAdd(-1.5, 2.5)": 2,
    "States.StringSplit('1,2,3,4,5', ',')": ["1", "2", "3", "4", "5"],
    "States.StringSplit('This.is+a,test=string', '.+,=')": ["This", "is", "a", "test", "string"],
    "States.StringSplit(', , ,', ',')": [" ", " "],
    "States.StringSplit('...', '.')": [],
    "States.ArrayGetItem( States.StringSplit( 'a-b' , '-' ) , 1 )": "b",
    "States.ArrayLength($.l[*])": 6,
    "States.ArrayGetItem($.[?(@.name in ['Foo', 'Bar,)'])].n, 0)": 5,
    "States.ArrayLength($.o['gone'][*])": 0,
}


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=list(VALUES))
def test_a_call_answers(text, value):
    answer = evaluate(text)
    assert (answer, type(answer)) == (value, type(value))


def test_there_are_eighteen():
    assert len(FUNCTIONS) == 18
    used = {name for name in FUNCTIONS if any(f"{name}(" in text for text in VALUES)}
    assert set(FUNCTIONS) - used == {"States.Base64Encode", "States.MathRandom", "States.UUID"} - used


FAILURES = [
    "States.Format('{}')",
    "States.Format('x', 1)",
    "States.Format(1)",
    "States.StringToJson('{')",
    "States.StringToJson($.o)",
    "States.ArrayPartition($.l, 0)",
    "States.ArrayPartition($.name, 1)",
    "States.ArrayRange(1, 1001, 1)",
    "States.ArrayRange(1, 2, 0)",
    "States.ArrayRange(1, 900000000000, 1)",
    "States.ArrayGetItem($.l, 6)",
    "States.ArrayGetItem($.l, -1)",
    "States.ArrayLength($.o)",
    "States.Base64Decode('not base64!!!')",
    "States.Base64Encode(5)",
    "States.Hash('a', 'SHA256')",
    "States.JsonMerge($.o, $.o, true)",
    "States.JsonMerge($.o, $.l, false)",
    "States.MathRandom(5, 5)",
    "States.MathAdd('1', 2)",
    "States.MathAdd(true, 2)",
    "States.StringSplit('a', '')",
    "States.UUID(1)",
    "States.ArrayLength()",
]


@pytest.mark.parametrize("text", FAILURES)
def test_arguments_a_function_cannot_use_are_an_intrinsic_failure(text):
    with pytest.raises(ExpressionError) as failure:
        evaluate(text)
    assert failure.value.error == "States.IntrinsicFailure"
    assert failure.value.cause.startswith(f"The function '{text}' had the following error: ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("States.Format('{}', $.nope)", "$.nope"),
        ("States.Format('{}',$.a.b)", "$.a.b"),
        ("States.Format('{}', States.Format('{}', $.l[9]))", "$.l[9]"),
        ("States.Format('{}', $$.Nope.Deep)", "$.Nope.Deep"),
    ],
)
def test_a_missing_argument_names_the_whole_call(text, shown):
    """Measured on AWS: the path of the context object loses a $, and the input that is shown is the state's."""
    with pytest.raises(ExpressionError) as failure:
        compile_intrinsic(text).evaluate(Scope({"other": 1, "l": []}))
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == (
        f"The function '{text}' had the following error: The JsonPath argument for the field '{shown}' could not be found in the input "
        '\'{"other":1,"l":[]}\''
    )


@pytest.mark.parametrize(
    "text",
    [
        "States.Nope()",
        r"States.Format('\"')",
        r"States.StringToJson('a\n')",
        "States.Array(",
        "States.Array(1,)",
        "States.Array('a)",
        "States.Array(1) x",
        "States.Array(x)",
        "Array(1)",
    ],
)
def test_what_is_no_call_is_refused_when_it_is_compiled(text):
    with pytest.raises(InvalidExpressionError):
        compile_intrinsic(text)


def test_calls_nest_ten_levels():
    assert compile_intrinsic("States.Array(" * 10 + ")" * 10)
    with pytest.raises(InvalidExpressionError):
        compile_intrinsic("States.Array(" * 11 + ")" * 11)


# ── chance ──


def test_chance_comes_from_the_execution_only():
    draws = itertools.count(1 << 62, 1 << 60).__next__
    assert evaluate("States.UUID()", chance=draws) == "40000000-0000-4000-9000-000000000000"
    assert [evaluate("States.MathRandom(10, 20)", chance=lambda bits=bits: bits << 60) for bits in range(0, 16, 5)] == [
        10,
        13,
        16,
        19,
    ]


def test_a_seed_gives_java_s_numbers():
    """new java.util.Random(42).nextInt(10) is 0."""
    assert evaluate("States.MathRandom(5, 15, 42)") == 5
    assert evaluate("States.MathRandom(1, 999, 7)") == evaluate("States.MathRandom(1, 999, 7)")
