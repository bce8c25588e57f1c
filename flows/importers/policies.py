"""What a function may do: its SAM policies, its role's policies, policies attached to its role, managed policies of AWS.

Answers one `Permission` per resource that a statement names. A statement for `*` names none; it still says which service the
code is about, so it is answered with the resource "*" and counts for less (see `calls.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flows.importers.policy_names import MANAGED, TEMPLATES
from flows.importers.sam import Raw
from flows.importers.sam.expansion import listed

ANYTHING = "*"
UNKNOWN = "?"
"""The resource of a policy that the template does not show: a role of another stack, a policy given as a parameter."""


@dataclass(frozen=True, slots=True)
class Permission:
    resource: str
    """As the policy names it."""
    kind: str
    """The kind that a bare name is of, where a policy template says so."""
    operations: tuple[str, ...]


def permissions(function: Raw, raws: dict[str, Raw]) -> Iterator[Permission]:
    shorthand = function.origin.get("Properties")
    for policy in listed(shorthand.get("Policies") if isinstance(shorthand, dict) else None):
        yield from _policy(policy, raws)
    role = function.properties.get("Role")
    if isinstance(role, str) and role:
        yield from _of_role(role, raws)


def role_of(function: Raw) -> str:
    """The role it shares with others, as its property names it; a function of SAM's without one gets a role of its own."""
    role = function.properties.get("Role")
    return role if isinstance(role, str) else ""


def _policy(policy: Any, raws: dict[str, Raw]) -> Iterator[Permission]:
    """A SAM policy: a template, a document, or the name of a managed policy, which may be one of the template's own."""
    if isinstance(policy, str):
        yield from _managed(policy, raws)
    if not isinstance(policy, dict):
        return
    if "Statement" in policy:
        yield from _document(policy)
    for name, parameters in policy.items():
        row = TEMPLATES.get(name)
        named = parameters.get(row[0]) if row is not None and isinstance(parameters, dict) else None
        if row is not None and isinstance(named, str):
            yield Permission(named, row[1], row[2])


def _of_role(role: str, raws: dict[str, Raw]) -> Iterator[Permission]:
    names = {role, role.rsplit(":", 1)[-1].rsplit("/", 1)[-1]}
    found = False
    for raw in raws.values():
        if raw.type == "AWS::IAM::Role" and (raw.id in names or _among(raw.properties.get("RoleName"), names)):
            found = True
            for policy in listed(raw.properties.get("Policies")):
                yield from _document(policy.get("PolicyDocument") if isinstance(policy, dict) else None)
            for managed in listed(raw.properties.get("ManagedPolicyArns")):
                yield from _managed(managed, raws)
        elif raw.type in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"}:
            roles = [*listed(raw.properties.get("Roles")), raw.properties.get("RoleName")]
            if any(_among(named, names) for named in roles):
                yield from _document(raw.properties.get("PolicyDocument"))
    if not found:
        yield Permission(UNKNOWN, "", (ANYTHING,))


def _managed(given: Any, raws: dict[str, Raw]) -> Iterator[Permission]:
    """One of the template's own; else one of AWS's that is about a service drawn here; else nobody knows what it allows."""
    if not isinstance(given, str):
        return
    own = raws.get(given.rsplit(":", 1)[-1].rsplit("/", 1)[-1])
    if own is not None and own.type == "AWS::IAM::ManagedPolicy":
        yield from _document(own.properties.get("PolicyDocument"))
        return
    name = given.rsplit("/", 1)[-1]
    if name in MANAGED:
        yield Permission(ANYTHING, "", MANAGED[name])
    elif given.startswith("arn:") and ":aws:policy/" not in given:
        yield Permission(UNKNOWN, "", (ANYTHING,))


def _among(named: Any, names: set[str]) -> bool:
    return isinstance(named, str) and named in names


def _document(document: Any) -> Iterator[Permission]:
    for statement in listed(document.get("Statement") if isinstance(document, dict) else None):
        if not isinstance(statement, dict) or statement.get("Effect", "Allow") != "Allow":
            continue
        actions = tuple(_spelled(action) for action in listed(statement.get("Action")) if isinstance(action, str))
        for resource in listed(statement.get("Resource")):
            if isinstance(resource, str) and actions:
                yield Permission(resource, "", actions)


def _spelled(action: str) -> str:
    """As AWS spells it: policies may write actions in letters of any size."""
    service, colon, name = action.partition(":")
    return f"{service.lower()}{colon}{name[:1].upper()}{name[1:]}"
