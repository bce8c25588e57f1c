"""PutTargets, RemoveTargets, ListTargetsByRule: what a target must be, as EventBridge checks it before anything is put."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from flows.services.eventbridge import paths, refusals
from flows.services.eventbridge.listing import page
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.eventbridge.records import TARGET_PUT, TARGET_REMOVED
from flows.services.eventbridge.rules import rule_of
from flows.services.eventbridge.target import member
from flows.services.eventbridge.transform import OWN, RESERVED, compile_template
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

ARN = re.compile(r"arn:[\w-]+:([\w-]+):[\w-]*:\d*:.+")
FIFO = ".fifo"
FORMS = ("Input", "InputPath", "InputTransformer")


def put_targets(world: World, caller: Caller, params: Json) -> Json | Refusal:
    rule = rule_of(world, caller, params, "Rule")
    if isinstance(rule, Refusal):
        return rule
    targets: list[Json] = list(params.get("Targets") or [])
    refusal = next((wrong for target in targets if (wrong := _wrong(target)) is not None), None)
    if refusal is not None:
        return refusal
    if len({*rule.targets, *(str(target["Id"]) for target in targets)}) > QUOTAS.targets:
        return refusals.too_many()
    for given in targets:
        target = rule.put_target({name: value for name, value in given.items() if value is not None}, caller)
        target.place()
        target.dead_letter_queue()
        detail = (target.link, target.id)
        rule.environment.recorder.write(TARGET_PUT, rule.node, 0, caller.request, caller.cause, 0, detail)
    return {"FailedEntryCount": 0, "FailedEntries": []}


def _wrong(target: Json) -> Refusal | None:
    """What is wrong with one target, in the order in which it is said."""
    arn, id_ = str(target.get("Arn")), str(target.get("Id"))
    found = ARN.fullmatch(arn)
    if found is None:
        return refusals.parameter(arn, "Provided Arn is not in correct format.")
    if _is_fifo(found[1], arn) and not member(target, "SqsParameters", "MessageGroupId"):
        return refusals.invalid(f"Parameter(s) SqsParameters must be specified for target: {id_}.")
    if sum(target.get(name) is not None for name in FORMS) > 1:
        return refusals.invalid(f"Only one of Input, InputPath, or InputTransformer must be provided for target {id_}.")
    path = target.get("InputPath")
    if path and not _is_path(str(path)):
        return refusals.parameter("InputPath")
    if target.get("Input") is not None and not _is_json(str(target["Input"])):
        return refusals.invalid(f"JSON syntax error in Input for target {id_}.")
    return _wrong_transformer(target, id_) if target.get("InputTransformer") is not None else None


def _is_fifo(service: str, arn: str) -> bool:
    return service == "sqs" and arn.endswith(FIFO)


def _is_path(text: str) -> bool:
    try:
        paths.compile_path(text)
    except paths.PathError:
        return False
    return True


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _wrong_transformer(target: Json, id_: str) -> Refusal | None:
    """Every variable of the template must be one of the map's, or EventBridge's own; the template must be a template."""
    named = member(target, "InputTransformer", "InputPathsMap") or {}
    text = str(member(target, "InputTransformer", "InputTemplate") or "")
    for name, path in named.items():
        if str(name).startswith(RESERVED):
            return refusals.invalid(f"InputPathsMap for target {id_} contains reserved key {name}.")
        if not _is_path(str(path)):
            return refusals.invalid(f"InputPath for target {id_} is invalid.")
    template = compile_template(text)
    for name in template.names:
        if name not in named and name not in OWN:
            return refusals.invalid(f"InputTemplate for target {id_} contains invalid placeholder {name}.")
    return None


def remove_targets(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """Ids that the rule does not have are no error."""
    rule = rule_of(world, caller, params, "Rule")
    if isinstance(rule, Refusal):
        return rule
    for id_ in params.get("Ids") or ():
        target = rule.targets.get(str(id_))
        if target is not None:
            detail = (target.link, target.id)
            rule.environment.recorder.write(TARGET_REMOVED, rule.node, 0, caller.request, caller.cause, 0, detail)
            rule.remove_target(target.id, caller)
    return {"FailedEntryCount": 0, "FailedEntries": []}


def list_targets_by_rule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    rule = rule_of(world, caller, params, "Rule")
    if isinstance(rule, Refusal):
        return rule
    return page(params, "Targets", [rule.targets[id_].given for id_ in sorted(rule.targets)])
