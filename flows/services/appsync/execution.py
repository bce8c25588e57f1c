"""Executing a request that waits for others: it is run again, from the beginning, with what is known by now.

Theory of operation. graphql-core executes at once or not at all; resolvers here answer at later instants, and what waits must be data.
So an execution is a pure function of the request and of the answers by path. A *pass* runs it on the loose schema, in which nothing is
non-null: a field that is known gets its value or its error, a field that is not known yet is null and is told to whoever runs the
pass, and so are all its neighbours; the fields of a mutation wait for those before them. When a pass meets nothing unknown, the last
one runs on the schema itself, where non-null fields take their parents with them, and its answer is the answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.services.appsync.quotas import QUOTAS
from flows.services.appsync.util import ResolverError
from flows.services.ports import Json
from flows.topology.graphql_schema import loose_schema_of, schema_of
from flows.topology.lazily import graphql

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


MUTATION = "Mutation"
NON_NULL = "Cannot return null for non-nullable field "
MOST_LISTED, MOST_SELECTED = 200, 5_000


@dataclass(frozen=True, slots=True)
class Unknown:
    """A field whose resolver has to be asked: `info` is what the resolver's context says of it."""

    path: str
    type: str
    field: str
    arguments: Json
    source: Any
    info: Json


class _TooMuchError(Exception):
    """The request asks for more than anybody looks at."""


class _Pass:
    """One run: the hook that graphql-core calls for every field."""

    def __init__(self, known: Mapping[str, Any], resolved: Callable[[str, str], bool], mutation: str) -> None:
        self.known, self.resolved, self.mutation = known, resolved, mutation
        self.unknown: list[Unknown] = []
        self.seen = 0
        self.held = False
        self.room = MOST_SELECTED

    def __call__(self, source: Any, info: graphql.GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        self.seen += 1
        if self.seen > QUOTAS.fields:
            raise _TooMuchError
        type_, field = info.parent_type.name, info.field_name
        if not self.resolved(type_, field):
            return source.get(field) if isinstance(source, dict) else None
        path = json.dumps(info.path.as_list())
        if path in self.known:
            return _value(self.known[path])
        if type_ == self.mutation and self.held:
            return None
        self.held = True
        said = _info(info, self.room)
        self.room -= len(said["selectionSetList"]) + 1
        self.unknown.append(Unknown(path, type_, field, arguments, source, said))
        return None


def _value(known: Any) -> Any:
    kind, value = known
    if kind == "error":
        raise ResolverError(value["message"], value.get("errorType") or "", value.get("data"), value.get("errorInfo"))
    return value


def _info(info: graphql.GraphQLResolveInfo[Any], room: int) -> Json:
    """Of very many fields only the first are told what was selected below them."""
    node = info.field_nodes[0]
    listed: list[str] = []
    if room > 0:
        _list(node.selection_set, "", listed, info)
    return {
        "fieldName": info.field_name,
        "parentTypeName": info.parent_type.name,
        "variables": dict(info.variable_values.coerced),
        "selectionSetList": listed,
        "selectionSetGraphQL": "" if node.selection_set is None or room <= 0 else graphql.print_ast(node.selection_set),
    }


def _list(selections: Any, before: str, listed: list[str], info: graphql.GraphQLResolveInfo[Any]) -> None:
    for each in selections.selections if selections is not None else ():
        if len(listed) >= MOST_LISTED:
            return
        if isinstance(each, graphql.FieldNode):
            name = f"{before}{each.alias.value if each.alias is not None else each.name.value}"
            listed.append(name)
            _list(each.selection_set, f"{name}/", listed, info)
        elif isinstance(each, graphql.InlineFragmentNode):
            _list(each.selection_set, before, listed, info)
        else:
            fragment = info.fragments.get(each.name.value)
            _list(getattr(fragment, "selection_set", None), before, listed, info)


def look(
    schema: str,
    document: graphql.DocumentNode,
    variables: Json,
    name: str,
    known: Mapping[str, Any],
    resolved: Callable[[str, str], bool],
) -> list[Unknown] | Json:
    """The fields that have to be asked for next; or, where there are none, the answer: {data, errors}."""
    loose = loose_schema_of(schema)
    mutation = loose.mutation_type.name if loose.mutation_type is not None else MUTATION
    first = _Pass(known, resolved, mutation)
    try:
        found = graphql.execute_sync(
            loose, document, variable_values=variables, operation_name=name or None, field_resolver=first
        )
        if first.seen > QUOTAS.fields:
            return _too_much()
        if first.unknown:
            return first.unknown
        if not first.seen and found.errors:
            return {"data": None, "errors": [_error(error, schema) for error in found.errors]}
        last = _Pass(known, resolved, mutation)
        answer = graphql.execute_sync(
            schema_of(schema), document, variable_values=variables, operation_name=name or None, field_resolver=last
        )
    except (RecursionError, _TooMuchError):
        return _too_much()
    said: Json = {"data": answer.data}
    if answer.errors:
        said["errors"] = [_error(error, schema) for error in answer.errors]
    return said


def _too_much() -> Json:
    message = f"The request looks at more than {QUOTAS.fields} fields."
    return {"data": None, "errors": [{"message": message, "errorType": "Playground.TooMuch"}]}


def _error(error: graphql.GraphQLError, schema: str) -> Json:
    """An error as AppSync writes it."""
    locations = [{"line": each.line, "column": each.column, "sourceName": None} for each in error.locations or ()]
    cause = error.original_error
    found: Json = {"path": error.path, "locations": locations, "message": error.message}
    if isinstance(cause, ResolverError):
        found |= {
            "data": cause.data,
            "errorType": cause.type or None,
            "errorInfo": cause.info,
            "message": cause.message,
        }
    elif error.message.startswith(NON_NULL):
        parent, _, field = error.message.removeprefix(NON_NULL).rstrip(".").partition(".")
        way = "/".join(str(step) for step in error.path or ())
        fields = getattr(schema_of(schema).type_map.get(parent), "fields", {})
        named = graphql.get_named_type(fields[field].type).name if field in fields else field
        found["message"] = f"Cannot return null for non-nullable type: '{named}' within parent '{parent}' (/{way})"
    return found
