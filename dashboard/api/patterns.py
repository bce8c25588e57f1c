"""A pattern tried on something, for the studio's editors and for anyone: nothing is stored, and nobody has to own anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from dashboard.api.refusals import BAD_INPUT, REFUSALS, Refusal
from dashboard.api.schemas import PatternTestedOut, PatternTestIn
from flows.patterns.explain import Given, tried
from flows.patterns.values import read_json

router = Router(tags=["Patterns"])


@router.post("/test", response={200: PatternTestedOut, **REFUSALS}, summary="Would this match?")
def test_pattern(request: HttpRequest, body: PatternTestIn) -> dict[str, Any]:  # noqa: ARG001
    """An event pattern or a mapping's filter with an event, a filter policy with a message's body or its attributes.

    `matched` is null where the pattern is refused (then `refusal` is what AWS says, and `problems` all that is wrong with it), and
    where nothing was given to hold it against.
    """
    attributes = None if body.attributes is None else {name: each.spelled() for name, each in body.attributes.items()}
    return tried(body.kind, body.pattern, Given(_event(body.event), body.message, attributes))


def _event(event: dict[str, Any] | str | None) -> Any:
    """As JSON, or as a text that says it: an editor has a text, and only a text keeps every digit of a number."""
    if not isinstance(event, str):
        return event
    try:
        return read_json(event)
    except ValueError as error:
        problem = {"code": "json_invalid", "path": "/event", "message": f"The event is no JSON: {error}."}
        raise Refusal(422, *BAD_INPUT, problems=[problem]) from error
