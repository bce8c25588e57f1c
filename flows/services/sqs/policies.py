"""The attributes of a queue that are JSON: the redrive policy, who may redrive to it, and the access policy.

`CHECKS` has one check per attribute: (world, value, ARN of the queue, is it FIFO) → (attribute, value to keep) or AWS's refusal.
Access policies are kept and answered; nobody is refused by one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.services.ports import Caller, Json, Refusal
from flows.services.sqs import checks, refusals
from flows.services.sqs.config import RedriveAllowPolicy, RedrivePolicy
from flows.services.sqs.dead_letters import allows_redrive
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.world import World

Check: TypeAlias = "Callable[[World, object, str, bool], tuple[str, Any] | Refusal]"
PERMISSIONS = ("allowAll", "denyAll", "byQueue")
NAMED_SOURCES = 10
VERSION = "2008-10-17"
OWNER_ONLY = frozenset(
    {
        "AddPermission",
        "CancelMessageMoveTask",
        "CreateQueue",
        "DeleteQueue",
        "ListMessageMoveTasks",
        "ListQueues",
        "ListQueueTags",
        "RemovePermission",
        "SetQueueAttributes",
        "StartMessageMoveTask",
        "TagQueue",
        "UntagQueue",
    }
)
GRANTABLE = frozenset(
    {
        "*",
        "ChangeMessageVisibility",
        "DeleteMessage",
        "GetQueueAttributes",
        "GetQueueUrl",
        "ListDeadLetterSourceQueues",
        "PurgeQueue",
        "ReceiveMessage",
        "SendMessage",
    }
)


def check_redrive(world: World, value: object, arn: str, fifo: bool) -> tuple[str, RedrivePolicy | None] | Refusal:
    if value in ("", "{}", None, {}):
        return "RedrivePolicy", None
    policy = as_object(value)
    said = f"Value {value} for parameter RedrivePolicy is invalid. Reason: "
    if policy is None:
        return refusals.invalid(said + "Redrive policy is not a valid JSON map.")
    for name in ("deadLetterTargetArn", "maxReceiveCount"):
        if policy.get(name) in (None, ""):
            return refusals.invalid(said + f"Redrive policy does not contain mandatory attribute: {name}.")
    maximum = checks.as_integer(policy["maxReceiveCount"])
    if maximum is None or not 1 <= maximum <= QUOTAS.receives:
        given = policy["maxReceiveCount"]
        return refusals.invalid(
            f"{said}Invalid value for maxReceiveCount: {given}, valid values are from 1 to {QUOTAS.receives} both inclusive."
        )
    target = checks.queue_of(world, policy, "deadLetterTargetArn")
    if isinstance(target, Refusal):
        return refusals.invalid(said + "Dead letter target does not exist.")
    if target.fifo != fifo:
        return refusals.invalid(said + "Dead-letter queue must be same type of queue as the source.")
    if not allows_redrive(target, arn):
        return refusals.invalid(
            said + "The dead letter target does not allow this queue to use it (redrive allow policy)."
        )
    return "RedrivePolicy", RedrivePolicy(target.node, maximum)


def check_allow(_world: World, value: object, _arn: str, _fifo: bool) -> tuple[str, str] | Refusal:
    if value in ("", None):
        return "RedriveAllowPolicy", ""
    policy = as_object(value)
    said = f"Value {value} for parameter RedriveAllowPolicy is invalid. Reason: "
    if policy is None:
        return refusals.invalid(said + "Redrive allow policy is not a valid JSON map.")
    permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
    if permission not in PERMISSIONS:
        return refusals.invalid(said + "redrivePermission must be allowAll, denyAll or byQueue.")
    named = isinstance(sources, list) and 0 < len(sources) <= NAMED_SOURCES
    if (permission == "byQueue") != named or (sources and permission != "byQueue"):
        return refusals.invalid(said + "sourceQueueArns goes with byQueue, and only with it.")
    return "RedriveAllowPolicy", text_of(value)


def check_access(_world: World, value: object, _arn: str, _fifo: bool) -> tuple[str, str] | Refusal:
    if value in ("", None):
        return "Policy", ""
    policy = as_object(value)
    if policy is None or "Statement" not in policy:
        return refusals.invalid_attribute("Policy")
    found = statements(policy)
    if len(found) > QUOTAS.statements:
        return refusals.too_many_statements(
            f"{len(found)} statements were found in the submitted policy, max allowed is {QUOTAS.statements}"
        )
    return "Policy", text_of(value)


CHECKS: dict[str, Check] = {
    "RedrivePolicy": check_redrive,
    "RedriveAllowPolicy": check_allow,
    "Policy": check_access,
}


def redrive_text(queue: Queue) -> str:
    """The redrive policy as AWS answers it."""
    policy = queue.redrive
    assert policy is not None
    target = queue.topology.nodes[policy.dead_letter_target].arn
    return text_of({"deadLetterTargetArn": target, "maxReceiveCount": policy.max_receive_count})


def allow_policy(text: str) -> RedriveAllowPolicy:
    """What a checked redrive allow policy says."""
    policy = as_object(text) or {"redrivePermission": "allowAll"}
    return RedriveAllowPolicy(policy["redrivePermission"], (), tuple(policy.get("sourceQueueArns") or ()))


def allow_text(queue: Queue) -> str:
    """What the topology says about who may redrive to a queue, as AWS answers it; "" where it says nothing."""
    allow = queue.redrive_allow
    if allow.permission == "allowAll":
        return ""
    arns = [queue.topology.nodes[source].arn for source in allow.sources]
    return text_of({"redrivePermission": allow.permission, **({"sourceQueueArns": arns} if arns else {})})


# ── permissions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def add_permission(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    label, accounts, actions = params.get("Label"), params.get("AWSAccountIds"), params.get("Actions")
    if not label:
        return refusals.missing("Label")
    if not accounts:
        return refusals.missing("AWSAccountIds")
    if not actions:
        return refusals.missing("ActionName")
    refusal = _refused_action(actions) or _refused_account(accounts)
    if refusal is not None:
        return refusal
    if not checks.ENTRY_ID.fullmatch(str(label)):
        return refusals.out_of_range(label, "Label", checks.LABEL_REASON)
    if len(actions) > QUOTAS.permitted_actions:
        return refusals.over_actions(len(actions), QUOTAS.permitted_actions)
    policy = as_object(queue.other_attributes.get("Policy", "")) or {
        "Version": VERSION,
        "Id": f"{queue.arn}/SQSDefaultPolicy",
        "Statement": [],
    }
    found = statements(policy)
    if any(each.get("Sid") == label for each in found):
        return refusals.out_of_range(label, "Label", "Already exists.")
    if len(found) >= QUOTAS.statements:
        return refusals.too_many_statements(
            f"{len(found) + 1} Statements were found, maximum allowed is {QUOTAS.statements}."
        )
    found.append(
        {
            "Sid": label,
            "Effect": "Allow",
            "Principal": {"AWS": _one_or_all([f"arn:aws:iam::{account}:root" for account in accounts])},
            "Action": _one_or_all([f"SQS:{action}" for action in actions]),
            "Resource": queue.arn,
        }
    )
    queue.other_attributes["Policy"] = text_of({**policy, "Statement": found})
    return {}


def remove_permission(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    label = params.get("Label")
    if not label:
        return refusals.missing("Label")
    policy = as_object(queue.other_attributes.get("Policy", "")) or {}
    found = statements(policy)
    left = [each for each in found if each.get("Sid") != label]
    if len(left) == len(found):
        return refusals.out_of_range(label, "Label", "can't find label.")
    if left:
        queue.other_attributes["Policy"] = text_of({**policy, "Statement": left})
    else:
        del queue.other_attributes["Policy"]
    return {}


def statements(policy: Json) -> list[Json]:
    """A policy's statements; one alone may stand without its list."""
    given = policy.get("Statement", [])
    return [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, dict)]


def _refused_action(actions: list[object]) -> Refusal | None:
    for action in actions:
        if action in OWNER_ONLY:
            return refusals.out_of_range(
                f"SQS:{action}", "ActionName", "Only the queue owner is allowed to invoke this action."
            )
        if action not in GRANTABLE:
            return refusals.out_of_range(
                f"SQS:{action}", "ActionName", "Please refer to the appropriate WSDL for a list of valid actions."
            )
    return None


def _refused_account(accounts: list[object]) -> Refusal | None:
    wrong = [account for account in accounts if not checks.ACCOUNT_ID.fullmatch(str(account))]
    return refusals.out_of_range(wrong, "PrincipalId", "Unable to verify.") if wrong else None


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def as_object(value: object) -> Json | None:
    """A JSON object, given as such or as its text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def text_of(policy: object) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy, separators=(",", ":"))
