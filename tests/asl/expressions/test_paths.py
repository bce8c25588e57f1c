"""JSONPath as Step Functions speaks it: what is found, what is not, and what AWS says then."""

from __future__ import annotations

import itertools
import time

import jsonpath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.asl.expressions import (
    MISSING,
    ExpressionError,
    InvalidExpressionError,
    Scope,
    compile_path,
    compile_reference_path,
    json_text,
)

ORDER = {
    "id": "o-1",
    "total": 12.5,
    "gift": None,
    "lines": [{"sku": "hat", "n": 2}, {"sku": "cloak", "n": 1}, {"sku": "hat", "n": "2"}],
    "ship": {"to": {"city": "Rome"}},
}


def _scope(document=ORDER):
    return Scope(document, context=lambda: {"Execution": {"Id": "arn:1"}}, variables={"limit": {"n": 1}})


FOUND = {
    "$": ORDER,
    "$.id": "o-1",
    "$.ship.to.city": "Rome",
    "$['ship']['to'].city": "Rome",
    '$["id"]': "o-1",
    "$.lines[0].sku": "hat",
    "$.lines[-1].n": "2",
    "$.gift": None,
    "$$.Execution.Id": "arn:1",
    "$$": {"Execution": {"Id": "arn:1"}},
    "$limit": {"n": 1},
    "$limit.n": 1,
    "$['id','total']": {"id": "o-1", "total": 12.5},
    "$.lines[*].sku": ["hat", "cloak", "hat"],
    "$.lines[0:2].n": [2, 1],
    "$.lines[:1].sku": ["hat"],
    "$.lines[-2:].sku": ["cloak", "hat"],
    "$.lines[0,2].n": [2, "2"],
    "$..city": ["Rome"],
    "$..n": [2, 1, "2"],
    "$.ship.*": [{"city": "Rome"}],
    "$.ship.to.*": ["Rome"],
    "$.lines[?(@.sku == 'cloak')].n": [1],
    "$.lines[?(@.n == 2)].sku": ["hat", "hat"],
    "$.lines[?(@.n === 2)].sku": ["hat"],
    "$.lines[?(@.n > $.lines[1].n)].n": [2, "2"],
    "$.lines[?(@.sku == 'hat' && !(@.n == 1) || @.n < 0)].n": [2, "2"],
    "$.lines[?(@.sku =~ /CLO.*/i)].n": [1],
    "$.lines[?(@.sku in ['cloak', 'robe'])].n": [1],
    "$.lines[?(@.sku nin ['cloak'])].n": [2, "2"],
    "$.lines[?(@.sku contains 'oa')].n": [1],
    "$.lines[?(@.sku size 3)].n": [2, "2"],
    "$.lines[?(@.sku==cloak)].n": [1],
    "$.lines[?(@.sku == cloak && @.n == 1)].n": [1],
    "$.lines.[0].sku": "hat",
    "$.['id']": "o-1",
    "$.[?(@.id == o-1)].id": ["o-1"],
    "$.lines[?(@.gone)]": [],
    "$.lines[?(!@.gone)].n": [2, 1, "2"],
    "$.lines[?(@.gone != 1)].n": [2, 1, "2"],
    "$.ship[?(@.to)]": [{"to": {"city": "Rome"}}],
    "$.nothing[*]": [],
    "$.nothing.at.all[1:2].x": [],
    "$.lines[7,8]": [],
}


@pytest.mark.parametrize(("text", "value"), FOUND.items(), ids=list(FOUND))
def test_a_path_finds(text, value):
    assert compile_path(text).read(_scope()) == value
    assert compile_path(text).read_field(_scope(), "x.$") == value


JAYWAY = {
    "$.no": "No results for path: $['no']",
    "$.no.such": "Missing property in path $['no']",
    "$.ship.no": "No results for path: $['ship']['no']",
    "$.lines[9].sku": "No results for path: $['lines'][9]",
    "$.id[0]": 'Filter: [0] can only be applied to arrays. Current context is: "o-1"',
    "$.gift[0]": "The path $['gift'] is null",
    "$.lines.length()": "Expected to find an object with property ['length()'] in path $['lines'] but found "
    "'com.fasterxml.jackson.databind.node.ArrayNode'. This is not a json object according to the JsonProvider: "
    "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
}


@pytest.mark.parametrize(("text", "reason"), JAYWAY.items(), ids=list(JAYWAY))
def test_input_path_says_why_as_jayway_does(text, reason):
    """Recorded: scenarios, "Invalid path '$.NoSuchInputPath' : No results for path: $['NoSuchInputPath']"."""
    with pytest.raises(ExpressionError) as failure:
        compile_path(text).read(_scope())
    assert (failure.value.error, failure.value.cause) == ("States.Runtime", f"Invalid path '{text}' : {reason}")


INAPPLICABLE = {
    "$.id[0].x": "Filter: [0]['x'] can only be applied to arrays. Current context is: \"o-1\"",
    "$.id[1:5]": 'Filter: [1:5] can only be applied to arrays. Current context is: "o-1"',
    "$[1:5].x": f"Filter: [1:5]['x'] can only be applied to arrays. Current context is: {json_text(ORDER)}",
    "$.total[0,1]": "Filter: [0,1] can only be applied to arrays. Current context is: 12.5",
    "$['id', 'ship'].to": "Multi properties can only be used as path leafs: $['id', 'ship']",
    "$['id','ship'].*": "Multi properties can only be used as path leafs: $['id', 'ship']",
    "$.total[?(@.x)]": "Filter: [?] can not be applied to primitives. Current context is: 12.5",
}


@pytest.mark.parametrize(("text", "words"), INAPPLICABLE.items(), ids=list(INAPPLICABLE))
def test_a_step_that_cannot_be_applied_fails_everywhere(text, words):
    """Measured on AWS for `$.other[0]`; LocalStack's pull request 12366 found the same of `$[1:5]` on an object."""
    for read in (compile_path(text).read, lambda scope: compile_path(text).read_field(scope, "x.$")):
        with pytest.raises(ExpressionError) as failure:
            read(_scope())
        assert (failure.value.error, failure.value.cause) == ("States.Runtime", f"Invalid path '{text}' : {words}")


def test_a_field_says_where_it_looked():
    """Recorded: scenarios, CausePath and a template's "value.$" read from the context object."""
    with pytest.raises(ExpressionError) as failure:
        compile_path("$.Cause").read_field(Scope({"a": 1}), "CausePath")
    assert (
        failure.value.cause
        == "The JSONPath '$.Cause' specified for the field 'CausePath' could not be found in the input '{\"a\":1}'"
    )
    with pytest.raises(ExpressionError) as failure:
        compile_path("$$.Nope").read_field(_scope(), "value.$")
    assert failure.value.cause == (
        "The JSONPath '$$.Nope' specified for the field 'value.$' could not be found in the input '{\"Execution\":{\"Id\":\"arn:1\"}}'"
    )


def test_an_index_beyond_the_end_is_null_at_the_end_of_a_path_only():
    assert compile_path("$.lines[9]").read_field(_scope(), "x.$") is None
    assert compile_path("$.lines[9]").find(_scope()) is MISSING


@pytest.mark.parametrize("text", ["$", "$.a", "$.a[*]"])
def test_no_path_can_be_applied_to_a_null_input(text):
    with pytest.raises(ExpressionError) as failure:
        if compile_path(text).read_field(Scope(None), "x.$") == []:
            compile_path("$").read(Scope(None))
    assert failure.value.cause == "Unable to apply Path transformation to null or empty input."


def test_only_the_quote_is_escaped_in_brackets():
    """Recorded: scenarios, JsonPathEscapeTest."""
    assert compile_path('$[\'Test\\""Name"\']').find(Scope({'Test\\""Name"': "here"})) == "here"
    assert compile_path(r"$['it\'s']").find(Scope({"it's": 1})) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "$.",
        "$.a[",
        "$.a[x]",
        "$['a",
        "$.a b",
        "$[?(@.a ==)]",
        "$[?(1)]",
        "$[?(word)]",
        "$[1:2:3]",
        "$[?(@.a 'x')]",
    ],
)
def test_what_is_no_path_is_refused_when_it_is_compiled(text):
    with pytest.raises(InvalidExpressionError):
        compile_path(text)


def test_regular_expressions_of_one_path_share_their_time():
    document = {"l": [{"t": "a" * 24 + "b"}] * 200}
    begun = time.process_time()
    with pytest.raises(ExpressionError, match="could not be matched: Expression evaluation timeout"):
        compile_path("$.l[?(@.t =~ /(a+)+/)]").find(Scope(document))
    assert time.process_time() - begun < 10


def test_a_machine_that_is_busy_with_other_things_gives_no_expression_up(monkeypatch):
    """Whatever the wall's clock says, it is the processor's time that counts: a millisecond of it between two looks here."""
    spent = itertools.count()
    monkeypatch.setattr("flows.asl.expressions.engine.thread_time", lambda: next(spent) / 1000)
    document = {"l": [{"t": f"a{number}"} for number in range(200)]}
    assert len(compile_path("$.l[?(@.t =~ /a.*/)]").find(Scope(document))) == 200


def test_a_path_has_at_most_two_hundred_steps():
    assert compile_path("$" + ".a" * 200)
    with pytest.raises(InvalidExpressionError):
        compile_path("$" + ".a" * 201)


def test_a_path_visits_a_bounded_number_of_nodes():
    document = [[0] * 1_000] * 1_000
    with pytest.raises(ExpressionError, match="visits more than"):
        compile_path("$..*").find(Scope(document))


# ── writing ──


@pytest.mark.parametrize(
    ("text", "target", "written"),
    [
        ("$", {"a": 1}, "v"),
        ("$.b", {"a": 1}, {"a": 1, "b": "v"}),
        ("$.a", {"a": 1}, {"a": "v"}),
        ("$.a.b.c", {}, {"a": {"b": {"c": "v"}}}),
        ("$[1].b", [0, {"a": 1}], [0, {"a": 1, "b": "v"}]),
        ("$.l[0]", {"l": [1, 2]}, {"l": ["v", 2]}),
    ],
)
def test_a_reference_path_writes_into_a_copy(text, target, written):
    before = repr(target)
    assert compile_reference_path(text).write(target, "v") == written
    assert repr(target) == before


@pytest.mark.parametrize(
    ("text", "target", "shown"),
    [("$.a.b", {"a": 1}, '{"a":1}'), ("$.taskresult", "input1", '"input1"'), ("$.l[2]", {"l": [1]}, '{"l":[1]}')],
)
def test_what_cannot_be_written_is_a_mismatch(text, target, shown):
    with pytest.raises(ExpressionError) as failure:
        compile_reference_path(text).write(target, "v")
    assert (failure.value.error, failure.value.cause) == (
        "States.ResultPathMatchFailure",
        f"Unable to apply ReferencePath {text} to input {shown}",
    )


@pytest.mark.parametrize("text", ["$.a[*]", "$..a", "$.a[0:1]", "$.a[-1]", "$.a[?(@.b)]", "$['a','b']"])
def test_a_reference_path_names_one_node(text):
    with pytest.raises(InvalidExpressionError):
        compile_reference_path(text)


# ── against a peer ──

NAMES = st.sampled_from(["a", "b", "c"])
DOCUMENTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["x", "y"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
STEPS = st.one_of(
    NAMES.map(lambda name: f".{name}"),
    st.integers(-2, 2).map(lambda index: f"[{index}]"),
    st.sampled_from(["[*]", ".*", "[0:2]", "[1:]", "[:-1]", "[0,1]", "..a", "..b"]),
)


@given(DOCUMENTS, st.lists(STEPS, max_size=4))
def test_paths_find_the_nodes_that_python_jsonpath_finds(document, steps):
    text = "$" + "".join(steps)
    nodes = jsonpath.findall(text, document)
    path = compile_path(text)
    try:
        found = path.find(Scope(document))
    except ExpressionError:
        found = []
    if path.parsed.definite:
        assert found == nodes[0] if nodes else found is MISSING
    else:
        assert sorted(map(repr, found)) == sorted(map(repr, nodes))
