"""What the editor of state machines asks while somebody types. Nothing is stored, and nobody's things are looked at.

A definition may be as large as AWS takes it and is linted in time in proportion to its size; what is larger is refused before it is
read. Anything that can be drawn of an unfinished definition is drawn.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dashboard.api.refusals import REFUSALS, Refusal
from dashboard.api.schemas import Strict
from flows.asl.graph import graph
from flows.asl.lint import lint
from flows.asl.lint.language import OBJECTS, names_of
from flows.asl.lint.reading import DEEPEST, LARGEST, depth_of
from flows.asl.lint.values import LANGUAGES

router = Router(tags=["State machines"])


class DefinitionIn(Strict):
    definition: Annotated[str, Field(description="The definition as it stands in the editor, JSON or not")]
    type: Literal["STANDARD", "EXPRESS"] = "STANDARD"


class DiagnosticOut(Schema):
    """As ValidateStateMachineDefinition answers it."""

    severity: Literal["ERROR", "WARNING"]
    code: str
    message: str
    location: str | None


class LintedOut(Schema):
    result: Literal["OK", "FAIL"]
    diagnostics: list[DiagnosticOut]
    graph: dict[str, Any] | None = None
    """Null where the text is not JSON."""


class FieldsOut(Schema):
    fields: dict[str, dict[str, list[str]]]


@router.post("/lint", response={200: LintedOut, **REFUSALS}, summary="What is wrong with a definition, and its graph")
def lint_definition(request: HttpRequest, body: DefinitionIn) -> dict[str, Any]:  # noqa: ARG001
    """All problems at once, warnings too, as AWS's ValidateStateMachineDefinition; and the states and transitions to draw.

    Texts that hold `${Name}` are not judged: a template fills them in. Nothing is stored.
    """
    if len(body.definition) > LARGEST:
        hint = "Step Functions takes definitions of up to 1 MB."
        raise Refusal(413, "TooLarge", f"The definition has more than {LARGEST} characters.", hint)
    found = lint(body.definition, body.type, placeholders=True)
    drawn = _parsed(body.definition)
    return {
        "result": "FAIL" if any(each.severity == "ERROR" for each in found) else "OK",
        "diagnostics": [each.as_json() for each in found],
        "graph": None if drawn is None else graph(drawn).as_json(),
    }


@router.get("/fields", response={200: FieldsOut, **REFUSALS}, summary="The fields of the language, for completion")
def get_fields(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Object → query language → names. `""` is the machine itself; states go by their type."""
    return {"fields": {name: {language: names_of(name, language) for language in LANGUAGES} for name in OBJECTS}}


def _parsed(text: str) -> Any:
    if depth_of(text) > DEEPEST:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
