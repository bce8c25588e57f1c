"""What inline and distributed Maps share: where the items come from, how many at once, how much may fail, and an item's input.

Causes are those recorded: "The MaxConcurrencyPath field refers to value "NoNumber" which is not a valid integer: $.path",
"ToleratedFailurePercentage must be between 0 and 100.", "Map state input must be an array but was: true".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flows.asl.dataflow import JSONATA, flow_of, template
from flows.asl.expressions import Scope, compile_jsonata, compile_path, jsonata_text
from flows.asl.failures import QUERY_EVALUATION_ERROR, RUNTIME, StateFailedError
from flows.asl.frames import Frame
from flows.asl.history import text as json_text
from flows.asl.numbers import number, within
from flows.asl.ports import Json
from flows.asl.states.state import State

if TYPE_CHECKING:
    from flows.asl.execution import Execution

UNSET = -1
Items = Callable[[Scope, Json], list[Json]]


class MapState(State):
    """Items, ItemSelector, MaxConcurrency(Path), ToleratedFailureCount(Path), ToleratedFailurePercentage(Path)."""

    __slots__ = ("_concurrency", "_count", "_items", "_percentage", "_selector", "tolerates")
    failed_type = "MapStateFailed"

    def __init__(
        self, number_: int, name: str, definition: Mapping[str, Json], language: str, names: Mapping[str, int]
    ) -> None:
        super().__init__(number_, name, definition, language, names, flow_of(definition, language, transforms=False))
        selector = "ItemSelector" if "ItemSelector" in definition or language == JSONATA else "Parameters"
        self._selector = template(definition, selector, language)
        self._items = _items(definition, language)
        self._concurrency = number(definition, "MaxConcurrency", language)
        self._count = number(definition, "ToleratedFailureCount", language)
        self._percentage = number(definition, "ToleratedFailurePercentage", language, whole=False)
        self.tolerates = self._count is not None or self._percentage is not None

    @property
    def selects(self) -> bool:
        """Whether there is an ItemSelector."""
        return self._selector is not None

    def items(self, x: Execution, frame: Frame, input_: Json) -> list[Json]:
        """The array to go over."""
        scope = x.scope(frame)
        scope.input = input_
        items = self._items(scope, input_)
        if x.seen is not None and not self.jsonata:
            x.seen["afterItemsPath"] = items
        return items

    def concurrency(self, x: Execution, frame: Frame, input_: Json) -> int:
        """MaxConcurrency; 0: no limit of the state's own."""
        value = 0
        if self._concurrency is not None:
            scope = x.scope(frame)
            scope.input = input_
            said = self._concurrency(scope)
            sentence = f"Expected non-negative integer for MaxConcurrency, got '{json_text(said)}' instead."
            value = int(within(said, 0, 2**31, sentence))
        if x.seen is not None:
            x.seen["maxConcurrency"] = value
        return value

    def tolerance(self, x: Execution, frame: Frame, input_: Json) -> tuple[int, float]:
        """(count, percentage) that may fail; a count of -1: only the percentage matters, and the other way round."""
        count, percentage = UNSET, float(UNSET)
        if self._count is not None:
            scope = x.scope(frame)
            scope.input = input_
            sentence = "ToleratedFailureCount cannot be negative."
            count = int(within(self._count(scope), 0, 2**31, sentence))
        if self._percentage is not None:
            scope = x.scope(frame)
            scope.input = input_
            sentence = "ToleratedFailurePercentage must be between 0 and 100."
            percentage = within(self._percentage(scope), 0, 100, sentence)
        if x.seen is not None:
            x.seen |= {"toleratedFailureCount": count} if self._count is not None else {}
            x.seen |= {"toleratedFailurePercentage": percentage} if self._percentage is not None else {}
        return count, percentage

    def exceeds(self, failed: int, total: int, tolerated: tuple[int, float]) -> bool:
        """Whether so many failures are too many."""
        count, percentage = tolerated
        if count == UNSET and percentage == UNSET:
            return failed > 0
        return (count != UNSET and failed > count) or (percentage != UNSET and failed * 100 > percentage * total)

    def select(self, x: Execution, frame: Frame, input_: Json, item: dict[str, Json]) -> Json:
        """An iteration's input: the item, or what ItemSelector makes of it."""
        if self._selector is None:
            return item["Value"]
        scope = x.scope(frame, item)
        if not self.jsonata:
            scope.input = input_
        value = self._selector.evaluate(scope)
        if x.seen is not None:
            x.seen.setdefault("afterItemSelector", []).append(value)
        return value


def _items(definition: Mapping[str, Json], language: str) -> Items:
    if language == JSONATA:
        return _jsonata_items(definition)
    text = definition.get("ItemsPath", "$")
    path = None if text == "$" else compile_path(text)

    def items(scope: Scope, input_: Json) -> list[Json]:
        value = input_ if path is None else path.read(scope)
        if not isinstance(value, list):
            raise StateFailedError(RUNTIME, f'Reference path "{text}" must point to array.')
        return value

    return items


def _jsonata_items(definition: Mapping[str, Json]) -> Items:
    if "Items" not in definition:
        return _input_array
    if jsonata_text(definition["Items"]) is not None:
        jsonata = compile_jsonata(definition["Items"], "Items")
        return lambda scope, _input: jsonata.expect(scope, "array")
    compiled = template(definition, "Items", JSONATA)
    assert compiled is not None
    return lambda scope, _input: _an_array(compiled.evaluate(scope), "Map state Items")


def _input_array(_scope: Scope, input_: Json) -> list[Json]:
    return _an_array(input_, "Map state input")


def _an_array(value: Json, what: str) -> list[Json]:
    if not isinstance(value, list):
        raise StateFailedError(QUERY_EVALUATION_ERROR, f"{what} must be an array but was: {json_text(value)}")
    return value
