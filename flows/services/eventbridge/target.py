"""One target of a rule: where its events go, in which form, how often and how long, and what becomes of those that never arrive.

A target is what PutTargets was told, kept as it was told. Where it leads is looked up when an event goes there: the node with that
ARN, if there is one (again). AWS's services outside the topology (log groups, streams …) have stubs that take what they are sent.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from flows.services.api_targets import request_for_api
from flows.services.eventbridge import paths
from flows.services.eventbridge.config import TargetConfig
from flows.services.eventbridge.quotas import QUOTAS, SECOND_US
from flows.services.eventbridge.transform import Context, TransformError, compact, compile_template, fill
from flows.services.ports import NO_LINK, Json
from flows.topology.names import bare_arn

if TYPE_CHECKING:
    from flows.services.eventbridge.rule import Rule
    from flows.services.ports import Caller

STUB = "Redrive::Stub"
ARN_COLONS = 4
QUEUE, STREAM = "queue", "stream"
AS_THEY_ARE = {"cluster": ("EcsParameters",), "graphql-api": ("AppSyncParameters",)}
"""By the target's kind: the parameters that it gets as they were told."""
SIMULATED = frozenset({"sqs", "lambda", "sns", "states", "events", "s3", "kinesis", "firehose", "ecs", "execute-api"})
"""Services whose missing resources are missing; those of others are outside."""


def member(value: Json, *names: str) -> Any:
    """A member of members; None where there is none."""
    found: Any = value
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _number(value: object, usual: int) -> int:
    """A number that a template may have written as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else usual


class Target:
    def __init__(self, rule: Rule, given: Json, link: int = NO_LINK, dead_letter_link: int = NO_LINK) -> None:
        self.rule = rule
        self.given = given
        self.id, self.arn = str(given["Id"]), str(given["Arn"])
        self.link, self.dead_letter_link = link, dead_letter_link
        self.dead_letter_arn = str(member(given, "DeadLetterConfig", "Arn") or "")

    # ── how often, how long ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def retries(self) -> int:
        return _number(member(self.given, "RetryPolicy", "MaximumRetryAttempts"), QUOTAS.retries)

    @property
    def age_us(self) -> int:
        return _number(member(self.given, "RetryPolicy", "MaximumEventAgeInSeconds"), QUOTAS.age_s) * SECOND_US

    def told(self, kind: str, event: Json) -> Json:
        """What a node of that kind is told beside the body (`Delivery.system`)."""
        if kind == QUEUE:
            group = member(self.given, "SqsParameters", "MessageGroupId")
            return {"MessageGroupId": str(group)} if group else {}
        if kind == STREAM:
            path = member(self.given, "KinesisParameters", "PartitionKeyPath")
            return {"PartitionKey": (self._read(path, event) if path else str(event.get("id") or ""))[:256]}
        return {name: self.given[name] for name in AS_THEY_ARE.get(kind, ()) if name in self.given}

    def request(self, api: str, text: str, event: Json) -> Json:
        """The request that an API gets."""
        return request_for_api(api, self.arn, self.given.get("HttpParameters"), text, partial(self._read, event=event))

    def _read(self, parameter: object, event: Json) -> str:
        """A parameter that may be a path into the event."""
        if not isinstance(parameter, str) or not parameter.startswith("$"):
            return str(parameter)
        try:
            found = paths.read(parameter, event)
        except paths.PathError:
            return ""
        return found if isinstance(found, str) else "" if found is paths.MISSING else compact(found)

    # ── what ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, event: Json, ingested: str) -> str | None:
        """What it gets; None is the event as it is. Raises TransformError."""
        given = self.given
        constant = given.get("Input")
        if constant is not None:
            return constant if isinstance(constant, str) else compact(constant)
        template = member(given, "InputTransformer", "InputTemplate")
        try:
            if given.get("InputPath"):
                found = paths.read(str(given["InputPath"]), event)
                return compact(None if found is paths.MISSING else found)
            if template is None:
                return None
            context = Context(event, self.rule.arn, self.rule.name, ingested)
            return fill(compile_template(str(template)), self.variables(), context)
        except paths.PathError as refused:
            raise TransformError(str(refused)) from None

    def variables(self) -> dict[str, str]:
        named = member(self.given, "InputTransformer", "InputPathsMap")
        return {str(name): str(path) for name, path in named.items()} if isinstance(named, dict) else {}

    # ── where ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def place(self) -> int | None:
        """The node it leads to, now."""
        world = self.rule.world
        if self.link != NO_LINK:
            return world.topology.links[self.link].target
        node = world.topology.by_arn.get(self.arn) or world.topology.by_arn.get(bare_arn(self.arn))
        if node is None:
            service = self.arn.split(":")[2] if self.arn.count(":") > ARN_COLONS else ""
            if not service or service in SIMULATED:
                return None
            node = world.create(STUB, self.arn.rpartition(":")[2], None, arn=self.arn)
        self.link = self._joined("rule-target", node.index, self.link_id)
        world.links[self.link] = self
        return node.index

    def dead_letter_queue(self) -> int | None:
        if not self.dead_letter_arn:
            return None
        world = self.rule.world
        if self.dead_letter_link != NO_LINK:
            return world.topology.links[self.dead_letter_link].target
        node = world.topology.by_arn.get(self.dead_letter_arn)
        if node is None:
            return None
        self.dead_letter_link = self._joined("rule-dlq", node.index, f"{self.link_id}.DeadLetterConfig")
        world.links[self.dead_letter_link] = DeadLetterEnd(self)
        world.origins[self.dead_letter_link] = self.rule
        return node.index

    @property
    def link_id(self) -> str:
        return f"{self.rule.id}.Targets.{self.id}"

    def _joined(self, kind: str, target: int, id_: str) -> int:
        rule = self.rule
        return rule.world.join(kind, rule.node, target, TargetConfig(rule.node, -1), id_=id_).index

    def removed(self, _caller: Caller | None) -> None:
        """The link goes, because its other end does: what stands there later may be joined again."""
        self.link = NO_LINK

    def end(self, caller: Caller | None) -> None:
        """The target is no more."""
        world = self.rule.world
        for link in (self.link, self.dead_letter_link):
            if link != NO_LINK:
                world.origins.pop(link, None)
                world.part(link, caller)
        self.link = self.dead_letter_link = NO_LINK

    @staticmethod
    def read(text: str, position: int) -> Json:
        """A target as a template has it; one without an id gets the number of its place."""
        given: Json = json.loads(text)
        return given if given.get("Id") else {**given, "Id": f"Target{position}"}


class DeadLetterEnd:
    """The link to a target's dead-letter queue."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def removed(self, _caller: Caller | None) -> None:
        self.target.dead_letter_link = NO_LINK
