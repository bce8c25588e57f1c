"""An execution's history in columns, and AWS's JSON of it.

Per event: its type (one byte), its instant, the event before it, and its details as integers. A text is its number in the
execution-wide bodies (0: not said), an integer is itself (-1: not said). The same integers are the detail of the event's record;
only the names a person reads (states, errors, resources) stand there as texts.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable
from typing import Any

from flows.asl import history as asl
from flows.asl.history import DETAILS
from flows.engine.bodies import Bodies
from flows.engine.kinds import FieldType
from flows.services.stepfunctions.records import BY_NUMBER, FIRST, NUMBERS, TYPES

NUMBER, TEXT, VALUE, RAW = range(4)
"""How a field is kept: as an integer, as a text as it is (cause, error, names), as a JSON value's text."""
RAW_TEXTS = frozenset({"cause"})
VALUES = frozenset({"input", "output", "parameters", "assignedVariables", "taskCredentials"})
ALWAYS = frozenset(asl.TEXTS)
"""These are said even when they are null."""


def _how(name: str) -> int:
    if name in VALUES:
        return VALUE
    if name in RAW_TEXTS:
        return RAW
    return NUMBER if TYPES[name].type is FieldType.INTEGER else TEXT


HOW: dict[str, tuple[tuple[int, bool], ...]] = {
    type_: tuple((_how(name), name in ALWAYS) for name in fields) for type_, (_, fields) in DETAILS.items()
}
WIDTHS = {number: len(HOW[type_]) for type_, number in NUMBERS.items()}


class History:
    """The events of one execution, oldest first."""

    __slots__ = ("ats", "cells", "previous", "types")

    def __init__(self) -> None:
        self.types = bytearray()
        self.ats = array("q")
        self.previous = array("I")
        self.cells = array("q")

    def __len__(self) -> int:
        return len(self.types)

    def rows(self, bodies: Bodies, stamp: Callable[[int], Any], *, data: bool = True) -> list[dict[str, Any]]:
        """Every event as GetExecutionHistory answers it, oldest first; without `data`, without inputs and outputs."""
        found: list[dict[str, Any]] = []
        cell = 0
        for index, code in enumerate(self.types):
            number = code + FIRST
            width = WIDTHS[number]
            cells = self.cells[cell : cell + width]
            cell += width
            type_ = BY_NUMBER[number]
            row = {
                "timestamp": stamp(self.ats[index]),
                "type": type_,
                "id": index + 1,
                "previousEventId": self.previous[index],
            }
            found.append(row | _details(type_, cells, bodies, data=data))
        return found

    def event_types(self) -> list[str]:
        return [BY_NUMBER[code + FIRST] for code in self.types]

    def __getstate__(self) -> tuple[Any, ...]:
        return self.types, self.ats, self.previous, self.cells

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.types, self.ats, self.previous, self.cells = state


def _details(type_: str, cells: array[int], bodies: Bodies, *, data: bool) -> dict[str, Any]:
    name, fields = DETAILS[type_]
    said: dict[str, Any] = {}
    for field, (how, _), cell in zip(fields, HOW[type_], cells, strict=True):
        if how == NUMBER:
            if cell >= 0:
                said[field] = cell
        elif cell:
            said |= _text(field, bodies.text(cell), data=data)
    return {name: said} if name else {}


def _text(field: str, text: str, *, data: bool) -> dict[str, Any]:
    if field in asl.TEXTS:
        details = {asl.TEXTS[field]: {"truncated": False}}
        return {field: text, **details} if data else details
    if field == "assignedVariables":
        variables = {key: asl.text(value) for key, value in json.loads(text).items()}
        return {field: variables, "assignedVariablesDetails": {"truncated": False}} if data else {}
    if field == "parameters":
        return {field: text} if data else {field: ""}
    if field == "taskCredentials":
        return {field: json.loads(text)}
    return {field: text}
