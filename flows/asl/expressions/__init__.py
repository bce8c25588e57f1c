"""The languages inside a state machine: JSONPath, intrinsic functions, payload templates, Choice rules and JSONata.

Theory of operation. Everything is compiled once, from text or JSON, into an object that is a definition: it may be shared by all
executions, is cached, and never enters a checkpoint. Evaluating takes a `Scope` and answers a value, or raises `ExpressionError` with
AWS's error name and AWS's sentence. Nothing here knows of states, time or services; chance and the date come with the scope.

    path = compile_path("$.order.total");             path.read(Scope(input))
    template = compile_template({"id.$": "$.order.id"}); template.evaluate(Scope(input))
    rule = compile_choice({"Variable": "$.n", "NumericLessThan": 3}); rule.holds(Scope(input))
    total = compile_jsonata("{% $sum($states.input.prices) %}", "Output"); total.evaluate(Scope(input))
"""

from __future__ import annotations

from flows.asl.expressions.choices import Rule, compile_choice
from flows.asl.expressions.errors import ExpressionError, InvalidExpressionError, in_state, json_text
from flows.asl.expressions.intrinsics import Intrinsic, compile_intrinsic, is_intrinsic
from flows.asl.expressions.jsonata import Jsonata, compile_jsonata, jsonata_text
from flows.asl.expressions.paths import Path, ReferencePath, compile_path, compile_reference_path
from flows.asl.expressions.scope import MISSING, Missing, Scope
from flows.asl.expressions.spending import SPENT
from flows.asl.expressions.templates import Template, compile_template
from flows.asl.expressions.timestamps import parse_timestamp

__all__ = [
    "MISSING",
    "SPENT",
    "ExpressionError",
    "Intrinsic",
    "InvalidExpressionError",
    "Jsonata",
    "Missing",
    "Path",
    "ReferencePath",
    "Rule",
    "Scope",
    "Template",
    "compile_choice",
    "compile_intrinsic",
    "compile_jsonata",
    "compile_path",
    "compile_reference_path",
    "compile_template",
    "in_state",
    "is_intrinsic",
    "json_text",
    "jsonata_text",
    "parse_timestamp",
]
