"""What a dead letter of a rule's target says in its message attributes, and EventBridge's words for what went wrong.

AWS: "Using dead-letter queues to process undelivered events".
"""

from __future__ import annotations

from flows.services.deliveries import TOO_MANY, is_throttle
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.ports import Json, Refusal

CODES = {403: "NO_PERMISSIONS", 404: "NO_RESOURCE", 429: "THROTTLING"}
STATUS = "HTTP"
"""An API's refusal is called after its status."""
GONE = ("NonExistent", "NotFound", "DoesNotExist")

NOTHING_THERE = Refusal("NO_RESOURCE", "The target does not exist.", 404)
NOT_JSON = Refusal("INVALID_JSON", "The transformed event is not valid JSON.")
THIRD_BUS = Refusal(
    "THIRD_ACCOUNT_HOP_DETECTED", "An event that came from another event bus is not sent on to a third."
)


def error_code(refusal: Refusal) -> str:
    """EventBridge's word for what a target answered."""
    if refusal.code.isupper() and not refusal.code.startswith(STATUS):
        return refusal.code
    if any(word in refusal.code for word in GONE):
        return CODES[404]
    if is_throttle(refusal):
        return CODES[TOO_MANY]
    if refusal.status >= 500:
        return "ERROR_FROM_TARGET"
    return CODES.get(refusal.status, "INVALID_PARAMETER")


def attributes_of(rule_arn: str, target_arn: str, attempts: int, why: tuple[str, str, str]) -> Json:
    """`why` is the code, the message and the condition that ended the tries."""
    code, message, condition = why
    said = {
        "RULE_ARN": rule_arn,
        "TARGET_ARN": target_arn,
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message.encode()[: QUOTAS.attribute_bytes].decode(errors="ignore"),
    }
    if condition:
        said["EXHAUSTED_RETRY_CONDITION"] = condition
    attributes: Json = {name: {"DataType": "String", "StringValue": value} for name, value in said.items() if value}
    attributes["RETRY_ATTEMPTS"] = {"DataType": "Number", "StringValue": str(max(attempts - 1, 0))}
    return attributes
