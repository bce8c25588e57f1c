"""State machine and API definitions that stand in files of their own, or as text, brought into the resource.

Substitutions (`${Name}` in a definition, given in DefinitionSubstitutions) are filled in: in the text, as CloudFormation does, so that
`"TimeoutSeconds": ${Seconds}` becomes a number; in the texts of an object. A file that was not uploaded is a line of the report; the
machine or API is drawn without its links. A definition as text that is no JSON stays text: the drawing's checks say what is wrong.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flows.importers.limits import LIMITS
from flows.importers.loader import load
from flows.importers.problems import Refused, import_problem
from flows.importers.report import MISSING
from flows.importers.sam import Raw
from flows.importers.stack import Stack
from flows.topology.definitions import PLACEHOLDER, filled

BODIES = {"AWS::ApiGateway::RestApi": "Body", "AWS::ApiGatewayV2::Api": "Body"}


TEXTS: dict[str, dict[str, str]] = {
    "AWS::AppSync::GraphQLSchema": {"DefinitionS3Location": "Definition"},
    **{
        type_: {
            "CodeS3Location": "Code",
            "RequestMappingTemplateS3Location": "RequestMappingTemplate",
            "ResponseMappingTemplateS3Location": "ResponseMappingTemplate",
        }
        for type_ in ("AWS::AppSync::Resolver", "AWS::AppSync::FunctionConfiguration")
    },
}
"""type → the properties that say where a text lies, and those that hold it."""


def bring_in(raw: Raw, stack: Stack) -> None:
    if raw.type == "AWS::StepFunctions::StateMachine":
        _machine(raw, stack)
    elif raw.type in BODIES:
        _api(raw, stack)
    elif raw.type in TEXTS:
        _texts(raw, stack)


def _machine(raw: Raw, stack: Stack) -> None:
    given = raw.properties
    substitutions = given.get("DefinitionSubstitutions")
    values = substitutions if isinstance(substitutions, dict) else {}
    definition = given.get("Definition")
    uri = raw.origin.get("Properties", {}).get("DefinitionUri", given.get("DefinitionS3Location"))
    if definition is None and isinstance(given.get("DefinitionString"), str):
        definition = _parsed(filled(given["DefinitionString"], values))
    if definition is None and uri is not None:
        definition = _filled_file(stack, uri, values) or _file(raw, stack, uri, "DefinitionUri")
    if isinstance(definition, dict):
        given["Definition"] = substituted(definition, values) if values else definition
        given.pop("DefinitionString", None)


def _filled_file(stack: Stack, uri: Any, values: dict[str, Any]) -> Any:
    """The file with its substitutions, where there are any and it can be read so."""
    text = stack.companion_text(_location(uri)) if values else ""
    if "${" not in text:
        return None
    found, problems = load(filled(text, values).encode(), "definition")
    return None if problems else found


def _api(raw: Raw, stack: Stack) -> None:
    shorthand = raw.origin.get("Properties", {})
    uri = shorthand.get("DefinitionUri", raw.properties.get("BodyS3Location"))
    if "DefinitionBody" in shorthand or uri is None:
        return
    body = _file(raw, stack, uri, "DefinitionUri")
    if isinstance(body, dict):
        body = stack.resolver.resolve(body, ("Resources", raw.declared, "Properties", "DefinitionUri"))
        routes = raw.properties.get("Body", {}).get("paths", {})
        raw.properties["Body"] = {
            **body,
            "paths": {**(body.get("paths") if isinstance(body.get("paths"), dict) else {}), **routes},
        }


def _texts(raw: Raw, stack: Stack) -> None:
    """Schemas, templates and code that lie in files of their own."""
    given = raw.properties
    for where, what in TEXTS[raw.type].items():
        location = given.get(where)
        if location is None or isinstance(given.get(what), str):
            continue
        text = stack.companion_text(location)
        if text:
            given[what] = text
        else:
            path = ("Resources", raw.declared, "Properties", where)
            stack.resolver.note(path, MISSING, f"The file {str(location)[:120]} was not given: its text is missing.")


def _file(raw: Raw, stack: Stack, uri: Any, property_: str) -> Any:
    location = _location(uri)
    found = stack.companion(location)
    if found is None:
        path = ("Resources", raw.declared, "Properties", property_)
        stack.resolver.note(path, MISSING, f"The file {str(location)[:120]} was not given: its links are not drawn.")
    return found


def _location(uri: Any) -> Any:
    return uri.get("Key") if isinstance(uri, dict) else uri


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def substituted(value: Any, substitutions: dict[str, Any]) -> Any:
    """Every `${Name}` in the texts of a definition replaced; a text that is one placeholder takes the value's type."""
    room = LIMITS.built

    def said(found: re.Match[str]) -> str:
        return _as_text(substitutions[found[1]]) if found[1] in substitutions else found[0]

    def walk(inner: Any) -> Any:
        nonlocal room
        if isinstance(inner, dict):
            return {key: walk(member) for key, member in inner.items()}
        if isinstance(inner, list):
            return [walk(member) for member in inner]
        if not isinstance(inner, str) or "${" not in inner:
            return inner
        text = PLACEHOLDER.sub(said, inner)
        room -= len(text)
        if room < 0:
            raise Refused(import_problem("TooEntangled", "", file="The definition"))
        return text

    return walk(value)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
