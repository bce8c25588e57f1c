"""GraphQL schemas as AppSync reads them: SDL with AWS's scalars and directives, and a request that an API takes.

Schemas come from outside: their size and number of tokens are bounded, and what graphql-core refuses is refused in its words. Two
forms are kept: the schema itself, and a loose one in which nothing is non-null, by which it is found out what has to be asked before
the answer can be known (`services/appsync/execution.py`).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flows.topology.lazily import graphql

MOST_TOKENS, LONGEST = 60_000, 1_048_576
SCALARS = (
    "AWSDate",
    "AWSTime",
    "AWSDateTime",
    "AWSTimestamp",
    "AWSEmail",
    "AWSJSON",
    "AWSURL",
    "AWSPhone",
    "AWSIPAddress",
    "BigInt",
    "Double",
)
DIRECTIVES = {
    "aws_subscribe": "directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION",
    "aws_auth": "directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION",
    "aws_cognito_user_pools": (
        "directive @aws_cognito_user_pools(cognito_groups: [String!]) on FIELD_DEFINITION | OBJECT"
    ),
    **{
        name: f"directive @{name} on FIELD_DEFINITION | OBJECT"
        for name in ("aws_api_key", "aws_iam", "aws_oidc", "aws_lambda")
    },
}
ROOTS = ("Query", "Mutation", "Subscription")
EXAMPLES: dict[str, Any] = {
    "Int": 1,
    "Float": 1.5,
    "Boolean": True,
    "ID": "id-{{index}}",
    "AWSJSON": '{"n": 1}',
    "AWSEmail": "ada@example.com",
    "AWSDate": "2026-01-01",
    "AWSTime": "12:00:00Z",
    "AWSDateTime": "2026-01-01T12:00:00Z",
    "AWSTimestamp": 1767225600,
    "AWSURL": "https://example.com",
    "AWSPhone": "+15550100",
    "AWSIPAddress": "192.0.2.1",
    "BigInt": 1,
    "Double": 1.5,
}
DEEPEST_SAMPLE = 3


class SchemaError(ValueError):
    """What AWS would not take for a schema."""


@lru_cache(64)
def schema_of(text: str) -> graphql.GraphQLSchema:
    """The schema that SDL says."""
    return _built(_parsed(text))


@lru_cache(64)
def loose_schema_of(text: str) -> graphql.GraphQLSchema:
    """The same schema with nothing non-null in what it answers."""
    return _built(_loosened(_parsed(text)))


def _loosened(document: graphql.DocumentNode) -> graphql.DocumentNode:
    """Takes the exclamation marks off what fields answer; arguments keep theirs."""

    class Loosen(graphql.Visitor):
        def enter_field_definition(self, node: graphql.FieldDefinitionNode, *_: Any) -> graphql.FieldDefinitionNode:
            return graphql.FieldDefinitionNode(
                name=node.name,
                description=node.description,
                arguments=node.arguments,
                directives=node.directives,
                type=_nullable(node.type),
            )

        def enter_directive_definition(self, *_: Any) -> Any:
            return False

        def enter_input_object_type_definition(self, *_: Any) -> Any:
            return False

    loose: graphql.DocumentNode = graphql.visit(document, Loosen())
    return loose


def _nullable(node: graphql.TypeNode) -> graphql.TypeNode:
    if isinstance(node, graphql.NonNullTypeNode):
        return _nullable(node.type)
    return graphql.ListTypeNode(type=_nullable(node.type)) if isinstance(node, graphql.ListTypeNode) else node


def _parsed(text: str) -> graphql.DocumentNode:
    try:
        document = graphql.parse(text, no_location=True, max_tokens=MOST_TOKENS, max_source_length=LONGEST)
        known = {getattr(getattr(each, "name", None), "value", "") for each in document.definitions}
        more = [f"scalar {name}" for name in SCALARS if name not in known]
        more += [said for name, said in DIRECTIVES.items() if name not in known]
        added = graphql.parse("\n".join(more), no_location=True) if more else None
    except RecursionError:
        raise SchemaError("The schema nests too deep.") from None
    except graphql.GraphQLError as refused:
        raise SchemaError(refused.message) from None
    return graphql.DocumentNode(definitions=(*document.definitions, *(added.definitions if added is not None else ())))


def _built(document: graphql.DocumentNode) -> graphql.GraphQLSchema:
    try:
        schema = graphql.build_ast_schema(document)
    except (graphql.GraphQLError, TypeError, RecursionError) as refused:
        raise SchemaError(str(refused)[:500]) from None
    if schema.query_type is None:
        raise SchemaError("There is no top level schema object defined.")
    _as_awss(schema)
    return schema


def _as_awss(schema: graphql.GraphQLSchema) -> None:
    """AWSJSON is JSON written as a text, whatever a resolver gave."""
    given = schema.type_map.get("AWSJSON")
    if isinstance(given, graphql.GraphQLScalarType):
        given.serialize = _json_text  # type: ignore[method-assign]
        given.parse_value = _json_text  # type: ignore[method-assign]


def _json_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), default=str)


# ── a request that the API takes ────────────────────────────────────────────────────────────────────────────────────


@lru_cache(64)
def usual_request(text: str, resolved: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """(query, variables as JSON) of the first mutation, else query, that has a resolver; ("", "{}") where there is none."""
    try:
        schema = schema_of(text)
    except SchemaError:
        return "", "{}"
    roots = (("mutation", schema.mutation_type), ("query", schema.query_type))
    for with_resolver in (True, False):
        for word, root in roots:
            for name, field in (root.fields if root is not None else {}).items():
                if not with_resolver or (root is not None and (root.name, name) in resolved):
                    return _request(word, name, field)
    return "", "{}"


def usual_subscription(text: str) -> str:
    """A request to listen to the first field that can be listened to without arguments; "" where there is none."""
    try:
        root = schema_of(text).subscription_type
    except SchemaError:
        return ""
    for name, field in (root.fields if root is not None else {}).items():
        if not any(isinstance(each.type, graphql.GraphQLNonNull) for each in field.args.values()):
            return f"subscription {{ {name}{_selection(field.type, DEEPEST_SAMPLE)} }}"
    return ""


def _request(word: str, name: str, field: graphql.GraphQLField) -> tuple[str, str]:
    variables = {argument: _example(given.type) for argument, given in field.args.items()}
    declared = ", ".join(f"${argument}: {given.type}" for argument, given in field.args.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in field.args)
    selected = _selection(field.type, DEEPEST_SAMPLE)
    head = f"{word} Usual({declared})" if declared else word
    body = f"{name}({passed})" if passed else name
    return f"{head} {{ {body}{selected} }}", json.dumps(variables)


def _selection(given: Any, depth: int) -> str:
    named = graphql.get_named_type(given)
    if graphql.is_leaf_type(named):
        return ""
    if not isinstance(named, graphql.GraphQLObjectType) or depth == 0:
        return " { __typename }"
    inner = [
        f"{name}{_selection(field.type, depth - 1)}"
        for name, field in named.fields.items()
        if not any(isinstance(each.type, graphql.GraphQLNonNull) for each in field.args.values())
        and (graphql.is_leaf_type(graphql.get_named_type(field.type)) or depth > 1)
    ]
    return f" {{ {' '.join(inner) or '__typename'} }}"


def _example(given: Any, depth: int = 4) -> Any:
    if isinstance(given, graphql.GraphQLNonNull):
        return _example(given.of_type, depth)
    if isinstance(given, graphql.GraphQLList):
        return [_example(given.of_type, depth)] if depth else []
    if isinstance(given, graphql.GraphQLEnumType):
        return next(iter(given.values))
    if isinstance(given, graphql.GraphQLInputObjectType):
        return {name: _example(each.type, depth - 1) for name, each in given.fields.items()} if depth else {}
    return EXAMPLES.get(given.name, "text {{index}}")
