"""ARNs in requests, and what SNS says of a text that is none.

Recorded (cases/aws/sns): a text with fewer than six parts is named with the number it has; a subscription's ARN without the
subscription's id is an "Invalid parameter: SubscriptionId"; a topic of another region is an "Invalid parameter: TopicArn".
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import refusals

PARTS = 6
PARTITION = "arn:aws"
SUBSCRIPTION_PARTS = 7


@dataclass(frozen=True, slots=True)
class Arn:
    """`resource` is everything after the account."""

    text: str
    service: str
    region: str
    account: str
    resource: str


def parse(text: str) -> Arn | int:
    """The ARN, or the number of parts that the text has instead."""
    parts = text.split(":", PARTS - 1)
    if len(parts) < PARTS:
        return len(parts)
    return Arn(text, parts[2], parts[3], parts[4], parts[5])


def wanted(params: Json, name: str) -> Arn | Refusal:
    """The ARN that a required parameter holds."""
    value = params.get(name)
    if value is None:
        return refusals.no_value(name)
    found = parse(str(value))
    if isinstance(found, int):
        return refusals.too_few_elements(name, found)
    if not found.text.startswith(PARTITION):
        return refusals.because(name, f"A {found.region} ARN must begin with {PARTITION}, not {found.text}")
    return found


def topic_arn(caller: Caller, params: Json, name: str = "TopicArn") -> Arn | Refusal:
    """A topic's ARN of the caller's own region: a topic can be addressed nowhere else."""
    found = wanted(params, name)
    if isinstance(found, Refusal):
        return found
    if found.service != "sns" or found.region != caller.region:
        return refusals.invalid(name)
    return found


def subscription_arn(params: Json) -> Arn | Refusal:
    found = wanted(params, "SubscriptionArn")
    if isinstance(found, Refusal):
        return found
    return found if found.text.count(":") >= SUBSCRIPTION_PARTS - 1 else refusals.invalid("SubscriptionId")


def slashed(params: Json, name: str, slashes: int) -> Arn | Refusal:
    """The ARN of an application or of an endpoint: its relative portion has a fixed number of slashes."""
    found = wanted(params, name)
    if isinstance(found, Refusal) or found.resource.count("/") == slashes:
        return found
    return refusals.because(name, "Wrong number of slashes in relative portion of the ARN.")
