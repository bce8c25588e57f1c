"""EventBridge Pipes' operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.constraints import violations
from flows.services.dates import iso
from flows.services.pipes import records, refusals
from flows.services.pipes.config import PipeConfig
from flows.services.pipes.filtering import is_wrong
from flows.services.pipes.pipe import RUNNING, STOPPED, Pipe
from flows.services.pipes.quotas import QUOTAS
from flows.services.pipes.run import ENRICHMENT_LINK, TARGET_LINK
from flows.services.ports import Answer, Caller, Json, Operation, Refusal, operations
from flows.services.texts import is_writable

if TYPE_CHECKING:
    from flows.services.world import World

PIPE = "AWS::Pipes::Pipe"
SETTLED = frozenset({RUNNING, STOPPED, "CREATE_FAILED", "UPDATE_FAILED"})
KEPT = (
    "Description",
    "DesiredState",
    "Source",
    "SourceParameters",
    "Enrichment",
    "EnrichmentParameters",
    "Target",
    "TargetParameters",
    "RoleArn",
    "LogConfiguration",
    "KmsKeyIdentifier",
)
Verb: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"
OnPipe: TypeAlias = "Callable[[World, Caller, Pipe, Json], Json | Refusal]"


def pipe_arn(caller: Caller, name: object) -> str:
    return f"arn:aws:pipes:{caller.region}:{caller.account}:pipe/{name}"


class Answering:
    """A verb as an operation: bounds are checked first, and what it answers is made an answer."""

    def __init__(self, name: str, verb: Verb) -> None:
        self.name, self.verb = name, verb

    def __call__(self, world: World, caller: Caller, params: Json) -> Answer:
        params = {name: value for name, value in params.items() if value is not None}
        wrong = violations("pipes", self.name, params) if is_writable(params) else refusals.NOT_UTF8
        got = wrong or self.verb(world, caller, params)
        return Answer(refusal=got) if isinstance(got, Refusal) else Answer(got)


class Named:
    """A verb about the pipe that is named, by its name or its ARN."""

    def __init__(self, verb: OnPipe) -> None:
        self.verb = verb

    def __call__(self, world: World, caller: Caller, params: Json) -> Json | Refusal:
        arn = params.get("resourceArn") or pipe_arn(caller, params.get("Name"))
        pipe = _at(world, str(arn))
        return refusals.no_pipe(str(arn).rpartition("/")[2]) if pipe is None else self.verb(world, caller, pipe, params)


def _at(world: World, arn: str) -> Pipe | None:
    node = world.topology.by_arn.get(arn)
    noun = None if node is None else world.nouns[node.index]
    return noun if isinstance(noun, Pipe) else None


# ── making and changing ─────────────────────────────────────────────────────────────────────────────────────────────


def create_pipe(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name = params["Name"]
    if _wrong_filters(params):
        return refusals.INVALID_FILTER
    arn = pipe_arn(caller, name)
    if _at(world, arn) is not None:
        return refusals.pipe_exists(name)
    given = {key: params[key] for key in (*KEPT, "Tags") if key in params}
    node = world.create(PIPE, name, PipeConfig(name, json.dumps(given)), arn=arn, properties=params, caller=caller)
    pipe: Pipe = world.nouns[node.index]
    pipe.transit("CREATING")
    return _changed(world, pipe)


def update_pipe(world: World, caller: Caller, pipe: Pipe, params: Json) -> Json | Refusal:
    """What is given replaces what was told before; the rest stays. The source cannot be another."""
    if pipe.state not in SETTLED:
        return refusals.busy(pipe.name, pipe.state)
    if _wrong_filters(params):
        return refusals.INVALID_FILTER
    given = {**pipe.given, **{key: params[key] for key in KEPT if key in params and key != "Source"}}
    changed = sorted(key for key in given if given[key] != pipe.given.get(key))
    for role, kind in (("Enrichment", ENRICHMENT_LINK), ("Target", TARGET_LINK)):
        if role in changed and kind in pipe.links:
            world.part(pipe.links.pop(kind), caller)
    pipe.given = given
    detail = (", ".join(changed) or "nothing",)
    world.environment.recorder.write(records.CHANGED, pipe.node, 0, caller.request, caller.cause, 0, detail)
    pipe.transit("UPDATING")
    return _changed(world, pipe)


def start_pipe(world: World, _caller: Caller, pipe: Pipe, _params: Json) -> Json | Refusal:
    return _turn(world, pipe, RUNNING, "STARTING")


def stop_pipe(world: World, _caller: Caller, pipe: Pipe, _params: Json) -> Json | Refusal:
    return _turn(world, pipe, STOPPED, "STOPPING")


def delete_pipe(world: World, _caller: Caller, pipe: Pipe, _params: Json) -> Json | Refusal:
    if pipe.state == "DELETING":
        return refusals.busy(pipe.name, pipe.state)
    pipe.transit("DELETING")
    return _changed(world, pipe)


def _turn(world: World, pipe: Pipe, wanted: str, state: str) -> Json | Refusal:
    if pipe.state not in SETTLED:
        return refusals.busy(pipe.name, pipe.state)
    pipe.given = {**pipe.given, "DesiredState": wanted}
    if pipe.state != wanted:
        pipe.transit(state)
    return _changed(world, pipe)


def _wrong_filters(params: Json) -> bool:
    return is_wrong((params.get("SourceParameters") or {}).get("FilterCriteria"))


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def describe_pipe(world: World, _caller: Caller, pipe: Pipe, _params: Json) -> Json | Refusal:
    told = {key: pipe.given[key] for key in KEPT if pipe.given.get(key) is not None}
    reason = {"StateReason": pipe.reason} if pipe.reason else {}
    return {**told, **_changed(world, pipe), **reason, "Tags": dict(pipe.tags)}


def list_pipes(world: World, caller: Caller, params: Json) -> Json | Refusal:
    mine = pipe_arn(caller, params.get("NamePrefix") or "")
    pipes = [noun for noun in world.nouns_of("pipes") if noun.arn.startswith(mine)]
    wanted = [
        pipe
        for pipe in sorted(pipes, key=lambda pipe: pipe.name)
        if params.get("DesiredState") in (None, pipe.wanted)
        and params.get("CurrentState") in (None, pipe.state)
        and str(pipe.given.get("Source") or "").startswith(params.get("SourcePrefix") or "")
        and str(pipe.given.get("Target") or "").startswith(params.get("TargetPrefix") or "")
    ]
    token, most = str(params.get("NextToken") or "0"), params.get("Limit") or QUOTAS.page
    if not (token.isascii() and token.isdecimal()):
        return refusals.BAD_TOKEN
    shown = wanted[int(token) : int(token) + most]
    answer: Json = {"Pipes": [{**_ends(pipe), **_changed(world, pipe)} for pipe in shown]}
    if int(token) + most < len(wanted):
        answer["NextToken"] = str(int(token) + most)
    return answer


def tag_resource(_world: World, _caller: Caller, pipe: Pipe, params: Json) -> Json | Refusal:
    pipe.tags |= params["tags"]
    return {}


def untag_resource(_world: World, _caller: Caller, pipe: Pipe, params: Json) -> Json | Refusal:
    pipe.tags = {key: value for key, value in pipe.tags.items() if key not in params["tagKeys"]}
    return {}


def list_tags_for_resource(_world: World, _caller: Caller, pipe: Pipe, _params: Json) -> Json | Refusal:
    return {"tags": dict(pipe.tags)}


def _ends(pipe: Pipe) -> Json:
    found = {name: pipe.given.get(name) for name in ("Source", "Enrichment", "Target")}
    return {name: value for name, value in found.items() if value}


def _changed(world: World, pipe: Pipe) -> Json:
    return {
        "Arn": pipe.arn,
        "Name": pipe.name,
        "DesiredState": "DELETED" if pipe.state == "DELETING" else pipe.wanted,
        "CurrentState": pipe.state,
        "CreationTime": iso(world.environment, pipe.made_at),
        "LastModifiedTime": iso(world.environment, pipe.changed_at),
    }


def _row(name: str, verb: Verb, *, mutates: bool = True) -> Operation:
    return Operation(name, Answering(name, verb), mutates=mutates)


OPERATIONS = operations(
    _row("CreatePipe", create_pipe),
    _row("UpdatePipe", Named(update_pipe)),
    _row("StartPipe", Named(start_pipe)),
    _row("StopPipe", Named(stop_pipe)),
    _row("DeletePipe", Named(delete_pipe)),
    _row("DescribePipe", Named(describe_pipe), mutates=False),
    _row("ListPipes", list_pipes, mutates=False),
    _row("TagResource", Named(tag_resource)),
    _row("UntagResource", Named(untag_resource)),
    _row("ListTagsForResource", Named(list_tags_for_resource), mutates=False),
)
