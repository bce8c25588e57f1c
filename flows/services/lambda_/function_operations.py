"""The operations that make, change, show and remove functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_ import refusals
from flows.services.lambda_.config import AsyncConfig, FunctionConfig
from flows.services.lambda_.configuration import configuration, kept
from flows.services.lambda_.function import Function
from flows.services.lambda_.lookups import answer, known_target, on_function
from flows.services.lambda_.paging import page
from flows.services.lambda_.quotas import SECOND_US
from flows.services.lambda_.records import BEHAVIOUR_CHANGED, CONFIGURATION_CHANGED
from flows.services.lambda_.versions import LATEST
from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal
from flows.topology.behaviour import parse_behaviour
from flows.topology.resources.function import Behaviour
from flows.topology.words import is_yes

if TYPE_CHECKING:
    from flows.services.world import World

TYPE = "AWS::Lambda::Function"
DEAD_LETTERS = "async-dlq"
TAKES_DEAD_LETTERS = ("queue", "topic")
NAME_LENGTH = 64
CODE = ("ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")


def create_function(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """A new function. Code is a behaviour: `Behaviour`, or what functions do by default."""
    name = params["FunctionName"].rsplit(":", 1)[-1]
    if len(name) > NAME_LENGTH:
        said = f"Value '{name}' at 'functionName'"
        return answer(refusals.validation(said, f"Member must have length less than or equal to {NAME_LENGTH}"))
    if world.topology.named(name, "function") is not None:
        return answer(refusals.conflict(f"Function already exist: {name}"))
    behaviour = _behaviour(params)
    if isinstance(behaviour, Refusal):
        return answer(behaviour)
    dead_letters = _dead_letter_target(world, params)
    if isinstance(dead_letters, Refusal):
        return answer(dead_letters)
    given = {**kept(params), "Code": params["Code"], "Tags": dict(params.get("Tags") or {})}
    config = FunctionConfig(
        name,
        behaviour,
        (params.get("Timeout") or 3) * SECOND_US,
        params.get("MemorySize") or 128,
        asynchronous=AsyncConfig(dead_letter_target=dead_letters),
        configured=False,
    )
    node = world.create(TYPE, name, config, properties=given, caller=caller)
    function: Function = world.nouns[node.index]
    function.is_new = True
    if dead_letters is not None:
        _join_dead_letters(world, function, dead_letters)
    shown = configuration(function)
    if is_yes(params.get("Publish")):
        version = function.versions.publish("", caller.request, caller.cause)
        shown |= {"Version": version.number, "FunctionArn": f"{function.arn}:{version.number}"}
    return answer(shown)


def delete_function(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """The function, or one of its versions."""
    target = known_target(world, params["FunctionName"], params.get("Qualifier"))
    if isinstance(target, Refusal):
        return answer(target)
    function, qualifier = target.function, target.qualifier
    if not qualifier:
        world.remove(function.node, caller)
        return answer({})
    if qualifier == LATEST or qualifier in function.versions.aliases:
        return answer(refusals.invalid("$LATEST version cannot be deleted without deleting the function."))
    used = [each.name for each in function.versions.aliases.values() if qualifier in {each.version, each.second}]
    if used:
        message = f"Unable to delete version because the following aliases reference it: [{', '.join(used)}]"
        return answer(refusals.conflict(message))
    function.versions.release(qualifier)
    del function.versions.published[qualifier]
    return answer({})


def get_function(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    found = _configuration(world, params)
    if isinstance(found, Refusal):
        return answer(found)
    function, said = found
    region = world.topology.region
    bucket = f"awslambda-{region}-tasks.s3.{region}.amazonaws.com"
    output: Json = {
        "Configuration": said,
        "Code": {"RepositoryType": "S3", "Location": f"https://{bucket}/{said['RevisionId']}"},
    }
    if function.tags:
        output["Tags"] = function.tags
    if function.reserved is not None:
        output["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved}
    return answer(output)


def get_function_configuration(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    found = _configuration(world, params)
    return answer(found if isinstance(found, Refusal) else found[1])


def list_functions(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    functions = sorted(world.nouns_of("lambda"), key=lambda function: str(function.name))
    rows = [configuration(function) for function in functions]
    if params.get("FunctionVersion") == "ALL":
        rows = [
            row
            for function in functions
            for row in (
                configuration(function, None, LATEST),
                *(configuration(function, version) for version in function.versions.published.values()),
            )
        ]
    return answer(page("Functions", rows, params))


# ── changing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def update_function_code(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """New code. Until people's code runs here, code is a behaviour; the answer holds it, so every viewer learns of it."""
    stale = _stale(function, params)
    if stale is not None:
        return stale
    if "Behaviour" not in params:
        return _other_bytes(function, params)
    behaviour = _behaviour(params)
    if isinstance(behaviour, Refusal):
        return behaviour
    function.set_behaviour(behaviour)
    _record(function, caller, BEHAVIOUR_CHANGED, (function.handler.code_hash,))
    if is_yes(params.get("Publish")):
        function.versions.publish("", caller.request, caller.cause)
    return {**configuration(function), "Behaviour": params["Behaviour"]}


def _other_bytes(function: Function, params: Json) -> Json | Refusal:
    """AWS's own way: code as bytes, or where they are. They are kept, and the behaviour stays."""
    code = {name: params[name] for name in CODE if params.get(name) is not None}
    if not code:
        return refusals.invalid("Please provide a source for function code.")
    function.properties["Code"] = code
    function.changed()
    return configuration(function)


def _stale(function: Function, params: Json) -> Refusal | None:
    """A request may say which revision it means."""
    said = params.get("RevisionId")
    if said is None or said == configuration(function)["RevisionId"]:
        return None
    message = (
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve "
        "the latest Revision Id"
    )
    return Refusal("PreconditionFailedException", message, 412)


def update_function_configuration(world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """What is given changes, for `$LATEST`."""
    stale = _stale(function, params)
    if stale is not None:
        return stale
    dead_letters = _dead_letter_target(world, params)
    if isinstance(dead_letters, Refusal):
        return dead_letters
    timeout, memory = params.get("Timeout"), params.get("MemorySize")
    if timeout is not None:
        function.timeout_us = timeout * SECOND_US
        _record(function, caller, CONFIGURATION_CHANGED, ("Timeout", f"{timeout} s"))
    if memory is not None:
        function.memory_mb = memory
        _record(function, caller, CONFIGURATION_CHANGED, ("MemorySize", f"{memory} MB"))
    given = kept(params)
    if params.get("DeadLetterConfig") is not None:
        _join_dead_letters(world, function, dead_letters)
    function.properties.update(given)
    for name in given:
        _record(function, caller, CONFIGURATION_CHANGED, (name, str(params[name])))
    function.changed()
    if function.environments is not None:
        function.environments = function.new_environments(LATEST)
    return configuration(function)


def _behaviour(params: Json) -> Behaviour | Refusal:
    behaviour, problems = parse_behaviour(params.get("Behaviour"), "/Behaviour")
    if problems:
        return refusals.invalid("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
    return behaviour


def _configuration(world: World, params: Json) -> tuple[Function, Json] | Refusal:
    target = known_target(world, params["FunctionName"], params.get("Qualifier"))
    if isinstance(target, Refusal):
        return target
    function, qualifier = target.function, target.qualifier
    alias = function.versions.aliases.get(qualifier)
    code = function.versions.runnable((alias.version if alias else qualifier) or LATEST)
    return function, configuration(function, code, qualifier)


# ── dead letters ────────────────────────────────────────────────────────────────────────────────────────────────────


def _dead_letter_target(world: World, params: Json) -> int | Refusal | None:
    """The queue or topic that a request wants dead letters in."""
    arn = (params.get("DeadLetterConfig") or {}).get("TargetArn")
    if not arn:
        return None
    node = world.topology.by_arn.get(arn)
    if node is None or node.kind not in TAKES_DEAD_LETTERS:
        return refusals.invalid(f"The target of the dead-letter configuration does not exist: {arn}")
    return node.index


def _join_dead_letters(world: World, function: Function, target: int | None) -> None:
    for link in list(world.topology.links_from(function.node)):
        if link.kind == DEAD_LETTERS:
            world.origins.pop(link.index, None)
            world.part(link.index)
    function.event_queue.dead_letter_target = target
    if target is not None:
        link = world.join(DEAD_LETTERS, function.node, target, None, id_=f"{function.id}.DeadLetterConfig")
        world.origins[link.index] = function.event_queue


def _record(function: Function, caller: Caller, kind: int, detail: tuple[str, ...]) -> None:
    function.write(kind, function.node, 0, caller.request, caller.cause, 0, detail)


ROWS = (
    Operation("CreateFunction", create_function),
    Operation("DeleteFunction", delete_function),
    Operation("GetFunction", get_function, mutates=False),
    Operation("GetFunctionConfiguration", get_function_configuration, mutates=False),
    Operation("ListFunctions", list_functions, mutates=False),
    Operation("UpdateFunctionCode", on_function(update_function_code)),
    Operation("UpdateFunctionConfiguration", on_function(update_function_configuration)),
)
