"""The kinds of state, one file each, and the table that says which is which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flows.asl.ports import Json
from flows.asl.states.choice import Choice
from flows.asl.states.fail import Fail
from flows.asl.states.map_ import InlineMap
from flows.asl.states.map_run import DistributedMap
from flows.asl.states.parallel import Parallel
from flows.asl.states.pass_ import Pass
from flows.asl.states.state import State
from flows.asl.states.succeed import Succeed
from flows.asl.states.task import Task
from flows.asl.states.wait import Wait

if TYPE_CHECKING:
    from flows.asl.definition import Compilation

Compile = Callable[["Compilation", int, str, Mapping[str, Json], str, Mapping[str, int], int], State]


def processor_of(definition: Mapping[str, Json]) -> Mapping[str, Json]:
    """A Map's ItemProcessor, or Iterator as it was called first."""
    processor: Mapping[str, Json] = (
        definition["ItemProcessor"] if "ItemProcessor" in definition else definition["Iterator"]
    )
    return processor


def _map(
    compilation: Compilation,
    number: int,
    name: str,
    definition: Mapping[str, Json],
    language: str,
    names: Mapping[str, int],
    depth: int,
) -> State:
    processor = processor_of(definition)
    mode = processor.get("ProcessorConfig", {}).get("Mode", "INLINE")
    kind = DistributedMap if mode == "DISTRIBUTED" else InlineMap
    return kind(compilation, number, name, definition, processor, language, names, depth)


STATES: dict[str, Compile] = {
    "Choice": lambda _c, number, name, definition, language, names, _d: Choice(
        number, name, definition, language, names
    ),
    "Fail": lambda _c, number, name, definition, language, names, _d: Fail(number, name, definition, language, names),
    "Map": _map,
    "Parallel": Parallel.compile,
    "Pass": lambda _c, number, name, definition, language, names, _d: Pass(number, name, definition, language, names),
    "Succeed": lambda _c, number, name, definition, language, names, _d: Succeed(
        number, name, definition, language, names
    ),
    "Task": lambda _c, number, name, definition, language, names, _d: Task(number, name, definition, language, names),
    "Wait": lambda _c, number, name, definition, language, names, _d: Wait(number, name, definition, language, names),
}
"""Type → how a state of it is compiled."""


def compile_state_at(
    compilation: Compilation,
    number: int,
    name: str,
    definition: Mapping[str, Json],
    names: Mapping[str, int],
    language: str,
    depth: int,
) -> State:
    """The compiled state of a definition; `language` is that of the scope it stands in."""
    return STATES[definition["Type"]](
        compilation, number, name, definition, definition.get("QueryLanguage", language), names, depth
    )
