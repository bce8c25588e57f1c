"""Properties that name what the drawing does not have: roles, keys, networks of the template it was imported from.

An import keeps such a property as the text that its reference came to, and a deployment could make nothing of it. So it is left out of
the template and told under `Kept`, by its pointer; an import puts it back.
"""

from __future__ import annotations

import re
from typing import Any

ROLE = re.compile(r"arn:aws:iam::\d{12}:role/(.+)")
NOT_HERE = frozenset({"Body", "Definition", "DefinitionString", "EventPattern", "FilterPolicy", "Environment"})
"""Properties whose texts are the user's words."""
WHOLE = frozenset({"LogConfig", "LogConfiguration", "LoggingConfiguration", "AccessLogSettings", "AccessLogSetting"})
"""What makes no sense without one of its parts."""


def undrawn(report: list[dict[str, Any]]) -> set[str]:
    """The resources that the template had and the drawing has not."""
    lines = (line for line in report if line.get("verdict") == "not drawn" and not line.get("property"))
    return {str(line["resource"]) for line in lines if line.get("resource")}


def take_out(properties: dict[str, Any], ids: set[str]) -> dict[str, Any]:
    """Remove what names one of these; pointer → [its place among the members, what stood there]."""
    kept: dict[str, Any] = {}
    if ids:
        for at, name in enumerate(list(properties)):
            if name not in NOT_HERE:
                _search(properties, name, at, f"/{name}", ids, kept)
    return kept


def _search(holder: dict[str, Any], name: str, at: int, path: str, ids: set[str], kept: dict[str, Any]) -> None:
    value = holder[name]
    if name in WHOLE and _mentions(value, ids):
        kept[path] = [at, holder.pop(name)]
    elif isinstance(value, dict):
        for place, inner in enumerate(list(value)):
            _search(value, inner, place, f"{path}/{_escaped(inner)}", ids, kept)
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for index, each in enumerate(value):
            for place, inner in enumerate(list(each) if isinstance(each, dict) else ()):
                _search(each, inner, place, f"{path}/{index}/{_escaped(inner)}", ids, kept)
    elif _names(value, ids):
        kept[path] = [at, holder.pop(name)]


def _names(value: Any, ids: set[str]) -> bool:
    if isinstance(value, list):
        return any(_names(each, ids) for each in value)
    if not isinstance(value, str):
        return False
    role = ROLE.fullmatch(value)
    return value in ids or (role is not None and role[1] in ids)


def _mentions(value: Any, ids: set[str]) -> bool:
    if isinstance(value, (dict, list)):
        return any(_mentions(inner, ids) for inner in (value.values() if isinstance(value, dict) else value))
    return _names(value, ids)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
