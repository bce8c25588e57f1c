"""Statements of a relational database, by the Data API: what a resolver asks for, one after another, and the rows of the answers.

A request has statements (AppSync: two at most) and a map of variables; each statement is an ExecuteStatement of its own with the
variables that it names, and one that fails is the last. Source: "Resolver mapping template reference for RDS", `$util.rds`.
"""

from __future__ import annotations

from typing import Any

from flows.services.ports import Json

MOST = 2
WRONG_NUMBER = f"The request must have one statement or {MOST}."
FIELDS = {bool: "booleanValue", int: "longValue", float: "doubleValue", str: "stringValue"}


def statements_of(given: Json) -> list[Json]:
    """The part of each ExecuteStatement that is the resolver's own."""
    said, variables = given.get("statements"), given.get("variableMap")
    texts = [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
    return [{"sql": text, "parameters": _parameters(text, variables)} for text in texts]


def _parameters(text: str, variables: Any) -> list[Json]:
    """`{":id": 5}` as the Data API has it, as far as the statement names them."""
    found = []
    for name, value in variables.items() if isinstance(variables, dict) else ():
        bare = name.removeprefix(":")
        if f":{bare}" in text:
            known = FIELDS.get(type(value))
            found.append({"name": bare, "value": {known: value} if known else {"isNull": True}})
    return found


def objects_of(result: Any) -> list[Any]:
    """`$util.rds.toJsonObject`: of each statement its rows, by the names of the columns."""
    rows = result.get("sqlStatementResults") if isinstance(result, dict) else None
    return [_rows(each) for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []


def _rows(result: Json) -> list[Json]:
    names = [column.get("label") for column in result.get("columnMetadata") or ()]
    return [
        {name: _value(field) for name, field in zip(names, record, strict=False)}
        for record in result.get("records") or ()
    ]


def _value(field: Any) -> Any:
    return None if not isinstance(field, dict) or field.get("isNull") else next(iter(field.values()), None)
