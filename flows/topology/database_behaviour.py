"""A database's behaviour: from the JSON in documents and UpdateDatabaseBehaviour to frozen integers.

    {"duration": {"kind": "constant", "ms": 5}, "failures": […], "output": [{"id": 1, "name": "tea"}], "load": 0.05, "hold_ms": 0}

Rules look at `$.sql` and `$.parameters`; `output` is the rows of a SELECT. `max_connections` may be said outright.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, ValidationError

from flows.topology.behaviour import BehaviourModel, problem_of, stored
from flows.topology.problems import Problem
from flows.topology.resources.database import DatabaseBehaviour

DEFAULT: dict[str, Any] = {
    "duration": {"kind": "uniform", "low_ms": 2, "high_ms": 20},
    "failures": [],
    "output": [],
}
"""What stands in for data nobody has seen: statements take some milliseconds and answer no rows."""


class DatabaseBehaviourModel(BehaviourModel):
    load: Annotated[float, Field(ge=0, le=256, allow_inf_nan=False)] = 0.05
    hold_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 0
    resume_ms: Annotated[int, Field(ge=0, le=600_000)] = 15_000
    max_connections: Annotated[int, Field(ge=1, le=100_000)] | None = None


def parse_database_behaviour(given: object, path: str = "") -> tuple[DatabaseBehaviour, list[Problem]]:
    """The behaviour, and everything that is wrong with the JSON (then it is the default one)."""
    try:
        return _frozen(DatabaseBehaviourModel.model_validate(DEFAULT if given is None else given)), []
    except ValidationError as refused:
        found = [problem_of(error, path) for error in refused.errors(include_url=False)]
        return _frozen(DatabaseBehaviourModel.model_validate(DEFAULT)), found


def _frozen(model: DatabaseBehaviourModel) -> DatabaseBehaviour:
    return DatabaseBehaviour(
        model.frozen(),
        round(model.load * 1000),
        model.hold_ms * 1000,
        model.resume_ms * 1000,
        model.max_connections or 0,
    )


def normalise_database_behaviour(given: object) -> object:
    """The same behaviour as it should be stored; what is not valid is handed back as it came."""
    try:
        return stored(DatabaseBehaviourModel.model_validate(DEFAULT if given is None else given))
    except ValidationError:
        return given
