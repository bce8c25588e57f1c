"""Definitions, compiled once: a state machine as a list of states that know what to do.

Theory of operation. Every state of a definition, however deep it stands in Parallels and Maps, has a number: its place in
document order. A compiled state refers to others by number, and so does a running execution; so a checkpoint holds numbers
and the `definition_key`, never a compiled thing. A distributed Map's processor is a machine of its own for the child
executions (`Machine.part`), sharing the same list.

Compiling is linear in the definition and refuses what cannot run at all (`InvalidDefinitionError`); telling people
everything that is wrong, in AWS's words, is the lint's job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from flows.asl import quotas
from flows.asl.dataflow import JSONPATH
from flows.asl.expressions import InvalidExpressionError
from flows.asl.ports import Json

if TYPE_CHECKING:
    from flows.asl.states.state import State

STANDARD, EXPRESS = "STANDARD", "EXPRESS"
ALONE = "StateName"
"""What TestState calls a state that came without a name."""


class InvalidDefinitionError(ValueError):
    """The definition cannot be compiled; the message says why."""


@dataclass(slots=True)
class Machine:
    """A compiled definition. Immutable once compiled; any number of executions share it."""

    definition_key: str
    kind: str
    states: list[State]
    start: int
    timeout_us: int = 0
    part_number: int = -1
    """The distributed Map whose processor this is; -1: the whole machine."""
    parts: dict[int, Machine] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    """Names of all states → numbers (names are unique within a definition)."""

    def part(self, number: int) -> Machine:
        """The machine that child executions of the distributed Map `number` run; -1 is the machine itself."""
        return self if number < 0 else self.parts[number]

    def state(self, name: str) -> State:
        """The state of that name, however deep."""
        return self.states[self.names[name]]


@dataclass(slots=True)
class Compilation:
    """What compiling a state may look at."""

    machine: Machine
    definitions: list[Mapping[str, Json]]
    kind: str

    def branch(self, definition: Mapping[str, Json], language: str, depth: int) -> int:
        """Compile the states of a branch, iterator or processor; the number of the one it starts at."""
        return compile_states(self, definition, definition.get("QueryLanguage", language), depth + 1)

    def processor(self, number: int, kind: str, definition: Mapping[str, Json], language: str, depth: int) -> None:
        """Compile a distributed Map's processor: a machine of its own."""
        whole = self.machine
        part = Machine(f"{whole.definition_key}/{number}", kind, whole.states, 0, 0, number, whole.parts, whole.names)
        part.start = self.branch(definition, language, depth)
        part.timeout_us = _timeout_us(definition, kind)
        whole.parts[number] = part


def compile_definition(text: str, kind: str = STANDARD) -> Machine:
    """The machine of a definition's text. The same text is compiled once."""
    if len(text) > quotas.DEFINITION_BYTES:
        raise InvalidDefinitionError(f"a definition has at most {quotas.DEFINITION_BYTES} bytes")
    return _compiled(text, kind)


def compile_state(text: str, kind: str = STANDARD) -> Machine:
    """A machine of one state, given by its definition alone (TestState), named as TestState names it.

    The states it goes on to are there as names only.
    """
    try:
        definition = json.loads(text)
    except (ValueError, RecursionError) as why:
        raise InvalidDefinitionError(f"not JSON: {why}") from why
    if not isinstance(definition, dict) or "States" in definition:
        return compile_definition(text, kind)
    following = [definition, *definition.get("Catch", ()), *definition.get("Choices", ())]
    targets = [each[field] for each in following for field in ("Next", "Default") if field in each]
    states = {key: {"Type": "Succeed"} for key in targets} | {ALONE: definition}
    return compile_definition(json.dumps({"StartAt": ALONE, "States": states}), kind)


@lru_cache(maxsize=256)
def _compiled(text: str, kind: str) -> Machine:
    try:
        definition = json.loads(text)
    except (ValueError, RecursionError) as why:
        raise InvalidDefinitionError(f"not JSON: {why}") from why
    if not isinstance(definition, dict):
        raise InvalidDefinitionError("a definition is an object")
    machine = Machine(sha256(f"{kind}\n{text}".encode(errors="surrogatepass")).hexdigest(), kind, [], 0)
    compilation = Compilation(machine, [], kind)
    try:
        machine.start = compile_states(compilation, definition, definition.get("QueryLanguage", JSONPATH), 0)
        machine.timeout_us = _timeout_us(definition, kind)
    except InvalidDefinitionError:
        raise
    except (InvalidExpressionError, KeyError, TypeError, AttributeError, ValueError, RecursionError) as why:
        raise InvalidDefinitionError(str(why) or type(why).__name__) from why
    return machine


def _timeout_us(definition: Mapping[str, Json], kind: str) -> int:
    said = min(int(definition.get("TimeoutSeconds", 0)), quotas.TASK_SECONDS) * 1_000_000
    return min(said or quotas.EXPRESS_US, quotas.EXPRESS_US) if kind == EXPRESS else said


def compile_states(compilation: Compilation, definition: Mapping[str, Json], language: str, depth: int) -> int:
    """Compile one scope's states; answers the number of its start state."""
    from flows.asl.states import compile_state_at

    if depth > quotas.DEFINITION_DEPTH:
        raise InvalidDefinitionError(f"Maps and Parallels nest at most {quotas.DEFINITION_DEPTH} deep")
    states = definition["States"]
    machine = compilation.machine
    first = len(machine.states)
    local = {name: first + offset for offset, name in enumerate(states)}
    machine.states.extend([None] * len(states))  # type: ignore[list-item]
    machine.names.update(local)
    for name, state in states.items():
        try:
            compiled = compile_state_at(compilation, local[name], name, state, local, language, depth)
        except InvalidExpressionError as why:
            raise InvalidDefinitionError(f"state '{name}': {why}") from why
        machine.states[local[name]] = compiled
    if definition.get("StartAt") not in local:
        raise InvalidDefinitionError(f"StartAt names no state: {definition.get('StartAt')!r}")
    return local[definition["StartAt"]]
