"""Which behaviour a resource has by its type: a function's, or a container's. One row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flows.topology.behaviour import normalise_behaviour, parse_behaviour
from flows.topology.database_behaviour import normalise_database_behaviour, parse_database_behaviour
from flows.topology.problems import Problem
from flows.topology.task_behaviour import normalise_task_behaviour, parse_task_behaviour


@dataclass(frozen=True, slots=True)
class Row:
    """`parse` answers the behaviour and what is wrong with the JSON; `normalise` the JSON as it should be stored."""

    parse: Callable[[object, str], tuple[Any, list[Problem]]]
    normalise: Callable[[object], object]


FUNCTION = Row(parse_behaviour, normalise_behaviour)
BEHAVIOURS: dict[str, Row] = {
    "AWS::Lambda::Function": FUNCTION,
    **dict.fromkeys(
        ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance"), Row(parse_database_behaviour, normalise_database_behaviour)
    ),
    "AWS::ECS::TaskDefinition": Row(parse_task_behaviour, normalise_task_behaviour),
}


def wrong_with(given: object, type_: str, path: str = "") -> Iterator[Problem]:
    """What is wrong with the behaviour of a resource of that type."""
    if type_ in BEHAVIOURS:
        yield from BEHAVIOURS[type_].parse(given, path)[1]


def wrong_for_every_type(given: object) -> list[Problem]:
    """What is wrong with a behaviour of which nobody knows the type; nothing, if it would do for any."""
    found = [row.parse(given, "")[1] for row in BEHAVIOURS.values()]
    return [] if not all(found) else found[0]


def normal(given: object, type_: object) -> object:
    row = BEHAVIOURS.get(type_, FUNCTION) if isinstance(type_, str) else FUNCTION
    return row.normalise(given)
