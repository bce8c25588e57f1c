"""What bindings are written from: the classes of a schema with their fields, whatever the language.

Every object with members is a class; its name comes from the schema it stands in or from the member that holds it, and is made different
from others by a number. A field knows its name in JSON; how it is spelled in a language is the language's business. What may have
several types, or none that is known, is *anything*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.services.ports import Json
from flows.services.schemas.documents import EVENT, camelized, read, root_of
from flows.services.schemas.shape import ARRAY, OBJECT, Shape

ANY = "any"
TAKEN = frozenset(
    [
        "Any",
        "Optional",
        "None",
        "True",
        "False",
        "Array",
        "Record",
        "Object",
        "String",
        "Long",
        "Double",
        "Boolean",
        "List",
        "Map",
        "Override",
        "JSON",
    ]
)
"""Names that the languages have already."""


@dataclass(frozen=True, slots=True)
class Type:
    """`kind` is a JSON type, "any" or "class" (then `name` is the class); of an array `items`."""

    kind: str
    name: str = ""
    items: Type | None = None
    format: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    json: str
    type: Type
    optional: bool


@dataclass(slots=True)
class Class:
    name: str
    members: list[Member] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Model:
    """`package` is the schema's name as a package, `root` the class that stands for the whole."""

    package: str
    root: str
    classes: tuple[Class, ...]


def model_of(document: Json, schema_name: str) -> Model:
    titles = {"detail": camelized(str(root_of(document).get("x-amazon-events-detail-type") or "Detail"))}
    title = EVENT if "x-amazon-events-source" in root_of(document) else camelized(schema_name)
    classes: list[Class] = []
    shape = read(document)
    if OBJECT in shape.types:
        title = _class(shape, title, classes, titles)
    package = "schema." + ".".join(part.lower() for part in re.split(r"[^A-Za-z0-9]+", schema_name) if part)
    return Model(package, title, tuple(classes) or (Class(title),))


def words(name: str) -> list[str]:
    """`detail-type`, `orderId`, `x_y` → their words in small letters."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [part.lower() for part in re.split(r"[^A-Za-z0-9]+", parts) if part]


def spelled(name: str, joined: str, taken: frozenset[str]) -> str:
    """A joined name as an identifier of a language with those reserved words."""
    found = joined or "field"
    found = f"_{found}" if found[0].isdigit() else found
    return f"{found}_" if found in taken or name in taken else found


def _class(shape: Shape, name: str, classes: list[Class], titles: dict[str, str]) -> str:
    name = f"{name}Value" if name in TAKEN else name
    taken, number, unique = {each.name for each in classes}, 1, name
    while unique in taken:
        number += 1
        unique = f"{name}{number}"
    made = Class(unique)
    classes.append(made)
    for json_name in sorted(shape.members):
        member = shape.members[json_name]
        optional = json_name not in shape.required or member.nullable
        made.members.append(Member(json_name, _type(member, json_name, classes, titles), optional))
    return unique


def _type(shape: Shape, name: str, classes: list[Class], titles: dict[str, str]) -> Type:
    kind = shape.plain
    if kind == OBJECT:
        if not shape.members:
            return Type(OBJECT)
        return Type("class", _class(shape, titles.get(name) or _title(name), classes, {}))
    if kind == ARRAY:
        items = Type(ANY) if shape.items is None else _type(shape.items, f"{name} item", classes, {})
        return Type(ARRAY, items=items)
    return Type(kind or ANY, format=shape.format)


def _title(name: str) -> str:
    found = camelized(name)
    return f"T{found}" if found[:1].isdigit() else found
