"""Bindings for TypeScript: an interface per class, and a function that reads an event from text."""

from __future__ import annotations

import json
import re

from flows.services.schemas.bindings.model import Class, Model, Type

TYPES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "object": "Record<string, unknown>",
    "null": "null",
}
IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")

HEAD = "// Events of the schema {package}. Made by Redrive.\n\n"
TAIL = """export function parse{root}(text: string): {root} {{
  return JSON.parse(text) as {root}
}}
"""


def files(model: Model) -> dict[str, str]:
    text = HEAD.format(package=model.package) + "".join(_interface(each) for each in model.classes)
    return {f"{model.package.replace('.', '/')}/index.ts": text + TAIL.format(root=model.root)}


def _interface(each: Class) -> str:
    rows = [
        f"  {_key(member.json)}{'?' if member.optional else ''}: {_typed(member.type)}{' | null' if member.optional else ''}"
        for member in each.members
    ]
    return "\n".join((f"export interface {each.name} {{", *rows, "}", "", ""))


def _key(name: str) -> str:
    return name if IDENTIFIER.fullmatch(name) else json.dumps(name)


def _typed(type_: Type) -> str:
    if type_.kind == "class":
        return type_.name
    if type_.kind == "array" and type_.items is not None:
        return f"Array<{_typed(type_.items)}>"
    return TYPES.get(type_.kind, "unknown")
