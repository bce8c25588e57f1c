"""Schemas as documents: OpenAPI 3 and JSON Schema Draft 4, written from shapes and read as shapes.

A discovered schema describes an event: its envelope is `AWSEvent`, its detail a schema of its own named after the detail-type (as AWS
writes them). OpenAPI 3.0 says `nullable` where Draft 4 has the type `null`, and `oneOf` where Draft 4 has a list of types.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flows.services.ports import Json
from flows.services.schemas.shape import ANYTHING, ARRAY, INTEGER, NULL, NUMBER, OBJECT, ORDER, STRING, Shape, merged

OPENAPI, DRAFT4 = "OpenApi3", "JSONSchemaDraft4"
DRAFT4_URI = "http://json-schema.org/draft-04/schema#"
EVENT = "AWSEvent"
ENVELOPE = ("detail-type", "resources", "detail", "id", "source", "time", "region", "version", "account")
DEEPEST = 40


def camelized(text: str) -> str:
    """A detail-type as the name of a schema: `Order Placed` → `OrderPlaced`."""
    return "".join(f"{word[:1].upper()}{word[1:]}" for word in re.split(r"[^A-Za-z0-9_]+", text) if word) or "Event"


def schema_name(source: str, detail_type: str) -> str:
    """`com.acme@OrderPlaced`."""
    return f"{re.sub(r'[^A-Za-z0-9_.@-]', '-', source)}@{camelized(detail_type)}"


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def event_document(source: str, detail_type: str, detail: Shape, type_: str = OPENAPI, version: str = "1") -> Json:
    """The schema of an event with that detail."""
    title = camelized(detail_type)
    write = draft4 if type_ == DRAFT4 else openapi
    where = "#/definitions/" if type_ == DRAFT4 else "#/components/schemas/"
    text = {"type": STRING}
    envelope: Json = {
        "type": OBJECT,
        "required": list(ENVELOPE),
        "x-amazon-events-detail-type": detail_type,
        "x-amazon-events-source": source,
        "properties": {
            "detail": {"$ref": f"{where}{title}"},
            **dict.fromkeys(("account", "detail-type", "id", "region"), text),
            "resources": {"type": ARRAY, "items": text},
            "source": text,
            "time": {"type": STRING, "format": "date-time"},
            "version": text,
        },
    }
    if type_ == DRAFT4:
        return {"$schema": DRAFT4_URI, "title": EVENT, "definitions": {title: write(detail)}, **envelope}
    schemas = {EVENT: envelope, title: write(detail)}
    info = {"version": f"{version}.0.0", "title": title}
    return {"openapi": "3.0.0", "info": info, "paths": {}, "components": {"schemas": schemas}}


def draft4(shape: Shape) -> Json:
    """A shape in JSON Schema Draft 4."""
    said = _said(shape, draft4)
    if shape.types:
        said = {"type": shape.types[0] if len(shape.types) == 1 else list(shape.types), **said}
    return said


def openapi(shape: Shape) -> Json:
    """A shape in OpenAPI 3.0."""
    kinds = [each for each in shape.types if each != NULL]
    nullable: Json = {"nullable": True} if shape.nullable else {}
    if len(kinds) > 1:
        return {"oneOf": [{"type": each, **_said(_only(shape, each), openapi)} for each in kinds], **nullable}
    return {**({"type": kinds[0]} if kinds else {}), **_said(shape, openapi), **nullable}


def _said(shape: Shape, write: Any) -> Json:
    said: Json = {}
    if OBJECT in shape.types:
        if shape.required:
            said["required"] = sorted(shape.required)
        said["properties"] = {name: write(shape.members[name]) for name in sorted(shape.members)}
    if ARRAY in shape.types:
        said["items"] = write(shape.items or ANYTHING)
    if STRING in shape.types and shape.format:
        said["format"] = shape.format
    if shape.allowed:
        said["enum"] = list(shape.allowed)
    return said


def _only(shape: Shape, kind: str) -> Shape:
    return Shape(
        (kind,),
        shape.members if kind == OBJECT else {},
        shape.required if kind == OBJECT else frozenset(),
        shape.items if kind == ARRAY else None,
        shape.format if kind == STRING else "",
    )


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class BadDocument(ValueError):
    """Why a text is no schema."""


def parsed(content: str) -> Json:
    """The document in a text. Raises BadDocument."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise BadDocument("The schema content is not valid JSON.") from None
    if not isinstance(found, dict):
        raise BadDocument("The schema content is not a JSON object.")
    return found


def checked(content: str, type_: str) -> Json:
    """The document, if it is one of that type. Raises BadDocument."""
    found = parsed(content)
    if type_ == OPENAPI:
        if not str(found.get("openapi", "")).startswith("3."):
            raise BadDocument("The schema content is not an OpenAPI 3 document.")
        if not isinstance((found.get("components") or {}).get("schemas"), dict):
            raise BadDocument("The OpenAPI 3 document has no components.schemas.")
    return found


def root_of(document: Json) -> Json:
    """The schema that the document is about: AWSEvent, the only one, or the first."""
    if "openapi" not in document:
        return document
    schemas = (document.get("components") or {}).get("schemas") or {}
    return schemas.get(EVENT) or next(iter(schemas.values()), {})


def read(document: Json, schema: Any = None, depth: int = 0) -> Shape:
    """The shape that a schema admits, as far as shapes go."""
    given = root_of(document) if schema is None else schema
    if not isinstance(given, dict) or depth > DEEPEST:
        return ANYTHING
    if "$ref" in given:
        return read(document, _referred(document, str(given["$ref"])), depth + 1)
    for several in ("oneOf", "anyOf"):
        choices = [read(document, each, depth + 1) for each in given.get(several) or ()]
        if choices:
            found = choices[0]
            for each in choices[1:]:
                found = merged(found, each)
            return _with_null(found) if given.get("nullable") else found
    said = given.get("type")
    kinds = {str(each) for each in said} if isinstance(said, list) else {str(said)} if said else set()
    if not kinds and isinstance(given.get("properties"), dict):
        kinds = {OBJECT}
    members = given.get("properties") if isinstance(given.get("properties"), dict) else {}
    shape = Shape(
        tuple(each for each in ORDER if each in kinds and not (each == INTEGER and NUMBER in kinds)),
        {str(name): read(document, each, depth + 1) for name, each in sorted((members or {}).items())},
        frozenset(str(each) for each in given.get("required") or () if each in (members or {})),
        read(document, given["items"], depth + 1) if "items" in given else None,
        str(given.get("format") or ""),
        tuple(each for each in given.get("enum") or () if not isinstance(each, dict | list)),
    )
    return _with_null(shape) if given.get("nullable") else shape


def _referred(document: Json, ref: str) -> Any:
    found: Any = document
    for step in ref.removeprefix("#/").split("/"):
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _with_null(shape: Shape) -> Shape:
    kinds = tuple(each for each in ORDER if each in {*shape.types, NULL})
    return Shape(kinds, shape.members, shape.required, shape.items, shape.format, shape.allowed)


def as_draft4(document: Json) -> Json:
    """An OpenAPI document as a JSON Schema, with definitions for its other schemas."""
    schemas: Json = (document.get("components") or {}).get("schemas") or {}
    root = root_of(document)
    title = next((name for name, each in schemas.items() if each is root), "Schema")
    said = {name: _translated(each) for name, each in schemas.items() if each is not root}
    definitions: Json = {"definitions": said} if said else {}
    return {"$schema": DRAFT4_URI, "title": title, **definitions, **_translated(root)}


def _translated(schema: Any) -> Any:
    """OpenAPI's spelling in Draft 4's: references, and null as a type."""
    if isinstance(schema, list):
        return [_translated(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _translated(each) for name, each in schema.items() if name != "nullable"}
    if isinstance(found.get("$ref"), str):
        found["$ref"] = found["$ref"].replace("#/components/schemas/", "#/definitions/")
    if schema.get("nullable") and isinstance(found.get("type"), str):
        found["type"] = [found["type"], NULL]
    elif schema.get("nullable") and isinstance(found.get("oneOf"), list):
        found["oneOf"] = [*found["oneOf"], {"type": NULL}]
    return found
