"""Bindings for Python: a module of dataclasses that read themselves from JSON objects and write themselves."""

from __future__ import annotations

import keyword

from flows.services.schemas.bindings.model import Class, Member, Model, Type, spelled, words

RESERVED = frozenset({*keyword.kwlist, "from_json", "as_json"})
TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "dict[str, Any]"}

HEAD = '''"""Events of the schema {package}, as classes. Made by Redrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

'''

CLASS = """
@dataclass
class {name}:
{fields}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "{name}":
        return cls({reads})

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {{{writes}}}
        return {{name: value for name, value in found.items() if value is not None}}

"""


def files(model: Model) -> dict[str, str]:
    text = HEAD.format(package=model.package) + "".join(_class(each) for each in model.classes)
    folder = model.package.replace(".", "/")
    return {f"{folder}/__init__.py": text.rstrip() + "\n"}


def _class(each: Class) -> str:
    rows = sorted(each.members, key=lambda member: member.optional)
    names = _names(rows)
    fields = [f"    {name}: {_annotated(member)}" for name, member in zip(names, rows, strict=True)]
    reads = [_read(member) for member in rows]
    writes = [
        f"{member.json!r}: {_write(f'self.{name}', member.type)}" for name, member in zip(names, rows, strict=True)
    ]
    return CLASS.format(
        name=each.name, fields="\n".join(fields) or "    pass", reads=", ".join(reads), writes=", ".join(writes)
    )


def _names(rows: list[Member]) -> list[str]:
    found: list[str] = []
    for member in rows:
        name = spelled(member.json, "_".join(words(member.json)), RESERVED)
        while name in found:
            name += "_"
        found.append(name)
    return found


def _annotated(member: Member) -> str:
    return f"Optional[{_typed(member.type)}] = None" if member.optional else _typed(member.type)


def _typed(type_: Type) -> str:
    if type_.kind == "class":
        return f'"{type_.name}"'
    if type_.kind == "array" and type_.items is not None:
        return f"list[{_typed(type_.items)}]"
    return TYPES.get(type_.kind, "Any")


def _read(member: Member) -> str:
    given = f"given.get({member.json!r})" if member.optional else f"given[{member.json!r}]"
    found = _reading(given, member.type)
    return f"None if {given} is None else {found}" if member.optional and found != given else found


def _reading(given: str, type_: Type) -> str:
    if type_.kind == "class":
        return f"{type_.name}.from_json({given})"
    if type_.kind == "array" and type_.items is not None and _holds_class(type_.items):
        return f"[{_reading('each', type_.items)} for each in {given}]"
    return given


def _write(value: str, type_: Type) -> str:
    if not _holds_class(type_):
        return value
    return f"None if {value} is None else {_writing(value, type_)}"


def _writing(value: str, type_: Type) -> str:
    if type_.kind == "class":
        return f"{value}.as_json()"
    if type_.items is not None and _holds_class(type_.items):
        return f"[{_writing('each', type_.items)} for each in {value}]"
    return value


def _holds_class(type_: Type) -> bool:
    return type_.kind == "class" or (type_.items is not None and _holds_class(type_.items))
