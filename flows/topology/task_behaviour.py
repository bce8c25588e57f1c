"""A container's behaviour: from the JSON in documents and UpdateContainerCode to frozen integers.

    {"consumes": {"queue": "Orders", "batch": 10}, "duration": {"kind": "constant", "ms": 200}, "failures": […], "calls": […]}

What a function's behaviour has means the same here (`behaviour.py`); a failure that is `raise` ends the container with exit
code 1, `timeout` is work that never ends. The defaults are a container's: it takes half a minute to start, and minutes to work.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.topology.behaviour import BehaviourModel, UniformDuration, problem_of, stored
from flows.topology.problems import Problem
from flows.topology.resources.container import Consumption, TaskBehaviour
from flows.topology.resources.function import Behaviour, Duration

SECOND_US = 1_000_000
START = UniformDuration(kind="uniform", low_ms=20_000, high_ms=40_000)
"""From RunTask to RUNNING: about what Fargate takes for an image of some hundred megabytes. AWS publishes no number."""
DEFAULT: dict[str, Any] = {
    "duration": {"kind": "uniform", "low_ms": 20_000, "high_ms": 60_000},
    "failures": [
        {
            "body": {"path": path, "equals": True},
            "error": {"type": "PoisonMessage", "message": "The message says poison: true."},
            "how": "item",
        }
        for path in ("$.poison", "$.environment.PAYLOAD.poison")
    ],
    "output": None,
}
"""What stands in for an image nobody has looked into: it works, unless what it is given asks it to fail."""


class ConsumesModel(BaseModel):
    model_config = ConfigDict(extra="forbid")
    queue: Annotated[str, Field(min_length=1, max_length=300)]
    batch: Annotated[int, Field(ge=1, le=10)] = 1
    workers: Annotated[int, Field(ge=1, le=100)] = 1
    wait_seconds: Annotated[int, Field(ge=1, le=20)] = 20
    until_empty: bool = False


class TaskBehaviourModel(BehaviourModel):
    consumes: ConsumesModel | None = None
    on_sigterm: Literal["finish", "exit", "ignore"] = "finish"

    def work(self) -> Behaviour:
        """What it does each time, as a function's behaviour says it."""
        return self.frozen()


def parse_task_behaviour(given: object, path: str = "") -> tuple[TaskBehaviourModel, list[Problem]]:
    """The behaviour, and everything that is wrong with the JSON (then it is the default one)."""
    try:
        return TaskBehaviourModel.model_validate(DEFAULT if given is None else given), []
    except ValidationError as refused:
        found = [problem_of(error, path) for error in refused.errors(include_url=False)]
        return TaskBehaviourModel.model_validate(DEFAULT), found


def frozen(model: TaskBehaviourModel, queue: int | None) -> TaskBehaviour:
    """As the simulator reads it; `queue` is the node that it consumes, None for none."""
    work, told = model.work(), model.consumes
    if work.init is None:
        work = Behaviour(work.duration, work.failures, work.output, work.calls, Duration(START.quantiles_us()))
    consumes = None
    if told is not None and queue is not None:
        consumes = Consumption(queue, told.batch, told.workers, told.wait_seconds * SECOND_US, told.until_empty)
    return TaskBehaviour(work, consumes, model.on_sigterm)


def normalise_task_behaviour(given: object) -> object:
    """The same behaviour as it should be stored; what is not valid is handed back as it came."""
    try:
        return stored(TaskBehaviourModel.model_validate(DEFAULT if given is None else given))
    except ValidationError:
        return given
