"""Definitions that were validated: what AWS answered, or what a peer's linter thinks of them.

A case is a definition as text and how it was judged. AWS's own verdicts are compared in full: the diagnostics of
ValidateStateMachineDefinition, the sentence of CreateStateMachine's InvalidDefinition. Peers' messages are their own (and their rules
often stricter or laxer than AWS's), so there only OK and FAIL are compared; such verdicts are not AWS's and are tallied by source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.asl.lint import errors, lint, refusal_text
from flows.conformance.matching import difference
from flows.conformance.report import Verdict

CREATED, VALIDATED, LINTED = "state machines created", "definitions validated", "peers' lints"
GROUPS = {"CreateStateMachine": CREATED, "ValidateStateMachineDefinition": VALIDATED}
CALL = " operation: "
"""Before the message of an error, where the recorder kept what boto3 raised."""


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    aws = bool(case.get("aws_validated"))
    found = errors(lint(case["definition_raw"], case.get("type") or "STANDARD"))
    expect = case["expect"]
    detail = difference(expect["result"], "FAIL" if found else "OK", "$.result")
    if detail:
        detail += "".join(f"; {each}" for each in found[:3])
    elif aws:
        detail = _in_full(expect, [each.as_json() for each in found], refusal_text(found))
    source = str(case.get("source", "")).split(" ")[0]
    group = GROUPS.get(case.get("operation", ""), LINTED)
    yield Verdict(case["id"], source, passed=not detail, detail=detail, group=group, aws=aws)


def _in_full(expect: dict[str, Any], diagnostics: list[dict[str, Any]], sentence: str) -> str:
    if "diagnostics" in expect:
        return difference(expect["diagnostics"], diagnostics, "$.diagnostics")
    error = expect.get("error") or {}
    code = error.get("Code", error.get("exception_typename", "InvalidDefinition"))
    said = error.get("Message", str(error.get("exception_value", "")).rpartition(CALL)[2])
    return "" if not said or code != "InvalidDefinition" else difference(said, sentence, "$.error")
