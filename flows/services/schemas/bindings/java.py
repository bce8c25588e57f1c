"""Bindings for Java: a class per file with fields, getters and setters, and no library."""

from __future__ import annotations

import re

from flows.services.schemas.bindings.model import Class, Member, Model, Type, spelled, words

RESERVED = frozenset(
    [
        "abstract",
        "assert",
        "boolean",
        "break",
        "byte",
        "case",
        "catch",
        "char",
        "class",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extends",
        "final",
        "finally",
        "float",
        "for",
        "goto",
        "if",
        "implements",
        "import",
        "instanceof",
        "int",
        "interface",
        "long",
        "native",
        "new",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "short",
        "static",
        "strictfp",
        "super",
        "switch",
        "synchronized",
        "this",
        "throw",
        "throws",
        "transient",
        "try",
        "void",
        "volatile",
        "while",
        "true",
        "false",
        "null",
    ]
)
OBJECT_METHODS = frozenset({"Class"})
"""`getClass` is every object's own."""
TYPES = {
    "string": "String",
    "integer": "Long",
    "number": "Double",
    "boolean": "Boolean",
    "object": "Map<String, Object>",
}
SHOWN = re.compile(r"[^A-Za-z0-9 _.:@-]")
"""What of a member's name must not stand in a comment."""

CLASS = """package {package};

import java.util.List;
import java.util.Map;

/** Part of the schema {schema}. Made by Redrive. */
public class {name} {{
{fields}
{methods}}}
"""
FIELD = "  /** {json} */\n  private {type} {name};\n"
METHODS = """
  public {type} get{title}() {{
    return {name};
  }}

  public void set{title}({type} value) {{
    this.{name} = value;
  }}
"""


def files(model: Model) -> dict[str, str]:
    package = ".".join(
        f"{part}_" if part in RESERVED else f"_{part}" if part[0].isdigit() else part
        for part in model.package.split(".")
    )
    folder = package.replace(".", "/")
    return {f"{folder}/{each.name}.java": _class(each, package, model.package) for each in model.classes}


def _class(each: Class, package: str, schema: str) -> str:
    fields, methods, taken = [], [], set[str]()
    for member in each.members:
        name = _field(member, taken)
        taken.add(name.lower())
        title = f"{name[:1].upper()}{name[1:]}"
        title = f"{title}_" if title in OBJECT_METHODS else title
        shown = SHOWN.sub(" ", member.json)
        fields.append(FIELD.format(json=shown, type=_typed(member.type), name=name))
        methods.append(METHODS.format(type=_typed(member.type), name=name, title=title))
    return CLASS.format(
        package=package, schema=schema, name=each.name, fields="".join(fields), methods="".join(methods)
    )


def _field(member: Member, taken: set[str]) -> str:
    parts = words(member.json)
    joined = "".join([*parts[:1], *(part.capitalize() for part in parts[1:])])
    name = spelled(member.json, joined, RESERVED)
    while name.lower() in taken:
        name += "_"
    return name


def _typed(type_: Type) -> str:
    if type_.kind == "class":
        return type_.name
    if type_.kind == "array" and type_.items is not None:
        return f"List<{_typed(type_.items)}>"
    return TYPES.get(type_.kind, "Object")
