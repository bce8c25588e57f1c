"""JSONata as Step Functions speaks it: values, sentences, added functions, determinism and limits."""

from __future__ import annotations

import contextlib
import json
import pickle
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asl.expressions import (
    MISSING,
    SPENT,
    ExpressionError,
    InvalidExpressionError,
    Scope,
    compile_intrinsic,
    compile_jsonata,
    compile_template,
    jsonata_text,
)
from flows.asl.expressions.engine import (
    TIMEOUT,
    TOO_DEEP,
    Engine,
    EngineMissingError,
    _scripts,
    engine,
)
from flows.asl.expressions.jsonata import _run
from flows.asl.expressions.texts import from_text, to_text

MEMORY_WORDS = "Expression evaluation memory limit exceeded: Check for excessive memory usage"


def evaluate(text, input=MISSING, **scope):
    return compile_jsonata(text, "Output/r").evaluate(Scope(input, **scope))


def refusal(text, **scope):
    with pytest.raises(ExpressionError) as failure:
        evaluate(text, **scope)
    error = failure.value
    assert (error.error, error.location) == ("States.QueryEvaluationError", "Output/r")
    begin = f"The JSONata expression '{text}' specified for the field 'Output/r' "
    assert error.cause.startswith(begin)
    return error.cause.removeprefix(begin)


# ── what an expression sees ──


def test_states_has_what_the_state_has_and_nothing_else():
    scope = Scope(
        {"a": 1},
        context=lambda: {"State": {"Name": "S"}},
        variables={"v": [1]},
        result={"b": 2},
        error_output={"Error": "E"},
    )
    assert compile_jsonata("$states").evaluate(scope) == {
        "input": {"a": 1},
        "result": {"b": 2},
        "errorOutput": {"Error": "E"},
        "context": {"State": {"Name": "S"}},
    }
    assert compile_jsonata("$keys($states)").evaluate(Scope(1)) == ["input", "context"]
    assert compile_jsonata("[$states.input.a + $v[0], $states.context.State.Name]").evaluate(scope) == [2, "S"]
    assert compile_jsonata("$lookup($states, 'result').b").evaluate(scope) == 2


def test_the_context_is_made_only_for_an_expression_that_looks_at_it():
    def context():
        raise AssertionError

    assert evaluate("$states.input.a + 1", {"a": 1}, context=context) == 2


def test_a_variable_hides_a_function_of_its_name():
    assert evaluate("$sum", variables={"sum": 3}) == 3
    assert evaluate("($x := 2; $x * 3)", variables={"x": 5}) == 6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{% 1 %}", "1"),
        ("{%1%}", "1"),
        ("{%\n $a \n%}", "$a"),
        (" {% 1 %}", None),
        ("{% 1 %} ", None),
        ("{%}", None),
        ("x", None),
        (5, None),
    ],
)
def test_an_expression_fills_its_whole_text(value, text):
    assert jsonata_text(value) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 +", "Unexpected end of expression"),
        ("a[1,2)", 'Expected "]", got ","'),
        ("'open", "String literal must be terminated by a matching quote"),
    ],
)
def test_what_cannot_be_parsed_is_refused_in_jsonata_s_words(text, words):
    with pytest.raises(InvalidExpressionError, match="^" + words.replace("[", r"\[").replace("]", r"\]") + "$"):
        compile_jsonata(text)


# ── AWS's sentences ──


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("$doesNotExist", "returned nothing (undefined)."),
        ("$states.input.gone", "returned nothing (undefined)."),
        ("function($x){$x}", "returned nothing (undefined)."),
        (
            "$sum('a')",
            'threw an error during evaluation. T0412: Argument 1 of function "sum" must be an array of "numbers"',
        ),
        ("$eval('1+1')", "threw an error during evaluation. T1006: Attempted to invoke a non-function"),
        ("$error('no stock')", "threw an error during evaluation. D3137: no stock"),
        ("$assert(false, 'x')", "threw an error during evaluation. D3141: x"),
        ("$base64decode('!!!')", "threw an internal error during evaluation."),
        ("[1..873783] ~> $count()", f"threw an error during evaluation: {MEMORY_WORDS}"),
        ("+".join(["1"] * 101), f"threw an error during evaluation: {TOO_DEEP}"),
    ],
)
def test_a_failure_names_expression_and_field(text, sentence):
    """Sources: case assign/test_undefined_reference; TestState as measured by floci's issues 2736 and 2737."""
    assert refusal(text) == sentence


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("1", "number", "1"),
        ("'string'", "string", '"string"'),
        ("true", "boolean", "true"),
        ("null", "null", "null"),
        ("{'foo': 'bar'}", "object", '{"foo":"bar"}'),
    ],
)
def test_a_value_of_another_kind_is_printed_as_json(text, kind, shown):
    """Recorded: scenarios/test_map_item_…, Items."""
    with pytest.raises(ExpressionError) as failure:
        compile_jsonata(text, "Items").expect(Scope({}), "array")
    assert failure.value.cause == (
        f"The JSONata expression '{text}' specified for the field 'Items' returned an unexpected result type. "
        f"Expected 'array', but was '{kind}' for value: {shown}"
    )


# ── values ──


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/0", "Infinity"),
        ("[-1/0, 1]", ["-Infinity", 1]),
        ("{'k': $parseInteger('abc', '0')}", {"k": "NaN"}),
        ("{'f': function($x){$x}, 'v': 1}", {"v": 1}),
        ("$string(1e20)", "100000000000000000000"),
        ("1.0", 1),
        ("[]", []),
        ("[1][0]", 1),
        ("$match('ab', /a/).match", "a"),
        ("'é\\u0000😀'", "é\x00😀"),
        ("$length('😀')", 1),
        ("[1..873782] ~> $count()", 873_782),
        ("+".join(["1"] * 100), 100),
        ("$toMillis('2020-01-01T00:00:00')", 1_577_836_800_000),
    ],
)
def test_values(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$parse('{\"a\": [1, null]}').a", [1, None]),
        ("$parse('-0')", 0),
        ("$partition([1,2,3,4], 3)", [[1, 2, 3], [4]]),
        ("$partition([1,2], 2.9)", [[1, 2]]),
        ("$partition([1,2])", [[1, 2]]),
        ("$range(0, 10, 3)", [0, 3, 6, 9]),
        ("$range(0, 6, 2)", [0, 2, 4, 6]),
        ("$range(3, 0, -1.7)", [3, 2, 1, 0]),
        ("$range(5, 5, 1)", 5),
        ("$hash('input', 'SHA-1')", "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"),
        ("$hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"),
        ("$hash('input data', 'SHA-256')", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"),
        (
            "$hash('', 'SHA-384')",
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
        ),
        ("$random(42)", 0.7275636800328681),
        ("$map(['1', '2'], $parse)", [1, 2]),
    ],
)
def test_functions_that_step_functions_adds(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$parse('{')", "threw an error during evaluation. D3137: Invalid JSON"),
        (
            "$parse(1)",
            'threw an error during evaluation. T0410: Argument 1 of function "parse" does not match function signature',
        ),
        (
            "$parse('1', 2)",
            'threw an error during evaluation. T0410: Argument 2 of function "parse" does not match function signature',
        ),
        (
            "$partition(5, 1)",
            'threw an error during evaluation. T0412: Argument 1 of function "partition" must be an array of undefined',
        ),
        ("$partition([1], -2)", "threw an error during evaluation. D3137: Second argument must be zero or greater"),
        ("$partition([1], 0)", "returned nothing (undefined)."),
        ("$range(0, 1, 0)", "returned nothing (undefined)."),
        ("$range(0, 5)", "returned nothing (undefined)."),
        (
            "$range('a', 5, 1)",
            'threw an error during evaluation. T0410: Argument 1 of function "range" does not match function signature',
        ),
        ("$range(0, 1e9, 1)", f"threw an error during evaluation: {MEMORY_WORDS}"),
        (
            "$hash('a', 'SHA256')",
            "threw an error during evaluation. D3137: Hash algorithm 'SHA256' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
        ),
        (
            "$uuid(1)",
            'threw an error during evaluation. T0410: Argument 1 of function "uuid" does not match function signature',
        ),
    ],
)
def test_added_functions_refuse(text, words):
    assert refusal(text) == words


# ── time and chance ──


def test_time_and_chance_are_the_scope_s():
    scope = Scope({}, chance=lambda: 7, now_ms=lambda: 1_700_000_000_123)
    first = compile_jsonata("[$now(), $string($millis()), $random(), $uuid(), [$shuffle([1..9])]]").evaluate(scope)
    again = Engine().run(
        ("[$now(), $string($millis()), $random(), $uuid(), [$shuffle([1..9])]]",), "aws", "{}", "", "1700000000123", "7"
    )
    assert first == again[0]
    assert first[:2] == ["2023-11-14T22:13:20.123Z", "1700000000123"]
    assert 0 <= first[2] < 1
    assert first[3][14] == "4"
    assert sorted(first[4]) == list(range(1, 10))
    assert compile_jsonata("$uuid()").evaluate(Scope({}, chance=lambda: 8)) != first[3]


def test_chance_is_drawn_only_by_an_expression_that_uses_it():
    draws = []
    scope = Scope({"a": 1}, chance=lambda: draws.append(1) or 1)
    compile_jsonata("$states.input.a + $sum([1, 2])").evaluate(scope)
    assert draws == []
    compile_jsonata("$random() + $random()").evaluate(scope)
    assert draws == [1]


# ── the quick way ──

NAMES = st.sampled_from(["a", "b", "constructor", "__proto__", "length", "and"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "é😀", "\x00"]),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=10
)
CHAINS = st.tuples(
    st.sampled_from(["$states.input", "$v", "$states.result", "$gone"]), st.lists(NAMES, max_size=3)
).map(lambda parts: ".".join([parts[0], *parts[1]]))


def outcome(evaluate):
    try:
        return to_text(evaluate())
    except ExpressionError as error:
        return error.cause


@settings(max_examples=400, deadline=None)
@given(CHAINS | st.sampled_from(["1", "0", "true", "null", "999999999999999"]), VALUES, VALUES)
def test_the_quick_way_answers_exactly_what_the_engine_answers(text, input, variable):
    scope = Scope(input, variables={"v": variable}, result=variable)
    expression = compile_jsonata(text)
    quick = outcome(lambda: expression.evaluate(scope))
    slow = outcome(lambda: _run((expression,), scope)[0])
    assert json.loads(quick) == json.loads(slow) if quick[:1] != "T" else quick == slow


# ── limits ──

BOMBS = {
    "endless tail recursion": ("($f := function($x){ $f($x + 1) }; $f(1))", TIMEOUT),
    "endless recursion": ("($f := function($x){ 1 + $f($x + 1) }; $f(1))", TOO_DEEP),
    "a regular expression that backtracks": ("$match('" + "a" * 40 + "b', /^(a+)+$/)", TIMEOUT),
    "a huge pad": ("$pad('a', 1e9)", MEMORY_WORDS),
    "a doubling text": ("($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $p('x', 60))", MEMORY_WORDS),
    "ten million numbers": ("[1..1e7]", MEMORY_WORDS),
    "a product of ranges": ("[1..10000].([1..10000])", MEMORY_WORDS),
    "nested maps": ("$map([1..9999], function($a){ $map([1..9999], function($b){ $a * $b }) })", TIMEOUT),
}


@pytest.mark.parametrize(("text", "words"), BOMBS.values(), ids=list(BOMBS))
def test_a_bomb_is_stopped_in_aws_s_words(text, words):
    begun = time.process_time()
    assert refusal(text) == f"threw an error during evaluation: {words}"
    assert time.process_time() - begun < 4
    assert evaluate("1 + 1") == 2


def test_a_range_of_a_thousand_million_is_refused_by_jsonata_itself():
    assert refusal("[1..1e9]").startswith("threw an error during evaluation. D2014: The size of the sequence")


def test_a_bomb_in_a_batch_is_named():
    bomb = compile_jsonata("$match('" + "a" * 40 + "b', /^(a+)+$/)", "Output/b")
    with pytest.raises(ExpressionError) as failure:
        _run((compile_jsonata("1 + 1", "Output/a"), bomb), Scope({}))
    assert failure.value.location == "Output/b"


def test_an_expression_nested_without_end_is_refused_when_it_is_compiled():
    with pytest.raises(InvalidExpressionError):
        compile_jsonata("(" * 200_000)
    with pytest.raises(InvalidExpressionError):
        compile_jsonata("1" * 2_000_000)
    assert evaluate("1 + 1") == 2


def test_values_nested_without_end_are_failures_not_crashes():
    deep = []
    for _ in range(3_000):
        deep = [deep]
    assert refusal("$states.input & 'x'", input=deep).startswith("threw an error during evaluation: Stack overflow")
    with pytest.raises(ExpressionError, match="nested too deeply"):
        compile_intrinsic("States.Format('{}', $.a)").evaluate(Scope({"a": deep}))
    with pytest.raises(ExpressionError, match="could not be found in the input '…'"):
        compile_template({"x.$": "$.gone"}).evaluate(Scope({"a": deep}))


def test_expressions_do_not_reach_the_engine():
    for text in [
        "$string(globalThis)",
        "$constructor",
        "$states.constructor",
        "$lookup($states, '__proto__')",
        "$redriveRun",
    ]:
        assert refusal(text) == "returned nothing (undefined)."
    assert evaluate("$states.input.constructor", {"constructor": 1}) == 1


def test_what_is_spent_depends_on_the_expression_only():
    def spent(text):
        begun = SPENT.steps
        with contextlib.suppress(ExpressionError):
            compile_jsonata(text).evaluate(Scope({"a": [1, 2, 3]}))
        return SPENT.steps - begun

    assert [spent("$sum($states.input.a)") for _ in range(3)] == [6, 6, 6]
    assert spent("$states.input.a") == 0
    assert spent("$gone + 1") == 3
    assert spent("($f := function($x){ $f($x + 1) }; $f(1))") == 300_001
    assert spent("$match('" + "a" * 40 + "b', /^(a+)+$/)") == 300_000


# ── what an expression looks at ──


@pytest.mark.parametrize(
    ("text", "states", "variables", "top_level"),
    [
        ("$states.input.a", ["input"], [], []),
        ("$states.result.a + $x", ["result"], ["x"], []),
        ("$sum($states.context.Map.Item.Value)", ["context"], ["sum"], []),
        ("$states", ["*"], [], []),
        ("$states[0].input", ["*"], [], []),
        ("phone", [], [], ["phone"]),
        ("$$", [], [], ["$$"]),
        ("phone.number[type = 'home']", [], [], ["phone"]),
        ("$x.phone[kind = 'home'].{'a': b}^(c)", [], ["x"], []),
        ("$x{kind: price}", [], ["x"], []),
        ("[a, {'k': b}, c ? d : e, f & g, -h, (i; j)]", [], [], ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]),
        ("$map($x, function($v){ $v.a + other })", [], ["map", "v", "x"], ["other"]),
        ("($y := name; $y) ~> $uppercase", [], ["uppercase", "y"], ["name"]),
        ("$x ~> |$|{'price': price * 2}|", [], ["x"], []),
        ("'text'", [], [], []),
    ],
)
def test_what_an_expression_looks_at(text, states, variables, top_level):
    looks = compile_jsonata(text).looks
    assert (list(looks.states), list(looks.variables), list(looks.top_level)) == (states, variables, top_level)


# ── the engine ──


def test_engines_belong_to_threads():
    seen = []
    thread = threading.Thread(target=lambda: seen.append((engine(), evaluate("1 + 2"))))
    thread.start()
    thread.join()
    assert seen[0][0] is not engine()
    assert seen[0][1] == 3


def test_many_expressions_do_not_pile_up(monkeypatch):
    monkeypatch.setattr("flows.asl.expressions.engine.KEPT", 10)
    own = Engine()
    for number in range(35):
        assert own.run((f"{number} + 1",), "aws", "{}", "", "0", "") == [number + 1]
    assert len(own._numbers) <= 10


def test_what_is_compiled_cannot_enter_a_checkpoint():
    for text in ["$states.input.a", "$sum([1, 2])"]:
        with pytest.raises(TypeError, match="a definition"):
            pickle.dumps(compile_jsonata(text))


def test_a_missing_file_says_what_installs_it(monkeypatch, tmp_path):
    monkeypatch.setattr("flows.asl.expressions.engine.JSONATA", tmp_path / "jsonata.js")
    monkeypatch.setattr("flows.asl.expressions.engine._scripts", _scripts.__wrapped__)
    with pytest.raises(EngineMissingError, match=r"JSONata is not installed.*playground"):
        Engine()


def test_another_jsonata_than_the_one_we_know_is_said(monkeypatch, tmp_path):
    (tmp_path / "jsonata.js").write_text("module.exports = async function () { await 1; };", encoding="utf-8")
    monkeypatch.setattr("flows.asl.expressions.engine.JSONATA", tmp_path / "jsonata.js")
    monkeypatch.setattr("flows.asl.expressions.engine._scripts", _scripts.__wrapped__)
    with pytest.raises(EngineMissingError, match="is not the JSONata we know"):
        Engine()


def test_any_text_crosses_the_border():
    assert from_text(to_text({"a": 2**70, "b": "\ud800"})) == {"a": 2**70, "b": "\ud800"}
    assert evaluate("$states.input", {"b": "\ud800", "c": [1.5]}) == {"b": "\ud800", "c": [1.5]}
