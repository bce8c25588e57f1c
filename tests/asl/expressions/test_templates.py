"""Payload templates in both languages."""

from __future__ import annotations

import pytest

from flows.asl.expressions import ExpressionError, InvalidExpressionError, Scope, compile_template

SCOPE = Scope({"id": "o-1", "n": 0, "l": [1]}, context=lambda: {"State": {"Name": "Ship"}}, variables={"v": {"x": 3}})


def test_keys_that_end_in_dot_dollar_are_evaluated_wherever_they_stand():
    payload = {
        "fixed": "$.id",
        "id.$": "$.id",
        "zero.$": "$.n",
        "deep": {"list": [{"state.$": "$$.State.Name"}, 1, ["$.id"]], "sum.$": "States.MathAdd($.n, $v.x)"},
    }
    assert compile_template(payload).evaluate(SCOPE) == {
        "fixed": "$.id",
        "id": "o-1",
        "zero": 0,
        "deep": {"list": [{"state": "Ship"}, 1, ["$.id"]], "sum": 3},
    }


def test_a_constant_is_shared():
    payload = {"a": [1, {"b": None}]}
    template = compile_template(payload)
    assert template.constant
    assert template.evaluate(SCOPE) is payload


def test_a_missing_path_names_its_key():
    with pytest.raises(ExpressionError) as failure:
        compile_template({"a": {"b.$": "$.gone"}}).evaluate(Scope({"x": 1}))
    assert (
        failure.value.cause
        == "The JSONPath '$.gone' specified for the field 'b.$' could not be found in the input '{\"x\":1}'"
    )


@pytest.mark.parametrize("payload", [{"a.$": 1}, {"a.$": "id"}, {"a.$": "States.Nope()"}, [{"a.$": None}]])
def test_a_value_that_is_no_path_is_refused(payload):
    with pytest.raises(InvalidExpressionError):
        compile_template(payload)


def test_expressions_stand_anywhere_in_a_jsonata_template():
    payload = {
        "a": "{% $states.input.id & '!' %}",
        "b": [1, "{% $v.x * 2 %}", {"c": "{% $states.context.State.Name %}"}],
        "d.$": "$.id",
        "e": "x {% 1 %}",
    }
    assert compile_template(payload, "JSONata", "Output").evaluate(SCOPE) == {
        "a": "o-1!",
        "b": [1, 6, {"c": "Ship"}],
        "d.$": "$.id",
        "e": "x {% 1 %}",
    }
    assert compile_template("{% $states.input.l %}", "JSONata", "Output").evaluate(SCOPE) == [1]


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ("{% $gone %}", "Output"),
        ({"a": "{% $gone %}"}, "Output/a"),
        ({"a": {"b": [[0, "{% $gone %}"]]}}, "Output/a/b[0][1]"),
        ({"ok": "{% 1 %}", "z": "{% $gone %}", "later": "{% $error('no') %}"}, "Output/z"),
    ],
)
def test_the_first_expression_that_fails_is_named_by_its_place(payload, place):
    with pytest.raises(ExpressionError) as failure:
        compile_template(payload, "JSONata", "Output").evaluate(SCOPE)
    assert (failure.value.error, failure.value.location) == ("States.QueryEvaluationError", place)
    assert (
        failure.value.cause
        == f"The JSONata expression '$gone' specified for the field '{place}' returned nothing (undefined)."
    )


def test_deep_templates_are_refused():
    payload = {"x.$": "$.a"}
    for _ in range(600):
        payload = {"a": payload}
    with pytest.raises(InvalidExpressionError):
        compile_template(payload)
