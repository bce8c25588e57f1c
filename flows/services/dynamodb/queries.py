"""Query and Scan: of a table or of one of its indexes, in pages of up to a megabyte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.services.dynamodb import refusals
from flows.services.dynamodb.evaluating import holds, projected
from flows.services.dynamodb.expressions import ExpressionError, Tree, parse_condition
from flows.services.dynamodb.items import PROJECTION, projection_of
from flows.services.dynamodb.lookups import (
    READ,
    Expressions,
    Refused,
    came_from,
    consumed,
    invalid_expression,
    units_milli,
    use_up,
)
from flows.services.dynamodb.quotas import QUOTAS
from flows.services.dynamodb.table import Table
from flows.services.dynamodb.values import Value, canonical, checked_item, equal, item_weight, order_of
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.dynamodb.config import IndexConfig
    from flows.services.world import World

FILTER, KEYS = "FilterExpression", "KeyConditionExpression"
NO_KEYS = "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."


def query(world: World, caller: Caller, table: Table, params: Json) -> Json | Refusal:
    expressions = Expressions(params, FILTER, KEYS, PROJECTION)
    index = _index(table, params)
    hash_key, range_key = (table.hash_key, table.range_key) if index is None else (index.hash_key, index.range_key)
    tree: Any = expressions.reads(KEYS, parse_condition)
    if tree is None:
        raise Refused(refusals.validation(NO_KEYS))
    try:
        wanted = _hash_value(tree, hash_key, range_key, expressions)
    except ExpressionError as wrong:
        raise invalid_expression(KEYS, wrong) from None
    if index is None:
        found = table.in_order(wanted)
    else:
        found = [item for item in _of_index(table, index) if equal(item[hash_key], wanted)]
    found = [item for item in found if holds(tree, item, expressions.words)]
    if params.get("ScanIndexForward") is False:
        found.reverse()
    return _page(world, caller, table, params, found, expressions, index)


def scan(world: World, caller: Caller, table: Table, params: Json) -> Json | Refusal:
    expressions = Expressions(params, FILTER, PROJECTION)
    index = _index(table, params)
    found = table.everything() if index is None else _of_index(table, index)
    segments, segment = params.get("TotalSegments"), params.get("Segment")
    if (segments is None) != (segment is None):
        raise Refused(refusals.validation("The TotalSegments and Segment parameters have to be given together"))
    if segments is not None and segment is not None:
        if segment >= segments:
            raise Refused(
                refusals.validation(
                    "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: "
                    f"{segment} is not less than TotalSegments: {segments}"
                )
            )
        found = [item for place, item in enumerate(found) if place % segments == segment]
    return _page(world, caller, table, params, found, expressions, index)


def _index(table: Table, params: Json) -> IndexConfig | None:
    name = params.get("IndexName")
    if name is None:
        return None
    index = table.indexes.get(name)
    if index is None:
        raise Refused(refusals.validation(f"The table does not have the specified index: {name}"))
    if params.get("ConsistentRead") and not index.local:
        raise Refused(refusals.validation("Consistent reads are not supported on global secondary indexes"))
    return index


def _of_index(table: Table, index: IndexConfig) -> list[Json]:
    """The items that an index holds, in its order, each with what it projects."""
    keys = [name for name in (index.hash_key, index.range_key) if name]
    found = [item for item in table.everything() if all(name in item for name in keys)]
    if index.range_key:
        found.sort(key=lambda item: order_of(item[index.range_key]))
    found.sort(key=lambda item: canonical(item[index.hash_key]))
    if index.projection == "ALL":
        return found
    kept = {*table.key_names, *keys, *(index.included if index.projection == "INCLUDE" else ())}
    return [{name: value for name, value in item.items() if name in kept} for item in found]


def _hash_value(tree: Tree, hash_key: str, range_key: str, expressions: Expressions) -> Value:
    """The value of the hash key that a key condition asks for; it may say something of the range key besides."""
    parts = [tree[1], tree[2]] if tree[0] == "and" else [tree]
    words = expressions.words
    found: Value | None = None
    for part in parts:
        name, value = _about(part, expressions)
        if name == hash_key and part[0] == "compare" and part[1] == "=" and found is None:
            found = value
        elif name not in (hash_key, range_key) or not range_key:
            missed = hash_key if found is None and name != hash_key else name
            raise Refused(refusals.validation(f"Query condition missed key schema element: {missed}"))
        elif name == hash_key:
            raise Refused(refusals.validation("Query key condition not supported"))
    if found is None:
        raise Refused(refusals.validation(f"Query condition missed key schema element: {hash_key}"))
    words.used |= {part for tree_ in parts for part in _words(tree_)}
    return found


def _about(part: Tree, expressions: Expressions) -> tuple[str, Value]:
    """The attribute that a part of a key condition is about, and the value that it is compared with."""
    words = expressions.words
    if part[0] == "compare" and part[1] != "<>":
        path, value = (part[2], part[3]) if part[2][0] == "path" else (part[3], part[2])
    elif part[0] == "between":
        path, value = part[1], part[2]
    elif part[0] == "call" and part[1] == "begins_with":
        path, value = part[2]
    else:
        raise ExpressionError(f"Invalid operator used in KeyConditionExpression: {str(part[0]).upper()}")
    if path[0] != "path" or value[0] != "value":
        raise ExpressionError("Operand type is not supported in a key condition")
    return str(words.path(path)[0]), words.value(value[1])


def _words(tree: Any) -> list[str]:
    if isinstance(tree, tuple):
        return [word for part in tree for word in _words(part)]
    return [tree] if isinstance(tree, str) and tree[:1] in ("#", ":") else []


def _page(
    world: World,
    caller: Caller,
    table: Table,
    params: Json,
    found: list[Json],
    expressions: Expressions,
    index: IndexConfig | None,
) -> Json | Refusal:
    """What comes after the start key, up to the limit or a megabyte; then filtered, then projected."""
    filter_: Any = expressions.reads(FILTER, parse_condition)
    paths = projection_of(expressions)
    start = params.get("ExclusiveStartKey")
    if start is not None:
        found = _after(table, found, checked_item(start))
    limit = params.get("Limit")
    scanned: list[Json] = []
    size = 0
    for item in found:
        if (limit is not None and len(scanned) >= limit) or (scanned and size > QUOTAS.answer_bytes):
            break
        scanned.append(item)
        size += item_weight(item)
    kept = scanned
    if filter_ is not None:
        expressions.words.used |= set(_words(filter_))
        try:
            kept = [item for item in scanned if holds(filter_, item, expressions.words)]
            holds(filter_, {}, expressions.words)
        except ExpressionError as wrong:
            raise invalid_expression(FILTER, wrong) from None
    expressions.all_used()
    units = units_milli(READ, size, consistent=bool(params.get("ConsistentRead")))
    use_up(table, READ, units, came_from(world, caller, table))
    answer: Json = {"Count": len(kept), "ScannedCount": len(scanned)}
    if params.get("Select") != "COUNT":
        answer["Items"] = kept if paths is None else [projected(item, paths) for item in kept]
    if len(scanned) < len(found) and scanned:
        answer["LastEvaluatedKey"] = _key(table, scanned[-1], index)
    return {**answer, **consumed(table, params, units)}


def _key(table: Table, item: Json, index: IndexConfig | None) -> Json:
    names = [*table.key_names, *(() if index is None else (index.hash_key, index.range_key))]
    return {name: item[name] for name in dict.fromkeys(names) if name}


def _after(table: Table, found: list[Json], start: Json) -> list[Json]:
    """What comes behind the item of that key."""
    if not set(table.key_names) <= set(start):
        raise Refused(refusals.validation("The provided starting key is invalid"))
    for place, item in enumerate(found):
        if all(equal(item[name], start[name]) for name in table.key_names):
            return found[place + 1 :]
    return []
