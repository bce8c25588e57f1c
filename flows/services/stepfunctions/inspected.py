"""A state that is tested: what is known of it, its inspection, and how AWS tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flows.asl.definition import Machine
from flows.asl.expressions import MISSING
from flows.asl.history import text
from flows.asl.inspection import Inspection, Outside, inspect_state
from flows.asl.ports import Facts
from flows.services.ports import Json

AS_THEY_ARE = ("maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage", "errorDetails")
"""Inspected values that are told as they are; all others are JSON texts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was looked over."""

    machine: Machine
    name: str
    state: Json
    """The state's definition."""
    input: Any
    variables: Json
    context: Json
    facts: Facts
    level: str
    retries: int
    mock: Json | None
    configuration: Json


def inspected(asked: Asked, outside: Outside) -> Inspection:
    return inspect_state(
        asked.machine,
        asked.name,
        asked.input,
        facts=asked.facts,
        context=asked.context,
        variables=asked.variables,
        outside=outside,
        retries=asked.retries,
    )


def outside_of(asked: Asked) -> Outside:
    """What the mock and the configuration say of the outside."""
    mock, configuration = asked.mock or {}, asked.configuration
    error = mock.get("errorOutput")
    reader = configuration.get("mapItemReaderData")
    return Outside(
        result=json.loads(mock["result"]) if mock.get("result") is not None else MISSING,
        error=None if error is None else (error.get("error"), error.get("cause")),
        reader_data=MISSING if reader is None else json.loads(reader),
        iteration_failures=configuration.get("mapIterationFailureCount"),
    )


def told(asked: Asked, inspection: Inspection) -> Json:
    """AWS's answer."""
    answer: Json = {"status": inspection.status}
    if inspection.output is not MISSING:
        answer["output"] = text(inspection.output)
    for name, value in (
        ("error", inspection.error),
        ("cause", inspection.cause),
        ("nextState", inspection.next_state),
    ):
        if value is not None:
            answer[name] = value
    if asked.level != "INFO":
        data = inspection.data
        answer["inspectionData"] = {
            name: value if name in AS_THEY_ARE else text(value) for name, value in data.items() if value is not MISSING
        }
    return answer
