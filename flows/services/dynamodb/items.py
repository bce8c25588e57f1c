"""PutItem, GetItem, UpdateItem and DeleteItem: one item, under a condition or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.services.dynamodb import records, refusals
from flows.services.dynamodb.evaluating import holds, projected
from flows.services.dynamodb.expressions import (
    ExpressionError,
    mentions,
    parse_condition,
    parse_projection,
    parse_update,
)
from flows.services.dynamodb.lookups import (
    READ,
    WRITE,
    Expressions,
    Refused,
    came_from,
    consumed,
    invalid_expression,
    item_to_put,
    key_of,
    units_milli,
    use_up,
)
from flows.services.dynamodb.table import Came, Table
from flows.services.dynamodb.updating import updated
from flows.services.dynamodb.values import item_weight
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

CONDITION, UPDATE, PROJECTION = "ConditionExpression", "UpdateExpression", "ProjectionExpression"
NO_VALUES, OLD = ("NONE", None), ("NONE", "ALL_OLD", None)


def put_item(world: World, caller: Caller, table: Table, params: Json) -> Json | Refusal:
    _returns_old_only(params)
    item = item_to_put(table, params["Item"])
    write = Write(table, params, item, item)
    came = came_from(world, caller, table)
    write.check(came)
    units = write.use_up(came, item)
    old = write.old
    table.write(item, came)
    answer: Json = {"Attributes": old} if params.get("ReturnValues") == "ALL_OLD" and old is not None else {}
    return {**answer, **consumed(table, params, units)}


def delete_item(world: World, caller: Caller, table: Table, params: Json) -> Json | Refusal:
    _returns_old_only(params)
    key = key_of(table, params["Key"])
    write = Write(table, params, key, None)
    came = came_from(world, caller, table)
    write.check(came)
    units = write.use_up(came, {})
    old = table.delete(key, came)
    answer: Json = {"Attributes": old} if params.get("ReturnValues") == "ALL_OLD" and old is not None else {}
    return {**answer, **consumed(table, params, units)}


def update_item(world: World, caller: Caller, table: Table, params: Json) -> Json | Refusal:
    key = key_of(table, params["Key"])
    write = Write(table, params, key, None)
    came = came_from(world, caller, table)
    actions: Any = write.expressions.reads(UPDATE, parse_update) or ()
    after, paths = write.updated(actions)
    write.check(came)
    item = item_to_put(table, after)
    units = write.use_up(came, item)
    old = write.old
    table.write(item, came, kind=records.UPDATED)
    answer: Json = {}
    wanted = params.get("ReturnValues")
    whole = old if wanted in ("ALL_OLD", "UPDATED_OLD") else item
    if wanted in ("ALL_OLD", "ALL_NEW") and whole is not None:
        answer["Attributes"] = whole
    elif wanted in ("UPDATED_OLD", "UPDATED_NEW") and whole is not None:
        told = projected(whole, list(paths))
        answer |= {"Attributes": told} if told else {}
    return {**answer, **consumed(table, params, units)}


def get_item(world: World, caller: Caller, table: Table, params: Json) -> Json | Refusal:
    expressions = Expressions(params, PROJECTION)
    key = key_of(table, params["Key"])
    paths = projection_of(expressions)
    expressions.all_used()
    found = table.find(key)
    size = 0 if found is None else item_weight(found.value)
    units = units_milli(READ, size, consistent=bool(params.get("ConsistentRead")))
    use_up(table, READ, units, came_from(world, caller, table))
    answer: Json = {} if found is None else {"Item": found.value if paths is None else projected(found.value, paths)}
    return {**answer, **consumed(table, params, units)}


def projection_of(expressions: Expressions) -> list[tuple[str | int, ...]] | None:
    """The paths of a projection; None where everything is wanted."""
    trees: Any = expressions.reads(PROJECTION, parse_projection)
    if trees is None:
        return None
    try:
        return [expressions.words.path(tree) for tree in trees]
    except ExpressionError as wrong:
        raise invalid_expression(PROJECTION, wrong) from None


class Write:
    """What writes have in common: what is there now, a condition, units."""

    def __init__(self, table: Table, params: Json, key: Json, _item: Json | None) -> None:
        self.table, self.params = table, params
        self.key = {name: key[name] for name in table.key_names}
        self.expressions = Expressions(params, CONDITION, UPDATE)
        found = table.find(self.key)
        self.old = None if found is None else found.value
        self._condition: Any = self.expressions.reads(CONDITION, parse_condition)

    def updated(self, actions: Any) -> tuple[Json, list[tuple[str | int, ...]]]:
        """The item after an update."""
        before = self.key if self.old is None else self.old
        try:
            return updated(actions, before, self.expressions.words, self.table.key_names)
        except ExpressionError as wrong:
            raise invalid_expression(UPDATE, wrong) from None

    def holds(self) -> bool:
        """Whether the condition holds; without one, it does. Names and values must all be used."""
        condition, words = self._condition, self.expressions.words
        result = True
        if condition is not None:
            try:
                result = holds(condition, self.old or {}, words)
            except ExpressionError as wrong:
                raise invalid_expression(CONDITION, wrong) from None
        if self.expressions.words.names or self.expressions.words.values:
            names, values = mentions(condition or ())
            words.used |= names | values
            self.expressions.all_used()
        return result

    def check(self, came: Came) -> None:
        """Refused, if the condition does not hold."""
        if self.holds():
            return
        link, request, cause, parent = came
        detail = (link, self.table.label(self.key), str(self.params.get(CONDITION)))
        write = self.table.environment.recorder.write
        write(records.CONDITION_FAILED, self.table.node, parent, request, cause, 0, detail)
        raise Refused(refusals.condition_failed())

    def use_up(self, came: Came, item: Json) -> int:
        """The larger of the item before and after counts."""
        units = units_milli(WRITE, max(item_weight(item), item_weight(self.old or {})))
        use_up(self.table, WRITE, units, came)
        return units


def _returns_old_only(params: Json) -> None:
    if params.get("ReturnValues") not in OLD:
        raise Refused(refusals.validation("ReturnValues can only be ALL_OLD or NONE"))
