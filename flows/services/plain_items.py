"""A plain text as an item of a table: what programs that know nothing of types hand over.

A JSON object becomes an item member by member; another text an item with a `body`. Keys that the text lacks, or has in another type,
are made of the request's own key.
"""

from __future__ import annotations

import json
from typing import Any

from flows.services.ports import Json
from flows.topology.resources.table import TableConfig


def item_of(config: object, text: str, key: str) -> Json:
    """The item, in the API's spelling."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = text
    item = {name: from_plain(value) for name, value in (given if isinstance(given, dict) else {"body": given}).items()}
    if not isinstance(config, TableConfig):
        return item
    types = dict(config.types)
    for name in (config.hash_key, config.range_key):
        wanted = types.get(name, "S")
        found = item.get(name)
        if name and (found is None or not found.get(wanted)):
            said = key if found is None else str(next(iter(found.values())))
            item[name] = {wanted: said if wanted != "N" else "0"}
    return item


def from_plain(value: Any) -> Json:
    """A plain JSON value as an attribute value."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": str(value)}
    if isinstance(value, list):
        return {"L": [from_plain(each) for each in value]}
    if isinstance(value, dict):
        return {"M": {name: from_plain(each) for name, each in value.items()}}
    return {"S": str(value)}


def plain_of(item: Json) -> Json:
    """An item as plain JSON."""
    return {name: to_plain(value) for name, value in item.items()}


def to_plain(value: Any) -> Any:
    """An attribute value as plain JSON: numbers as numbers, sets as lists."""
    ((kind, given),) = value.items() if isinstance(value, dict) and len(value) == 1 else (("S", value),)
    if kind == "NULL":
        return None
    if kind == "N":
        return _number(given)
    if kind == "NS":
        return [_number(each) for each in given]
    if kind == "L":
        return [to_plain(each) for each in given]
    return plain_of(given) if kind == "M" else given


def _number(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text
