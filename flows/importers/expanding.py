"""Resources that a template does not write out: `Fn::ForEach` loops, and files that `AWS::Include` brings in.

Both are worked out before anything is resolved, because they make logical ids. A loop is text: each `${Name}` (and `&{Name}`, which drops what no
id may have) in keys and values of its body is replaced by the members of its collection, one after the other; loops may stand in
loops, and in the properties of a resource. What a loop makes is counted, so that loops in loops cannot fill a machine.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from typing import Any

from flows.importers.limits import LIMITS
from flows.importers.problems import Refused, import_problem
from flows.importers.report import MISSING
from flows.importers.resolver import Resolver
from flows.importers.tree import Mapping, Sequence

LOOP, TRANSFORM = "Fn::ForEach::", "Fn::Transform"
INCLUDE = "AWS::Include"
NOT_IN_IDS = re.compile(r"[^A-Za-z0-9]")


def expand_resources(resolver: Resolver, transforms: Any) -> None:
    """Write the resources of a template out, in place."""
    room = Room()
    resources = _expanded(resolver.resources, resolver, room, ("Resources",))
    for given in transforms if isinstance(transforms, list) else [transforms]:
        included = _included(given, resolver, ("Transform",))
        own = included.get("Resources") if included is not None else None
        if isinstance(own, Mapping):
            _join(resources, own)
    resolver.resources = resources


class Room:
    """How many values loops may still make."""

    def __init__(self) -> None:
        self.left = LIMITS.values

    def take(self, path: tuple[object, ...]) -> None:
        self.left -= 1
        if self.left < 0:
            raise Refused(import_problem("TooEntangled", "/" + "/".join(map(str, path))))


def _expanded(value: Any, resolver: Resolver, room: Room, path: tuple[object, ...]) -> Any:
    if isinstance(value, list):
        if not any(isinstance(each, (dict, list)) for each in value):
            return value
        found_list = Sequence()
        found_list.extend(_expanded(each, resolver, room, (*path, index)) for index, each in enumerate(value))
        found_list.lines.extend(getattr(value, "lines", ()))
        return found_list
    if not isinstance(value, dict):
        return value
    found = Mapping()
    for key, inner in value.items():
        line = value.lines.get(key, 0) if isinstance(value, Mapping) else 0
        if key.startswith(LOOP):
            for name, made in _rounds(inner, resolver, room, (*path, key)):
                found[name], found.lines[name] = made, line
        elif key == TRANSFORM and len(path) == 1:
            included = _included(inner, resolver, path)
            if included is not None:
                _join(found, included)
        else:
            found[key], found.lines[key] = _expanded(inner, resolver, room, (*path, key)), line
    return found


def _rounds(loop: Any, resolver: Resolver, room: Room, path: tuple[object, ...]) -> list[tuple[str, Any]]:
    """What a loop writes: (key, value) for each member of its collection and each key of its body."""
    if not isinstance(loop, list) or len(loop) != 3 or not isinstance(loop[0], str) or not isinstance(loop[2], dict):
        resolver.note(path, MISSING, "Fn::ForEach is not written as CloudFormation expects it.")
        return []
    collection = resolver.resolve(loop[1], path)
    if isinstance(collection, str):
        collection = [part.strip() for part in collection.split(",")]
    found = []
    for member in collection if isinstance(collection, list) else ():
        if isinstance(member, (str, int)) and not isinstance(member, bool):
            body = _filled(loop[2], loop[0], str(member), room, path)
            found += list(_expanded(body, resolver, room, path).items())
    return found


def _filled(value: Any, name: str, member: str, room: Room, path: tuple[object, ...]) -> Any:
    room.take(path)
    if isinstance(value, dict):
        if set(value) == {"Ref"} and value["Ref"] == name:
            return member
        found = Mapping()
        for key, inner in value.items():
            said = _text(key, name, member)
            found[said] = _filled(inner, name, member, room, path)
            found.lines[said] = value.lines.get(key, 0) if isinstance(value, Mapping) else 0
        return found
    if isinstance(value, list):
        filled = Sequence()
        filled.extend(_filled(each, name, member, room, path) for each in value)
        filled.lines.extend(getattr(value, "lines", ()))
        return filled
    return _text(value, name, member) if isinstance(value, str) else value


def _text(text: str, name: str, member: str) -> str:
    return text.replace("${" + name + "}", member).replace("&{" + name + "}", NOT_IN_IDS.sub("", member))


def _included(given: Any, resolver: Resolver, path: tuple[object, ...]) -> Mapping | None:
    if not isinstance(given, dict) or given.get("Name") != INCLUDE:
        return None
    parameters = given.get("Parameters")
    location = resolver.resolve(parameters.get("Location"), path) if isinstance(parameters, dict) else None
    included = resolver.include(location)
    if not isinstance(included, Mapping):
        resolver.note(path, MISSING, f"The included file {str(location)[:120]} was not given.")
        return None
    return included


def _join(into: Mapping, included: Mapping) -> None:
    """What is written in the template itself stands."""
    for key, value in included.items():
        if key not in into:
            into[key], into.lines[key] = value, 0
