"""CloudFormation's intrinsic functions: one row of `INTRINSICS` each, from an argument to the plain value."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flows.importers.references import get_attribute, reference
from flows.importers.report import MISSING

if TYPE_CHECKING:
    from flows.importers.resolver import Path, Resolver

Intrinsic = Callable[["Resolver", Any, "Path"], Any]
PLACEHOLDER = re.compile(r"\$\{(!?)\s*([^}!][^}]*?)\s*\}")


def ref(resolver: Resolver, argument: Any, path: Path) -> Any:
    name = resolver.text(argument, path) if isinstance(argument, dict) else argument
    return reference(resolver, name, (*path, "Ref"))


def get_att(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::GetAtt")
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if isinstance(parts, list) and parts and isinstance(parts[0], dict):
        parts = [resolver.text(parts[0], path), *parts[1:]]
    if not isinstance(parts, list) or len(parts) < 2 or not isinstance(parts[0], str):
        return _unreadable(resolver, path, "Fn::GetAtt")
    return get_attribute(resolver, parts[0], ".".join(resolver.text(part, path) for part in parts[1:]), path)


def sub(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::Sub")
    template, variables = (
        (argument[0], argument[1]) if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    )
    if not isinstance(template, str) or not isinstance(variables, dict):
        return _unreadable(resolver, path, "Fn::Sub")
    values = {name: resolver.text(value, (*path, 1, name)) for name, value in variables.items()}
    total = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal total
        literal, name = found.groups()
        if literal:
            return "${" + name + "}"
        if name in values:
            text = values[name]
        elif "." in name and name not in resolver.parameters:
            text = _in_text(get_attribute(resolver, name.partition(".")[0], name.partition(".")[2], path))
        else:
            text = _in_text(reference(resolver, name, path))
        total += len(text)
        resolver.room_for(total, path)
        return text

    return resolver.bounded(PLACEHOLDER.sub(replaced, template), path)


def join(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::Join")
    if not isinstance(argument, list) or len(argument) != 2:
        return _unreadable(resolver, path, "Fn::Join")
    members = resolver.resolve(argument[1], (*path, 1))
    between = resolver.text(argument[0], (*path, 0))
    if not isinstance(members, list):
        return _in_text(members)
    texts = [_in_text(member) for member in members]
    resolver.room_for(sum(map(len, texts)) + len(between) * len(texts), path)
    return resolver.bounded(between.join(texts), path)


def select(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::Select")
    if not isinstance(argument, list) or len(argument) != 2:
        return _unreadable(resolver, path, "Fn::Select")
    index, members = resolver.text(argument[0], path), resolver.resolve(argument[1], path)
    if isinstance(members, str):
        members = members.split(",")
    if not isinstance(members, list) or not index.isdecimal() or len(index) > 6 or int(index) >= len(members):
        resolver.note(path, MISSING, f"There is no member {index[:20]} to select.")
        return ""
    return members[int(index)]


def split(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::Split")
    if not isinstance(argument, list) or len(argument) != 2:
        return _unreadable(resolver, path, "Fn::Split")
    between, text = resolver.text(argument[0], path), resolver.text(argument[1], path)
    return text.split(between) if between else [text]


def find_in_map(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::FindInMap")
    if not isinstance(argument, list) or len(argument) < 3:
        return _unreadable(resolver, path, "Fn::FindInMap")
    found: Any = resolver.mappings
    for part in argument[:3]:
        key = resolver.text(part, path)
        found = found.get(key) if isinstance(found, dict) else None
        if found is None:
            if len(argument) > 3 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
                return resolver.resolve(argument[3]["DefaultValue"], path)
            resolver.note(path, MISSING, f"The mapping has no entry {key[:60]}.")
            return ""
    return resolver.resolve(found, path)


def if_(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::If")
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        return _unreadable(resolver, path, "Fn::If")
    chosen = 1 if resolver.holds(argument[0], path) else 2
    return resolver.resolve(argument[chosen], (*path, chosen))


def equals(resolver: Resolver, argument: Any, path: Path) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        return _unreadable(resolver, path, "Fn::Equals")
    return resolver.text(argument[0], path) == resolver.text(argument[1], path)


def not_(resolver: Resolver, argument: Any, path: Path) -> Any:
    given = resolver.resolve(argument, path)
    return not (given[0] if isinstance(given, list) and given else given)


def and_(resolver: Resolver, argument: Any, path: Path) -> Any:
    given = resolver.resolve(argument, path)
    return all(given) if isinstance(given, list) else bool(given)


def or_(resolver: Resolver, argument: Any, path: Path) -> Any:
    given = resolver.resolve(argument, path)
    return any(given) if isinstance(given, list) else bool(given)


def condition(resolver: Resolver, argument: Any, path: Path) -> Any:
    return resolver.holds(argument, path)


def import_value(resolver: Resolver, argument: Any, path: Path) -> Any:
    name = resolver.text(argument, path)
    resolver.stood_in(path, f"{name} is exported by another stack; a stub stands in for it.")
    return resolver.stubs.exported(name)


def transform(resolver: Resolver, argument: Any, path: Path) -> Any:
    path = (*path, "Fn::Transform")
    for given in argument if isinstance(argument, list) else [argument]:
        if isinstance(given, dict) and given.get("Name") == "AWS::Include":
            parameters = given.get("Parameters")
            location = resolver.resolve(parameters.get("Location"), path) if isinstance(parameters, dict) else None
            included = resolver.include(location)
            if included is not None:
                return resolver.resolve(included, path)
            resolver.note(path, MISSING, f"The included file {_in_text(location)[:120]} was not given.")
        else:
            resolver.note(path, MISSING, "A macro is not run here.")
    return {}


def to_base64(resolver: Resolver, argument: Any, path: Path) -> Any:
    return base64.b64encode(resolver.text(argument, path).encode("utf-8", "replace")).decode("ascii")


def to_json(resolver: Resolver, argument: Any, path: Path) -> Any:
    return resolver.bounded(json.dumps(resolver.resolve(argument, path), default=str), path)


def length(resolver: Resolver, argument: Any, path: Path) -> Any:
    given = resolver.resolve(argument, path)
    return len(given) if isinstance(given, (list, str)) else 0


def zones(resolver: Resolver, _argument: Any, _path: Path) -> Any:
    return [f"{resolver.region}{letter}" for letter in "abc"]


def cidr(_resolver: Resolver, argument: Any, _path: Path) -> Any:
    count = argument[1] if isinstance(argument, list) and len(argument) > 1 else 1
    return [f"10.0.{index}.0/24" for index in range(count if isinstance(count, int) and 0 < count <= 256 else 1)]


def _in_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    return ",".join(_in_text(member) for member in value) if isinstance(value, list) else ""


def _unreadable(resolver: Resolver, path: Path, name: str) -> str:
    resolver.note(path, MISSING, f"{name} is not written as CloudFormation expects it.")
    return ""


INTRINSICS: dict[str, Intrinsic] = {
    "Ref": ref,
    "Fn::GetAtt": get_att,
    "Fn::Sub": sub,
    "Fn::Join": join,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::FindInMap": find_in_map,
    "Fn::If": if_,
    "Fn::Equals": equals,
    "Fn::Not": not_,
    "Fn::And": and_,
    "Fn::Or": or_,
    "Condition": condition,
    "Fn::ImportValue": import_value,
    "Fn::Transform": transform,
    "Fn::Base64": to_base64,
    "Fn::ToJsonString": to_json,
    "Fn::Length": length,
    "Fn::GetAZs": zones,
    "Fn::Cidr": cidr,
}
