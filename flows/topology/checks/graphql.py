"""Checks of GraphQL APIs: a schema that AWS takes, and resolvers of fields that it has."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.checks.view import View, path_of
from flows.topology.configure_graphql import API, RESOLVER, parts_of, schema_text, why_refused
from flows.topology.graphql_schema import schema_of
from flows.topology.problems import Problem, problem


def graphql_apis_have_schemas(view: View) -> Iterator[Problem]:
    for api in view.catalogue.of_type(API):
        text = schema_text(api, view.catalogue)
        why = why_refused(text)
        if why:
            yield problem("GraphqlSchemaRefused", path_of(api), api=api.id, why=why)
            continue
        types = schema_of(text).type_map
        for part in parts_of(api, view.catalogue, RESOLVER):
            type_, field = str(part.properties.get("TypeName")), str(part.properties.get("FieldName"))
            if field not in getattr(types.get(type_), "fields", {}):
                yield problem("GraphqlFieldMissing", path_of(part, "FieldName"), type=type_, field=field, api=api.id)
