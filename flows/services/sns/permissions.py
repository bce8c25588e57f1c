"""A topic's access policy: answered and edited as AWS does, and not evaluated: nothing is forbidden here."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import refusals
from flows.services.sns.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.sns.topic import Topic
    from flows.services.world import World

OWNERS = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)
"""What a topic's owner may do, and what may be granted to others."""
MEMBERS = {"Effect", "Principal", "Action"}
"""What every statement has."""
ACCOUNT = re.compile(r"\d{12}")


def default_policy(topic: Topic) -> Json:
    return {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [f"SNS:{name}" for name in OWNERS],
                "Resource": topic.arn,
                "Condition": {"StringEquals": {"AWS:SourceOwner": topic.account}},
            }
        ],
    }


def is_policy(text: str) -> bool:
    """Whether a text is an access policy as far as it is looked at: statements that say who may, or may not, do what."""
    policy = read_object(text)
    if policy is None:
        return False
    statements = policy.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return bool(listed) and all(isinstance(each, dict) and each.keys() >= MEMBERS for each in listed)


def read_object(text: str) -> Json | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def add_permission(_world: World, _caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    label, accounts, actions = (params.get(name) for name in ("Label", "AWSAccountId", "ActionName"))
    for name, value in (("Label", label), ("AWSAccountId", accounts), ("ActionName", actions)):
        if not value:
            return refusals.missing(name)
    if not isinstance(accounts, list) or not all(ACCOUNT.fullmatch(str(each)) for each in accounts):
        return refusals.invalid("Policy Error: PrincipalNotFound")
    if not isinstance(actions, list) or any(each not in {"*", *OWNERS} for each in actions):
        return refusals.invalid("Policy statement action out of service scope!")
    policy = _policy(topic)
    statements = policy["Statement"]
    if any(each.get("Sid") == label for each in statements):
        return refusals.invalid("Statement already exists")
    if len(statements) >= QUOTAS.statements:
        return refusals.invalid("Too many statements")
    statements.append(
        {
            "Sid": label,
            "Effect": "Allow",
            "Principal": {"AWS": _one_or_many([f"arn:aws:iam::{each}:root" for each in accounts])},
            "Action": _one_or_many([f"SNS:{each}" for each in actions]),
            "Resource": topic.arn,
        }
    )
    topic.settings["Policy"] = json.dumps(policy, separators=(",", ":"))
    return {}


def remove_permission(_world: World, _caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    label = params.get("Label")
    if not label:
        return refusals.missing("Label")
    policy = _policy(topic)
    policy["Statement"] = [each for each in policy["Statement"] if each.get("Sid") != label]
    topic.settings["Policy"] = json.dumps(policy, separators=(",", ":"))
    return {}


def _policy(topic: Topic) -> Json:
    """The policy there is, with a list of statements."""
    given = topic.settings.get("Policy")
    policy: Json = json.loads(given) if given else default_policy(topic)
    statements = policy.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    policy["Statement"] = [each for each in listed if isinstance(each, dict)]
    return policy


def _one_or_many(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
