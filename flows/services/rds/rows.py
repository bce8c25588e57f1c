"""What a statement answers, as the Data API writes it: fields with their types, metadata of columns, or JSON."""

from __future__ import annotations

import json
from typing import Any

from flows.services.ports import Json
from flows.services.rds.quotas import QUOTAS

READS = ("select", "with", "show", "values", "table", "explain")
TYPES: dict[type, tuple[str, str, int]] = {
    bool: ("booleanValue", "bool", 16),
    int: ("longValue", "int8", -5),
    float: ("doubleValue", "float8", 8),
    str: ("stringValue", "text", 12),
}


def is_read(sql: str) -> bool:
    return sql.lstrip(" (\n\t").lower().startswith(READS)


def rows_of(output: str) -> list[Json]:
    """The behaviour's output as rows."""
    given = json.loads(output)
    rows = given if isinstance(given, list) else [] if given is None else [given]
    return [row if isinstance(row, dict) else {"value": row} for row in rows[: QUOTAS.rows]]


def result(sql: str, output: str, params: Json) -> Json:
    """ExecuteStatement's answer."""
    if not is_read(sql):
        return {"numberOfRecordsUpdated": 1, "generatedFields": []}
    rows = rows_of(output)
    names = list(dict.fromkeys(name for row in rows for name in row))
    found: Json = {"numberOfRecordsUpdated": 0}
    if params.get("formatRecordsAs") == "JSON":
        found["formattedRecords"] = json.dumps(rows, separators=(",", ":"))
    else:
        found["records"] = [[_field(row.get(name)) for name in names] for row in rows]
    if params.get("includeResultMetadata") is True:
        found["columnMetadata"] = [_column(name, rows) for name in names]
    return found


def _field(value: Any) -> Json:
    if value is None:
        return {"isNull": True}
    name = TYPES.get(type(value), ("", "", 0))[0]
    return {name: value} if name else {"stringValue": json.dumps(value)}


def _column(name: str, rows: list[Json]) -> Json:
    value = next((row[name] for row in rows if row.get(name) is not None), "")
    _, type_name, number = TYPES.get(type(value), ("", "jsonb", 1111))
    return {"name": name, "label": name, "typeName": type_name, "type": number, "nullable": 1}


def parameters_of(given: Any) -> Json:
    """`[{"name": "id", "value": {"longValue": 1}}]` as plain JSON."""
    found: Json = {}
    for row in given if isinstance(given, list) else ():
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            value = row.get("value")
            kind, inner = next(iter(value.items())) if isinstance(value, dict) and value else ("isNull", None)
            found[row["name"]] = None if kind == "isNull" else inner
    return found
