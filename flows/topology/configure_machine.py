"""A state machine's configuration, and that of the links to what its tasks call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asl.lint import errors, lint
from flows.topology.catalogue import Resource
from flows.topology.definitions import Definition, definition_of
from flows.topology.mocks import read_mocks
from flows.topology.properties import MachineProperties
from flows.topology.resources.machine import MachineConfig, TaskConfig

if TYPE_CHECKING:
    from flows.asl.lint import Diagnostic
    from flows.topology.links.draft import Draft

NO_DEFINITION = "It has no definition."
REFUSED = "AWS would refuse its definition: {why}."


def configure_machine(machine: Resource, _numbering: object) -> MachineConfig:
    given = MachineProperties.model_validate(machine.properties)
    return MachineConfig(
        name=machine.name,
        kind=given.StateMachineType,
        definition=definition_of(machine.properties).text,
        role_arn=given.RoleArn or "",
        mocks=read_mocks(machine.playground.mocks),
    )


def configure_task(draft: Draft) -> TaskConfig:
    return TaskConfig(tuple(draft.properties["states"]), tuple(draft.properties["calls"]))


def problems_of(machine: Resource) -> tuple[Definition, list[Diagnostic]]:
    """The definition and what the lint says about it; placeholders that nobody filled in are not judged."""
    definition = definition_of(machine.properties)
    if not definition.is_given:
        return definition, []
    kind = str(machine.properties.get("StateMachineType", "STANDARD"))
    return definition, lint(definition.text, kind, placeholders=True)


def why_machine_stands(machine: Resource) -> str:
    """Why a machine cannot run, or nothing."""
    definition, found = problems_of(machine)
    if not definition.is_given:
        return NO_DEFINITION
    wrong = errors(found)
    return REFUSED.format(why=str(wrong[0])[:300]) if wrong else ""
