"""SAM's Globals: properties that every resource of a type inherits.

SAM's rules: mappings are merged key by key, lists are put together (the global one first), anything else is replaced by
what the resource itself says.
"""

from __future__ import annotations

from typing import Any

SECTIONS = {
    "Function": "AWS::Serverless::Function",
    "Api": "AWS::Serverless::Api",
    "HttpApi": "AWS::Serverless::HttpApi",
    "SimpleTable": "AWS::Serverless::SimpleTable",
    "StateMachine": "AWS::Serverless::StateMachine",
}


def inherited(given: Any) -> dict[str, dict[str, Any]]:
    """Resource type → the properties its resources inherit."""
    if not isinstance(given, dict):
        return {}
    return {type_: given[name] for name, type_ in SECTIONS.items() if isinstance(given.get(name), dict)}


def merged(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        return {**base, **{key: merged(base[key], value) if key in base else value for key, value in own.items()}}
    if isinstance(base, list) and isinstance(own, list):
        return [*base, *own]
    return own
