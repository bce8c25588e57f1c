"""Finding a table, and what every request about items is checked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.constraints import violations
from flows.services.dynamodb import records, refusals
from flows.services.dynamodb.evaluating import Words
from flows.services.dynamodb.expressions import ExpressionError
from flows.services.dynamodb.quotas import QUOTAS
from flows.services.dynamodb.table import CREATING, Came, Table
from flows.services.dynamodb.updating import UpdateError
from flows.services.dynamodb.values import InvalidValueError, checked, checked_item, item_weight, kind_of, order_of
from flows.services.ports import NO_LINK, Answer, Caller, Json, Operation, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

SERVICE = "dynamodb"
Plain: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"
OnTable: TypeAlias = "Callable[[World, Caller, Table, Json], Json | Refusal]"
READ, WRITE = 0, 1
UNUSED = "Value provided in {member} unused in expressions: keys: {{{keys}}}"


class Refused(Exception):
    """A refusal on its way out."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def row(name: str, run: Plain, *, mutates: bool = True) -> Operation:
    """A row of the table of operations: the request is checked first, an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        refusal = violations(SERVICE, name, params)
        if refusal is not None:
            return Answer(refusal=refusal)
        try:
            found = run(world, caller, params)
        except Refused as refused:
            found = refused.refusal
        except (InvalidValueError, UpdateError) as wrong:
            found = refusals.validation(str(wrong))
        return Answer(refusal=found) if isinstance(found, Refusal) else Answer(found)

    return Operation(name, operation, mutates=mutates)


def on_table(run: OnTable) -> Plain:
    """The operation of a table, which is found first."""

    def operation(world: World, caller: Caller, params: Json) -> Json | Refusal:
        return run(world, caller, table_of(world, params["TableName"]), params)

    return operation


def table_of(world: World, name: object) -> Table:
    """The table of that name or ARN; it must be there."""
    found = find_table(world, name)
    if found is None or found.status == CREATING:
        raise Refused(refusals.not_found())
    return found


def find_table(world: World, name: object) -> Table | None:
    topology = world.topology
    node = topology.by_arn.get(str(name)) or topology.named(str(name), "table")
    noun = None if node is None else world.nouns[node.index]
    return noun if isinstance(noun, Table) else None


def came_from(world: World, caller: Caller, table: Table) -> Came:
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, table.node)
    return link, caller.request, caller.cause, caller.parent


# ── keys and items ──────────────────────────────────────────────────────────────────────────────────────────────────


def key_of(table: Table, given: Json) -> Json:
    """A key of the table's schema."""
    key = checked_item(given)
    if set(key) != set(table.key_names):
        raise Refused(refusals.wrong_key())
    for name in table.key_names:
        if kind_of(key[name]) != table.types.get(name, "S"):
            raise Refused(refusals.wrong_key())
        _fits(name, key, table)
    return key


def item_to_put(table: Table, given: Json) -> Json:
    """An item that the table takes."""
    item = checked_item(given)
    for name in table.key_names:
        if name not in item:
            raise Refused(refusals.invalid(f"Missing the key {name} in the item"))
    for name, wanted in table.types.items():
        if name in item and kind_of(item[name]) != wanted:
            where = "" if name in table.key_names else " for index key"
            said = f"Type mismatch for{where or ' key'} {name} expected: {wanted} actual: {kind_of(item[name])}"
            raise Refused(refusals.invalid(said))
    for name in table.key_names:
        _fits(name, item, table)
    if item_weight(item) > QUOTAS.item_bytes:
        raise Refused(refusals.validation("Item size has exceeded the maximum allowed size"))
    return item


def _fits(name: str, item: Json, table: Table) -> None:
    value = item[name]
    if kind_of(value) == "N":
        return
    size, what = len(order_of(value)), "string" if kind_of(value) == "S" else "binary"
    if not size:
        raise Refused(
            refusals.validation(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                f"empty {what} value. Key: {name}"
            )
        )
    most = QUOTAS.hash_key_bytes if name == table.hash_key else QUOTAS.range_key_bytes
    if size > most:
        part = "hashkey" if name == table.hash_key else "rangekey"
        raise Refused(refusals.invalid(f"Size of {part} has exceeded the maximum size limit of{most} bytes"))


# ── expressions ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Expressions:
    """The expressions of one request, and that all its names and values are used."""

    def __init__(self, params: Json, *members: str) -> None:
        self._params = params
        names, values = params.get("ExpressionAttributeNames"), params.get("ExpressionAttributeValues")
        given = any(params.get(member) is not None for member in members)
        for member, each in (("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)):
            if each is None:
                continue
            if not given:
                raise Refused(refusals.validation(f"{member} can only be specified when using expressions"))
            if not each:
                raise Refused(refusals.validation(f"{member} must not be empty"))
        self.words = Words(names or {}, {name: checked(value) for name, value in (values or {}).items()})

    def reads(self, member: str, parse: Callable[[str], object]) -> object | None:
        """The expression in a member of the request, parsed; None if there is none."""
        text = self._params.get(member)
        if text is None:
            return None
        try:
            return parse(text)
        except ExpressionError as wrong:
            raise invalid_expression(member, wrong) from None

    def all_used(self) -> None:
        """Names and values that no expression uses are refused."""
        words = self.words
        for member, given in (("ExpressionAttributeNames", words.names), ("ExpressionAttributeValues", words.values)):
            unused = sorted(name for name in given if name not in words.used)
            if unused:
                raise Refused(refusals.validation(UNUSED.format(member=member, keys=", ".join(unused))))


def invalid_expression(member: str, wrong: ExpressionError) -> Refused:
    return Refused(refusals.validation(f"Invalid {member}: {wrong}"))


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def units_milli(which: int, size: int, *, consistent: bool = True) -> int:
    """Units in thousandths: a write per KB, a read per 4 KB, half of it where any recent state will do."""
    if which == WRITE:
        return max(1, -(-size // QUOTAS.write_unit_bytes)) * 1000
    return max(1, -(-size // QUOTAS.read_unit_bytes)) * (1000 if consistent else 500)


def use_up(table: Table, which: int, units: int, came: Came) -> None:
    """Throttled, if the table has no such units left."""
    if not table.has_units(which, units):
        link, request, cause, parent = came
        what = "write" if which == WRITE else "read"
        detail = (link, f"its {table.units[which]} {what} units a second, and what it kept of them, are used up")
        table.environment.recorder.write(records.THROTTLED, table.node, parent, request, cause, 0, detail)
        raise Refused(refusals.throttled())


def consumed(table: Table, params: Json, units: int) -> Json:
    """What an answer says about units, if it was asked to."""
    if params.get("ReturnConsumedCapacity") not in ("TOTAL", "INDEXES"):
        return {}
    return {"ConsumedCapacity": {"TableName": table.name, "CapacityUnits": units / 1000}}
