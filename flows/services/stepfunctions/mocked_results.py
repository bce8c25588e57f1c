"""Mocked results of TestState: is a result of the shape that the integration answers?

STRICT (the default): every required member is there, and every member that is there has its type. PRESENT: only what is there is
looked at. NONE: nothing is. Members that the API does not have are let through. The shapes are botocore's models of the APIs; the
members of an optimised integration are spelled in Pascal case.

Source: developer guide, "Using TestState API"; recorded answers.
"""

from __future__ import annotations

from typing import Any

from flows.asl.ports import TaskRequest
from flows.services.shapes import service_model
from flows.services.stepfunctions.integrations import Integration, integration_of

PROBLEM = "Mock result schema validation error: "
STRICT, PRESENT, NONE = "STRICT", "PRESENT", "NONE"
MODES = (STRICT, PRESENT, NONE)
WORDS = {
    "string": (str, "a string"),
    "blob": (str, "a string"),
    "integer": (int, "a number"),
    "long": (int, "a number"),
    "float": (int | float, "a number"),
    "double": (int | float, "a number"),
    "boolean": (bool, "a boolean"),
}
"""A shape's type → what JSON it must be, in words. A timestamp may be a number or a text."""
JOBS = {"states:StartExecution": "DescribeExecution", "ecs:RunTask": "DescribeTasks"}
"""What a `.sync` task answers in the end."""
ANY_JSON = {("lambda:Invoke", "Payload")}
"""Members that an optimised integration reads as JSON, whatever they are in the API."""
DEEPEST = 20


def problem(request: TaskRequest, result: Any, mode: str) -> str:
    """What is wrong with a mocked result; "" if it will do."""
    row = integration_of(request.service, request.action, request.pattern) if request.family == "service" else None
    if row is None or mode == NONE or request.pattern == "waitForTaskToken":
        return ""
    service, _, operation = row.operation.partition(":")
    model = service_model(service)
    if model is None:
        return ""
    if request.pattern.startswith("sync"):
        operation = JOBS.get(row.operation, operation)
    if operation not in model.operation_names:
        return ""
    shape = model.operation_model(operation).output_shape
    return "" if shape is None else _Reading(row, strict=mode == STRICT).structure(shape, result, "")


class _Reading:
    """One result, read against its shape."""

    def __init__(self, row: Integration, *, strict: bool) -> None:
        self.row, self.strict = row, strict

    def structure(self, shape: Any, value: Any, name: str, depth: int = 0) -> str:
        if not isinstance(value, dict):
            return _wrong(name, "an object")
        if self.strict:
            missing = next((each for each in shape.required_members if _pascal(each) not in value), None)
            if missing is not None:
                return f"{PROBLEM}Required field '{_pascal(missing)}' is missing"
        for each, member in shape.members.items():
            said = _pascal(each)
            if value.get(said) is not None and (self.row.sdk or (self.row.operation, said) not in ANY_JSON):
                found = self.member(member, value[said], said, depth + 1)
                if found:
                    return found
        return ""

    def member(self, shape: Any, value: Any, name: str, depth: int) -> str:
        if depth > DEEPEST:
            return ""
        if shape.type_name == "structure":
            return self.structure(shape, value, name, depth)
        if shape.type_name == "list":
            if not isinstance(value, list):
                return _wrong(name, "an array")
            return next((found for each in value if (found := self.member(shape.member, each, name, depth + 1))), "")
        if shape.type_name == "map":
            if not isinstance(value, dict):
                return _wrong(name, "an object")
            values = value.values()
            return next((found for each in values if (found := self.member(shape.value, each, name, depth + 1))), "")
        wanted = WORDS.get(shape.type_name)
        if wanted is None:
            return ""
        type_, words = wanted
        right = isinstance(value, type_) and (type_ is bool or not isinstance(value, bool))
        return "" if right else _wrong(name, words)


def _wrong(name: str, words: str) -> str:
    return f"{PROBLEM}Field '{name}' must be {words}" if name else f"{PROBLEM}The result must be {words}"


def _pascal(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"
