"""Recorded answers of TestState: the parameters are given again, and all that AWS answered is compared.

The recorder kept JSON where the API has JSON texts; they are texts again here. A case that needs anything was recorded with a role,
one that needs nothing without. What boto3 itself refuses before it asks AWS is refused by botocore here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from botocore.validate import validate_parameters

from flows.conformance.matching import MISSING, difference
from flows.conformance.report import Verdict
from flows.conformance.scenarios import ACCOUNT
from flows.conformance.surroundings import RECORDED_ACCOUNT, ROLE, Surroundings
from flows.services.ports import Answer, Json
from flows.services.shapes import service_model

KEYS = frozenset({"params", "expect", "needs", "lambdas"})
TEXTS = ("definition", "input", "context", "variables")
SAID = "An error occurred ({code}) when calling the TestState operation: {message}"


def run(case: Json) -> Iterator[Verdict]:
    """One verdict: everything AWS answered."""
    source = str(case.get("source", "")).split(" ")[0]
    found = _differs(case["expect"], _answer(case))
    yield Verdict(str(case["id"]), source, not found, found, aws=bool(case.get("aws_validated")))


def _answer(case: Json) -> Json:
    params = json.loads(RECORDED_ACCOUNT.sub(ACCOUNT, json.dumps(case["params"], ensure_ascii=False)))
    for name in TEXTS:
        if name in params and not (name == "definition" and isinstance(params[name], str)):
            params[name] = json.dumps(params[name], ensure_ascii=False)
    if case.get("needs"):
        params.setdefault("roleArn", ROLE)
    model = service_model("states")
    shape = None if model is None else model.operation_model("TestState").input_shape
    try:
        validate_parameters(params, shape)
    except Exception as refused:  # noqa: BLE001 - botocore's own refusal, told as boto3 tells it
        return {"exception_typename": type(refused).__name__, "exception_value": str(refused)}
    surroundings = Surroundings({**case, "definition": {}, "input": {}, "history": [], "type": "STANDARD"})
    surroundings.prepare()
    answer = surroundings.wait_for("TestStateForReal", params)
    return _told(answer, case["expect"])


def _told(answer: Answer, expect: Json) -> Json:
    if answer.refusal is None:
        return answer.output or {}
    code, message = answer.refusal.code, answer.refusal.message
    if "exception_typename" in expect:
        return {"exception_typename": code, "exception_value": SAID.format(code=code, message=message)}
    return {"Error": {"Code": code, "Message": message}, "message": message}


def _differs(want: Json, got: Json) -> str:
    """Where the answers differ first; texts that are JSON are compared as what they say."""
    for name in dict.fromkeys([*want, *got]):
        mine, theirs = got.get(name, MISSING), want.get(name, MISSING)
        if name == "inspectionData" and isinstance(mine, dict) and isinstance(theirs, dict):
            found = _differs(theirs, mine)
        elif theirs is MISSING:
            found = f"{name}: is not AWS's: {mine}"
        else:
            found = difference(_read(theirs), _read(mine), name)
        if found:
            return found
    return ""


def _read(value: Any) -> Any:
    """What a JSON text says."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
