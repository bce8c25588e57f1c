"""Reading a GraphQL request: is it one, does it fit the schema, is it within bounds. Read once, kept by its text; never in a box."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flows.services.appsync.quotas import QUOTAS
from flows.services.ports import Json
from flows.topology.graphql_schema import schema_of
from flows.topology.lazily import graphql

KINDS = {
    "FieldsOnCorrectTypeRule": "FieldUndefined",
    "ScalarLeafsRule": "SubSelectionRequired",
    "ProvidedRequiredArgumentsRule": "MissingFieldArgument",
    "KnownArgumentNamesRule": "UnknownArgument",
    "ValuesOfCorrectTypeRule": "WrongType",
    "VariablesInAllowedPositionRule": "VariableTypeMismatch",
    "KnownTypeNamesRule": "UnknownType",
    "KnownFragmentNamesRule": "UndefinedFragment",
    "NoUndefinedVariablesRule": "UndefinedVariable",
    "NoUnusedFragmentsRule": "UnusedFragment",
    "KnownDirectivesRule": "UnknownDirective",
    "OverlappingFieldsCanBeMergedRule": "FieldsConflict",
}
"""graphql-core's rule → what AppSync calls it; the others by the rule's own name."""
UNPARSED = "Unable to parse GraphQL query."
MALFORMED = "MalformedHttpRequestException"
SUBSCRIBED = "Subscriptions are made over WebSockets: appsync:Subscribe stands for them here."
MOST_ERRORS = 20


@dataclass(frozen=True)
class Prepared:
    """A request that can be executed, or the errors that keep it from it (`status` 400: it is none at all)."""

    document: graphql.DocumentNode | None = None
    operations: tuple[tuple[str, str], ...] = ()
    """(name, query | mutation | subscription)"""
    errors: tuple[Json, ...] = ()
    status: int = 200

    def kind(self, name: str) -> str:
        """The kind of the operation of that name, or of the only one; "" if that does not say which."""
        if not name:
            return self.operations[0][1] if len(self.operations) == 1 else ""
        return next((kind for each, kind in self.operations if each == name), "")


@lru_cache(256)
def prepare(schema_text: str, query: str, depth: int = 0) -> Prepared:
    if len(query) > QUOTAS.query_characters:
        return _refused("The query is too long.", 413)
    try:
        document = graphql.parse(query, max_tokens=QUOTAS.tokens)
        errors = _validated(schema_text, document)
        deepest = 0 if errors else _depth(document)
    except (graphql.GraphQLError, RecursionError):
        return _refused(UNPARSED, 400)
    most = depth or QUOTAS.depth
    if deepest > most:
        return _refused(f"Query depth {deepest} exceeds the limit of {most}.", 200, "QueryDepthLimitExceeded")
    operations = tuple(
        (each.name.value if each.name is not None else "", each.operation.value)
        for each in document.definitions
        if isinstance(each, graphql.OperationDefinitionNode)
    )
    return Prepared(document, operations, tuple(errors))


def _refused(message: str, status: int, type_: str = MALFORMED) -> Prepared:
    return Prepared(errors=({"errorType": type_, "message": message},), status=status)


def _validated(schema_text: str, document: graphql.DocumentNode) -> list[Json]:
    """What is wrong, rule by rule, in AppSync's form. Cycles of fragments first: the other rules follow them."""
    schema, found = schema_of(schema_text), []
    rules = sorted(graphql.specified_rules, key=lambda rule: rule.__name__ != "NoFragmentCyclesRule")
    for rule in rules:
        for error in graphql.validate(schema, document, [rule], max_errors=MOST_ERRORS):
            kind = KINDS.get(rule.__name__, rule.__name__.removesuffix("Rule"))
            locations = [
                {"line": each.line, "column": each.column, "sourceName": None} for each in error.locations or ()
            ]
            message = f"Validation error of type {kind}: {error.message}"
            found.append({"path": None, "locations": locations, "message": message})
        if found and rule.__name__ == "NoFragmentCyclesRule":
            break
        if len(found) >= MOST_ERRORS:
            break
    return found


def _depth(document: graphql.DocumentNode) -> int:
    """How deep the deepest field is; fragments, which have no cycles, are looked at once each."""
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, graphql.FragmentDefinitionNode)
    }
    known: dict[str, int] = {}

    def below(selections: graphql.SelectionSetNode | None) -> int:
        return max((_of(each) for each in selections.selections), default=0) if selections is not None else 0

    def _of(node: Any) -> int:
        if isinstance(node, graphql.FieldNode):
            return 1 + below(node.selection_set)
        if isinstance(node, graphql.FragmentSpreadNode):
            name = node.name.value
            if name not in known and name in fragments:
                known[name] = below(fragments[name].selection_set)
            return known.get(name, 0)
        return below(node.selection_set) if isinstance(node, graphql.InlineFragmentNode) else 0

    found = [
        below(each.selection_set) for each in document.definitions if isinstance(each, graphql.OperationDefinitionNode)
    ]
    return max(found, default=0)
