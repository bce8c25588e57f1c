"""Clusters, task definitions and services of ECS, as their CloudFormation properties say; and the behaviour of a container.

A behaviour stands in for the code in the image, as a function's does, with three things more: which queue the container polls
(`consumes`; without one it does its work once and exits), what it does when it is told to stop (`on_sigterm`), and how long it
takes until it runs (`init`: network interface, image, start).
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.topology.resources.function import Behaviour

FINISH, EXIT, IGNORE = "finish", "exit", "ignore"
FARGATE = "FARGATE"


@dataclass(frozen=True, slots=True)
class Consumption:
    """A queue that a container polls: so many messages in one receive, so many loops side by side. With `until_empty` the
    container exits once a long poll of `wait_us` found nothing.
    """

    queue: int
    batch: int = 1
    workers: int = 1
    wait_us: int = 20_000_000
    until_empty: bool = False


@dataclass(frozen=True, slots=True)
class TaskBehaviour:
    work: Behaviour
    consumes: Consumption | None = None
    on_sigterm: str = FINISH


@dataclass(frozen=True, slots=True)
class TaskDefinitionConfig:
    family: str
    container: str
    behaviour: TaskBehaviour
    stop_timeout_us: int = 30_000_000
    environment: tuple[tuple[str, str], ...] = ()
    launch_type: str = FARGATE
    others: tuple[str, ...] = ()
    """The names of the containers beside the one that works: they begin and end with it."""


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    name: str


@dataclass(frozen=True, slots=True)
class StepConfig:
    """Between `lower` and `upper` (thousandths above the threshold; None: without end) the desired count changes by so much."""

    lower_milli: int | None
    upper_milli: int | None
    adjustment: int


@dataclass(frozen=True, slots=True)
class PolicyConfig:
    """A scaling policy on a queue's depth: `target` keeps the metric at a value, `step` answers an alarm.

    `per_task` divides the messages by the running tasks (the backlog per task).
    """

    name: str
    kind: str
    queue: int
    metric: str = "ApproximateNumberOfMessagesVisible"
    per_task: bool = False
    target_milli: int = 0
    scale_in: bool = True
    out_cooldown_us: int = 300_000_000
    in_cooldown_us: int = 300_000_000
    adjustment: str = "ChangeInCapacity"
    steps: tuple[StepConfig, ...] = ()
    threshold_milli: int = 0
    above: bool = True
    inclusive: bool = True
    periods: int = 1


@dataclass(frozen=True, slots=True)
class ScalingConfig:
    minimum: int
    maximum: int
    policies: tuple[PolicyConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class ContainerServiceConfig:
    name: str
    cluster: int | None
    definition: int | None
    desired: int = 1
    minimum_percent: int = 100
    maximum_percent: int = 200
    breaker: bool = False
    scaling: ScalingConfig | None = None


@dataclass(frozen=True, slots=True)
class PollConfig:
    """A link from a queue to the task definition whose containers poll it."""

    queue: int
    definition: int


@dataclass(frozen=True, slots=True)
class ServiceLinkConfig:
    """A link from a service to what it is made of."""

    service: int
