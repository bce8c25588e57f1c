"""Several items at once: BatchGetItem and BatchWriteItem (each for itself), TransactWriteItems and TransactGetItems (all or none)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.services.dynamodb import records, refusals
from flows.services.dynamodb.evaluating import projected
from flows.services.dynamodb.expressions import parse_update
from flows.services.dynamodb.items import PROJECTION, UPDATE, Write, projection_of
from flows.services.dynamodb.lookups import (
    READ,
    WRITE,
    Expressions,
    Refused,
    came_from,
    item_to_put,
    key_of,
    table_of,
    units_milli,
    use_up,
)
from flows.services.dynamodb.quotas import QUOTAS
from flows.services.dynamodb.table import Table
from flows.services.dynamodb.values import canonical, item_weight
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

NO_KEYS = "1 validation error detected: Value null at 'requestItems.keys' failed to satisfy constraint: Member must not be null"
TOO_MANY = "Too many items requested for the {what} call"
ONE = "TransactItems can only contain one of Check, Put, Update or Delete"
ACTIONS = ("ConditionCheck", "Put", "Delete", "Update")
NONE, FAILED = "None", "ConditionalCheckFailed"


def batch_get_item(world: World, caller: Caller, params: Json) -> Json | Refusal:
    answers: dict[str, list[Json]] = {}
    left: Json = {}
    for given in params["RequestItems"].values():
        if not given.get("Keys"):
            return refusals.validation(NO_KEYS)
    wanted = [(name, each) for name, given in params["RequestItems"].items() for each in given["Keys"]]
    if len(wanted) > QUOTAS.batch_get:
        return refusals.validation(TOO_MANY.format(what="BatchGetItem"))
    for name, given in params["RequestItems"].items():
        table = table_of(world, name)
        expressions = Expressions(given, PROJECTION)
        paths = projection_of(expressions)
        expressions.all_used()
        keys = [key_of(table, key) for key in given["Keys"]]
        _unlike([canonical({"M": key}) for key in keys])
        rows = answers.setdefault(name, [])
        for key in keys:
            found = table.find(key)
            size = 0 if found is None else item_weight(found.value)
            try:
                units = units_milli(READ, size, consistent=bool(given.get("ConsistentRead")))
                use_up(table, READ, units, came_from(world, caller, table))
            except Refused:
                left.setdefault(name, {**given, "Keys": []})["Keys"].append(key)
                continue
            if found is not None:
                rows.append(found.value if paths is None else projected(found.value, paths))
    return {"Responses": answers, "UnprocessedKeys": left}


def batch_write_item(world: World, caller: Caller, params: Json) -> Json | Refusal:
    requests = [(name, each) for name, given in params["RequestItems"].items() for each in given]
    if len(requests) > QUOTAS.batch_write:
        return refusals.validation(TOO_MANY.format(what="BatchWriteItem"))
    work: list[tuple[Table, str, Json, Json | None]] = []
    for name, each in requests:
        table = table_of(world, name)
        put, delete = each.get("PutRequest"), each.get("DeleteRequest")
        if (put is None) == (delete is None):
            return refusals.validation(
                "Supplied AttributeValue has more than one datatypes set"
                if put
                else "A write request needs a put or a delete"
            )
        item = None if put is None else item_to_put(table, put.get("Item") or {})
        key = key_of(table, (delete or {}).get("Key") or {}) if item is None else {n: item[n] for n in table.key_names}
        work.append((table, name, key, item))
    _unlike([f"{name} {canonical({'M': key})}" for _, name, key, _ in work])
    left: dict[str, list[Json]] = {}
    for (table, name, key, item), (_, each) in zip(work, requests, strict=True):
        came = came_from(world, caller, table)
        try:
            use_up(table, WRITE, units_milli(WRITE, item_weight(item or {})), came)
        except Refused:
            left.setdefault(name, []).append(each)
            continue
        if item is None:
            table.delete(key, came)
        else:
            table.write(item, came)
    return {"UnprocessedItems": left}


def _unlike(keys: list[str]) -> None:
    if len(set(keys)) != len(keys):
        raise Refused(refusals.validation("Provided list of item keys contains duplicates"))


def transact_write_items(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """All conditions are looked at before anything is written."""
    planned: list[tuple[Write, str, Json | None]] = []
    for row in params["TransactItems"]:
        said = [(name, row[name]) for name in ACTIONS if row.get(name) is not None]
        if len(said) != 1:
            return refusals.validation(ONE)
        planned.append(_planned(world, *said[0]))
    keys = [f"{write.table.name} {canonical({'M': write.key})}" for write, _, _ in planned]
    if len(set(keys)) != len(keys):
        return refusals.validation("Transaction request cannot include multiple operations on one item")
    reasons = [NONE if write.holds() else FAILED for write, _, _ in planned]
    if FAILED in reasons:
        for (write, _, _), reason in zip(planned, reasons, strict=True):
            if reason == FAILED:
                link, request, cause, parent = came_from(world, caller, write.table)
                detail = (link, write.table.label(write.key), str(write.params.get("ConditionExpression")))
                recorder = write.table.environment.recorder
                recorder.write(records.CONDITION_FAILED, write.table.node, parent, request, cause, 0, detail)
        return refusals.cancelled(reasons)
    for write, _, item in planned:
        size = max(item_weight(item or {}), item_weight(write.old or {}))
        use_up(write.table, WRITE, 2 * units_milli(WRITE, size), came_from(world, caller, write.table))
    for write, what, item in planned:
        came = came_from(world, caller, write.table)
        if what == "Delete":
            write.table.delete(write.key, came)
        elif item is not None:
            write.table.write(item, came, kind=records.UPDATED if what == "Update" else records.PUT)
    return {}


def _planned(world: World, what: str, given: Json) -> tuple[Write, str, Json | None]:
    table = table_of(world, given.get("TableName"))
    if what == "Put":
        item = item_to_put(table, given.get("Item") or {})
        return Write(table, given, item, item), what, item
    write = Write(table, given, key_of(table, given.get("Key") or {}), None)
    if what != "Update":
        return write, what, None
    actions: Any = write.expressions.reads(UPDATE, parse_update) or ()
    return write, what, item_to_put(table, write.updated(actions)[0])


def transact_get_items(world: World, caller: Caller, params: Json) -> Json | Refusal:
    answers: list[Json] = []
    for row in params["TransactItems"]:
        given = row["Get"]
        table = table_of(world, given["TableName"])
        expressions = Expressions(given, PROJECTION)
        paths = projection_of(expressions)
        expressions.all_used()
        found = table.find(key_of(table, given["Key"]))
        size = 0 if found is None else item_weight(found.value)
        use_up(table, READ, 2 * units_milli(READ, size), came_from(world, caller, table))
        if found is None:
            answers.append({})
        else:
            answers.append({"Item": found.value if paths is None else projected(found.value, paths)})
    return {"Responses": answers}
