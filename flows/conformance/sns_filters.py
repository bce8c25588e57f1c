"""Filter policies of SNS: whether a policy was taken, and whether a message got through.

The recordings are of Subscribe and of SetSubscriptionAttributes, which word the same refusal differently; what is compared of a
refusal that AWS gave is what follows "FilterPolicy: ".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.conformance.patterns import refusal_difference
from flows.conformance.report import Verdict
from flows.patterns import PatternError, compile_sns_policy, matches_body, matches_message_attributes

CODE = "InvalidParameter"
BEFORE = "FilterPolicy: "


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    answered, message = _ask(case)
    aws = bool(case.get("aws_validated"))
    detail = "" if answered == case["expect"] else f"AWS {case['expect']}, here {answered} {message}".rstrip()
    if not detail and answered == "error" and aws:
        wanted = str(case.get("error_message", "")).partition(BEFORE)[2]
        detail = refusal_difference(case.get("error_code", CODE), wanted, CODE, message)
    source = str(case.get("source", "")).split(" ")[0]
    yield Verdict(case["id"], source, passed=not detail, detail=detail, aws=aws)


def _ask(case: dict[str, Any]) -> tuple[bool | str, str]:
    try:
        pattern = compile_sns_policy(case["policy_raw"] if "policy_raw" in case else case["policy"], case["scope"])
    except PatternError as refused:
        return "error", refused.message
    if "message" not in case:
        return "valid", ""
    if case["scope"] == "MessageBody":
        return matches_body(pattern, case["message"]), ""
    return matches_message_attributes(pattern, case.get("attributes") or {}), ""
