"""The operations on what a function has besides its code: concurrency, loops, permissions, tags; and the account's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.lambda_ import refusals
from flows.services.lambda_.concurrency import account_of
from flows.services.lambda_.function import Function
from flows.services.lambda_.lookups import answer, function_of, mapping_of, on_function
from flows.services.lambda_.quotas import QUOTAS
from flows.services.lambda_.records import CONFIGURATION_CHANGED
from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

RESERVED, LOOP = "ReservedConcurrentExecutions", "RecursiveLoop"
BYTES_OF_CODE = 80_530_636_800
UNZIPPED, ZIPPED = 262_144_000, 52_428_800
SERVICE_PRINCIPAL = ".amazonaws.com"


# ── concurrency ─────────────────────────────────────────────────────────────────────────────────────────────────────


def put_function_concurrency(_world: World, caller: Caller, function: Function, params: Json) -> Json | Refusal:
    reserved, account = params[RESERVED], function.account
    others = account.reserved - (function.reserved or 0)
    if account.limit - others - reserved < QUOTAS.unreserved_at_least and reserved > (function.reserved or 0):
        return refusals.invalid(
            f"Specified {RESERVED} for function decreases account's UnreservedConcurrentExecution below its minimum "
            f"value of [{QUOTAS.unreserved_at_least}]."
        )
    function.reserve(reserved)
    _record(function, caller, RESERVED, str(reserved))
    return {RESERVED: reserved}


def get_function_concurrency(_world: World, _caller: Caller, function: Function, _params: Json) -> Json:
    return {} if function.reserved is None else {RESERVED: function.reserved}


def delete_function_concurrency(_world: World, caller: Caller, function: Function, _params: Json) -> Json:
    function.reserve(None)
    _record(function, caller, RESERVED, "none")
    return {}


def get_account_settings(world: World, _caller: Caller, _params: Json) -> Answer:
    account, functions = account_of(world), world.nouns_of("lambda")
    return Answer(
        {
            "AccountLimit": {
                "TotalCodeSize": BYTES_OF_CODE,
                "CodeSizeUnzipped": UNZIPPED,
                "CodeSizeZipped": ZIPPED,
                "ConcurrentExecutions": account.limit,
                "UnreservedConcurrentExecutions": account.unreserved,
            },
            "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": len(functions)},
        }
    )


def put_account_concurrency(world: World, _caller: Caller, params: Json) -> Answer:
    """The playground's own: the quota of concurrent executions as support would raise it."""
    account_of(world).limit = params["ConcurrentExecutions"]
    return Answer({"ConcurrentExecutions": params["ConcurrentExecutions"]})


# ── loops ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def put_recursion_config(_world: World, caller: Caller, function: Function, params: Json) -> Json:
    function.recursion_terminates = params[LOOP] == "Terminate"
    _record(function, caller, LOOP, params[LOOP])
    return {LOOP: params[LOOP]}


def get_recursion_config(_world: World, _caller: Caller, function: Function, _params: Json) -> Json:
    return {LOOP: "Terminate" if function.recursion_terminates else "Allow"}


# ── permissions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def add_permission(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    """A statement in the function's policy. It is kept and shown; nothing is forbidden here."""
    qualifier, sid = params.get("Qualifier") or "", params["StatementId"]
    if not function.versions.known(qualifier):
        return refusals.no_such_function(f"{function.arn}:{qualifier}")
    statements = function.policy.setdefault(qualifier, {})
    if sid in statements:
        return refusals.conflict(
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the "
            "existing statement."
        )
    principal = params["Principal"]
    is_service = principal.endswith(SERVICE_PRINCIPAL)
    account = f"arn:aws:iam::{principal}:root" if principal.isdecimal() else principal
    said: object = {"Service": principal} if is_service else "*" if principal == "*" else {"AWS": account}
    statement: Json = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": said,
        "Action": params["Action"],
        "Resource": f"{function.arn}:{qualifier}" if qualifier else function.arn,
    }
    conditions = _conditions(params)
    if conditions:
        statement["Condition"] = conditions
    statements[sid] = statement
    return {"Statement": _text(statement)}


def _conditions(params: Json) -> Json:
    conditions: Json = {}
    if params.get("SourceAccount"):
        conditions["StringEquals"] = {"AWS:SourceAccount": params["SourceAccount"]}
    if params.get("FunctionUrlAuthType"):
        conditions.setdefault("StringEquals", {})["lambda:FunctionUrlAuthType"] = params["FunctionUrlAuthType"]
    if params.get("SourceArn"):
        conditions["ArnLike"] = {"AWS:SourceArn": params["SourceArn"]}
    return conditions


def remove_permission(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    statements = function.policy.get(params.get("Qualifier") or "", {})
    if statements.pop(params["StatementId"], None) is None:
        return refusals.not_found(
            "No policy found for: " + function.arn
            if not statements
            else f"Statement {params['StatementId']} is not found in resource policy."
        )
    return {}


def get_policy(_world: World, _caller: Caller, function: Function, params: Json) -> Json | Refusal:
    statements = function.policy.get(params.get("Qualifier") or "")
    if not statements:
        return refusals.not_found("The resource you requested does not exist.")
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": list(statements.values())}
    return {"Policy": _text(policy)}


# ── tags ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def list_tags(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    found = _tagged(world, params["Resource"])
    return answer(found if isinstance(found, Refusal) else {"Tags": found})


def tag_resource(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    found = _tagged(world, params["Resource"])
    if isinstance(found, Refusal):
        return answer(found)
    found.update(params["Tags"])
    return answer({})


def untag_resource(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    found = _tagged(world, params["Resource"])
    if isinstance(found, Refusal):
        return answer(found)
    for name in params["TagKeys"]:
        found.pop(name, None)
    return answer({})


def _tagged(world: World, arn: str) -> Json | Refusal:
    """The tags of a function or a mapping."""
    if ":event-source-mapping:" in arn:
        mapping = mapping_of(world, arn.rsplit(":", 1)[-1])
        return mapping if isinstance(mapping, Refusal) else mapping.tags
    function = function_of(world, arn)
    return function if isinstance(function, Refusal) else function.tags


def _text(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))


def _record(function: Function, caller: Caller, setting: str, value: str) -> None:
    function.write(CONFIGURATION_CHANGED, function.node, 0, caller.request, caller.cause, 0, (setting, value))


ROWS = (
    Operation("PutFunctionConcurrency", on_function(put_function_concurrency)),
    Operation("GetFunctionConcurrency", on_function(get_function_concurrency), mutates=False),
    Operation("DeleteFunctionConcurrency", on_function(delete_function_concurrency)),
    Operation("GetAccountSettings", get_account_settings, mutates=False),
    Operation("PutAccountConcurrency", put_account_concurrency, aws=False),
    Operation("PutFunctionRecursionConfig", on_function(put_recursion_config)),
    Operation("GetFunctionRecursionConfig", on_function(get_recursion_config), mutates=False),
    Operation("AddPermission", on_function(add_permission)),
    Operation("RemovePermission", on_function(remove_permission)),
    Operation("GetPolicy", on_function(get_policy), mutates=False),
    Operation("ListTags", list_tags, mutates=False),
    Operation("TagResource", tag_resource),
    Operation("UntagResource", untag_resource),
)
