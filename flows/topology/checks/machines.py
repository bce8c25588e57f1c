"""Checks of state machines: what AWS would say about the definition, and answers that nobody asks for.

A definition that AWS would refuse keeps its machine from running and nothing else: its problems are warnings of the drawing, each with
the way into the definition. After `MOST` of them one line says how many more there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.topology.catalogue import Resource
from flows.topology.checks.view import View, path_of
from flows.topology.configure_machine import problems_of
from flows.topology.definitions import Definition, definition_of
from flows.topology.links.states import states_of
from flows.topology.mocks import wrong_mocks
from flows.topology.problems import Problem, pointer, problem

MACHINE = "AWS::StepFunctions::StateMachine"
MOST = 20
ANSWERED = frozenset({"Task", "Map", "Parallel"})


def definitions_are_accepted(view: View) -> Iterator[Problem]:
    for machine in view.catalogue.of_type(MACHINE):
        definition, found = problems_of(machine)
        if not definition.is_given:
            yield problem("DefinitionMissing", path_of(machine), machine=machine.id)
            continue
        for each in found[:MOST]:
            code = "DefinitionRefused" if each.severity == "ERROR" else "DefinitionDoubtful"
            path = path_of(machine, definition.where, *each.path)
            yield problem(code, path, machine=machine.id, said=each.message, rule=each.code)
        if len(found) > MOST:
            yield problem(
                "DefinitionHasMore", path_of(machine, definition.where), machine=machine.id, more=len(found) - MOST
            )
        yield from _unfinished(machine, definition)


def _unfinished(machine: Resource, definition: Definition) -> Iterator[Problem]:
    if definition.is_unfinished:
        yield problem("DefinitionUnfinished", path_of(machine, definition.where), machine=machine.id)


def mocks_have_a_place(view: View) -> Iterator[Problem]:
    for machine in view.catalogue.of_type(MACHINE):
        mocks: Any = machine.playground.mocks
        path = ("resources", machine.id, "playground", "mocks")
        for way, why in wrong_mocks(mocks):
            yield problem("MockInvalid", pointer(*path, *way), message=why)
        known = {
            name for name, state in states_of(definition_of(machine.properties).parsed) if state.get("Type") in ANSWERED
        }
        for name in mocks if isinstance(mocks, dict) else ():
            if name not in known:
                yield problem("MockOfNoState", pointer(*path, name), machine=machine.id, state=str(name)[:80])
