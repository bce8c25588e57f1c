"""What a function's code calls, as far as a template tells.

No property declares a call. What hints at one is gathered in `evidence.py`; here is what it is worth. Measured over public templates,
a variable that names a resource and a policy that allows something on it are together right 98 times of 100: drawn solid, and so
is what else is nearly as sure (`_style`). Anything less is drawn as suggested. Not drawn: a policy towards the function's own
source (it is the mapping that polls) or its own dead-letter queue and destinations (it is Lambda that sends). `SendTask…` is routed
by the token: `callbacks.py` finds out whose it is. Where the code came along it has the last word: what it makes no client of it does not call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.importers.callbacks import add_callbacks
from flows.importers.calling import add_behaviour
from flows.importers.code import Code
from flows.importers.evidence import SERVICE, Evidence, gather
from flows.importers.sam import Raw
from flows.importers.stubs import Stubs
from flows.topology.catalogue import Catalogue, Resource
from flows.topology.document import Document
from flows.topology.links import derive_links
from flows.topology.links.draft import Draft, get, members
from flows.topology.types import DEFAULT_BUS

OWN = {"async-dlq", "async-on-failure", "async-on-success", "esm-on-failure"}
GIVEN_UP = {*OWN, "redrive", "rule-dlq", "schedule-dlq", "subscription-dlq", "pipe-dlq"} - {"async-on-success"}
POLLED = {"queue", "stream", "table"}
POLLING = (
    "sqs:Receive",
    "sqs:Delete",
    "sqs:GetQueue",
    "sqs:ChangeMessage",
    "kinesis:Get",
    "kinesis:Describe",
    "kinesis:List",
    "kinesis:Subscribe",
    "dynamodb:GetRecords",
    "dynamodb:GetShard",
    "dynamodb:DescribeStream",
    "dynamodb:ListStreams",
)
ASIDE = ("Describe", "List", "Tag", "Create", "Update", "GetQueue", "GetBucket", "GetTopic")
"""How operations begin that look at a thing and do not use it (UpdateItem does)."""
SENDS = {
    "queue": "sqs:SendMessage",
    "topic": "sns:Publish",
    "bus": "events:PutEvents",
    "function": "lambda:InvokeFunction",
    "machine": "states:StartExecution",
    "stream": "kinesis:PutRecord",
    "delivery-stream": "firehose:PutRecord",
}
"""What, allowed on everything by its own name, is meant for the one thing of its kind that the template has."""
SHOWN = 4
BY_PASSWORD = {"database"}
"""Kinds that let those in who know a password, whatever policies say."""
UNSEEN_BY_CODE = {"api", "database"}
"""Kinds that are also reached without a client of AWS's: by HTTP, by a driver."""


def add_calls(
    document: dict[str, Any], raws: dict[str, Raw], stubs: Stubs, code_of: Callable[[Raw], Code | None]
) -> None:
    catalogue = Catalogue(Document.model_validate(document))
    drafts = derive_links(catalogue)
    around = _Around(catalogue, drafts)
    gathered = gather(catalogue, raws, stubs, code_of)
    found = {id_: _calls(each, around) for id_, each in gathered.items()}
    around.lead_on(found)
    add_callbacks(found, gathered, drafts)
    for function, calls in found.items():
        kept = [around.settled(function, call) for call in calls]
        playground = document["resources"][function]["playground"]
        if kept and "calls" not in playground:
            playground["calls"] = kept
    add_behaviour(document)


class _Around:
    """What surrounds a function: what feeds it, where Lambda itself sends for it, what leads to it."""

    def __init__(self, catalogue: Catalogue, drafts: list[Draft]) -> None:
        self.catalogue = catalogue
        self.sources: dict[str, set[str]] = {}
        self.own: dict[str, set[str]] = {}
        self.letters = {draft.target.id for draft in drafts if draft.kind in GIVEN_UP}
        self.leading: dict[str, set[str]] = {}
        for draft in drafts:
            if draft.kind in OWN:
                self.own.setdefault(draft.source.id, set()).add(draft.target.id)
            elif draft.kind in {"esm", "s3-notification"}:
                self.sources.setdefault(draft.target.id, set()).add(draft.source.id)
            if draft.kind not in {"call", "connector"}:
                self.leading.setdefault(draft.source.id, set()).add(draft.target.id)

    def lead_on(self, found: dict[str, list[dict[str, Any]]]) -> None:
        for function, calls in found.items():
            solid = {call["target"] for call in calls if call["style"] == "solid"}
            self.leading.setdefault(function, set()).update(solid)

    def settled(self, function: str, call: dict[str, Any]) -> dict[str, Any]:
        """A bucket may be read by one who stands far down its events: the name travels with them."""
        target = self.catalogue.resources.get(call["target"])
        reads = any(said.startswith(("s3:Get", "s3:*")) for said in call["operations"])
        if call["style"] == "solid" or target is None or target.kind != "bucket" or not reads:
            return call
        if "policy" not in call["evidence"] or not self._leads(target.id, function):
            return call
        return {**call, "style": "solid", "evidence": [*call["evidence"], "event"]}

    def only(self, kind: str, function: str) -> Resource | None:
        """The one node of a kind that a function could send to, if there is one: not its source, no dead-letter queue."""
        known = self.catalogue.resources
        able = [
            each
            for each in known.values()
            if each.kind == kind
            and not each.implicit
            and each.id not in {function, *self.sources.get(function, ()), *self.letters}
        ]
        if kind == "bus" and not able:
            return known.get(DEFAULT_BUS) if self._own_events() else None
        return able[0] if len(able) == 1 else None

    def _own_events(self) -> bool:
        """Whether a rule of the default bus waits for events that are not AWS's own."""
        for rule in self.catalogue.of_type("AWS::Events::Rule"):
            said = members(get(rule.properties.get("EventPattern"), "source"))
            if said and any(isinstance(each, str) and not each.startswith("aws.") for each in said):
                return True
        return False

    def _leads(self, start: str, goal: str) -> bool:
        seen, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            if here == goal:
                return True
            further = self.leading.get(here, set()) - seen
            seen |= further
            waiting.extend(sorted(further))
        return False


def _calls(each: Evidence, around: _Around) -> list[dict[str, Any]]:
    function = each.function.id
    spelled = _spelled_out(each, around.catalogue)
    only = _only(each, around)
    calls = []
    for target in sorted({*each.targets(), *spelled, *only}):
        resource = around.catalogue.resources.get(target)
        kind = resource.kind if resource is not None else ""
        by_lambda = target in around.own.get(function, ())
        if target == function or (by_lambda and not (each.named.get(target) and target in each.allowed)):
            continue
        operations = [*each.allowed.get(target, ()), *each.connected.get(target, ()), *only.get(target, ())]
        source = target in around.sources.get(function, ())
        if source and kind in POLLED:
            operations = [said for said in operations if not said.startswith(POLLING)]
            if not operations and not _deletes(each, target):
                continue
        evidence = _evidence(each, target, kind, operations, spelled, only)
        if source and kind == "bucket" and operations:
            evidence.append("event")
        style = _style(each, kind, operations, evidence, source=source)
        if style == "solid" or (resource is not None and not resource.implicit):
            shown = operations or _in_code(each, kind) or each.broadly.get(kind, ())
            calls.append({"target": target, "style": style, "operations": list(shown)[:SHOWN], "evidence": evidence})
    return calls


def _evidence(
    each: Evidence, target: str, kind: str, operations: list[str], spelled: set[str], only: dict[str, list[str]]
) -> list[str]:
    words = {
        "env": each.named.get(target) is True,
        "globals": each.named.get(target) is False,
        "policy": target in each.allowed and bool(operations),
        "connector": target in each.connected,
        "code": target in spelled,
        "only": target in only,
    }
    words["broad policy"] = not words["policy"] and (kind in each.broadly or each.unseen) and target in each.named
    return [word for word, holds in words.items() if holds]


def _style(each: Evidence, kind: str, operations: list[str], evidence: list[str], *, source: bool) -> str:
    if each.code is not None and each.code.calls and kind in SERVICE and kind not in UNSEEN_BY_CODE:
        return "solid" if SERVICE[kind] in each.code.calls and evidence else "suggested"
    said = set(evidence)
    if said & {"connector", "event"} or said == {"only"}:
        return "solid"
    if "policy" in said and said & {"env", "globals"}:
        return "solid"
    if "env" in said and ("broad policy" in said or kind in BY_PASSWORD):
        return "solid"
    if said == {"policy"}:
        return "solid" if _is_its_own(each, kind, operations) and not source else "suggested"
    return "suggested"


def _is_its_own(each: Evidence, kind: str, operations: list[str]) -> bool:
    """A policy alone is worth much where it is the function's own, allows a use, and variables name nothing: else they would name this."""
    uses = [said for said in operations if not said.partition(":")[2].startswith(ASIDE) or said.endswith("Item")]
    return bool(kind and uses) and not each.shares_role and not each.named


def _in_code(each: Evidence, kind: str) -> tuple[str, ...]:
    return each.code.calls.get(SERVICE.get(kind, ""), ()) if each.code is not None else ()


def _deletes(each: Evidence, target: str) -> bool:
    """Code may delete from its own queue, beside the mapping that does."""
    called = each.code.calls.get("sqs", ()) if each.code is not None else ()
    return "sqs:DeleteMessage" in called and target in each.named


def _spelled_out(each: Evidence, catalogue: Catalogue) -> set[str]:
    """The nodes whose names stand in the code, of the services that it has clients of."""
    code = each.code
    if code is None:
        return set()
    services = set(code.calls)
    return {
        node.id
        for node in catalogue.resources.values()
        if SERVICE.get(node.kind) in services and not node.implicit and (code.says(node.name) or code.says(node.arn))
    }


def _only(each: Evidence, around: _Around) -> dict[str, list[str]]:
    """Where one sending operation alone is allowed on everything, by name: the one node that it can be meant for.

    Several of them are a list that somebody copied from function to function.
    """
    sent = [kind for kind, operation in SENDS.items() if operation in each.broadly.get(kind, ())]
    if len(sent) != 1 or sent[0] in each.kinds_named or each.shares_role:
        return {}
    node = around.only(sent[0], each.function.id)
    return {} if node is None or node.id in each.allowed else {node.id: [SENDS[sent[0]]]}
