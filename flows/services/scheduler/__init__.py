"""Amazon EventBridge Scheduler: schedules that call a target once or again and again, and groups of them.

**Simulated**: one-off, rate and cron schedules with time zones and daylight saving time; start and end dates; flexible time windows; states;
deletion after completion; queues (FIFO too), topics, functions, state machines, event buses, Kinesis and Firehose streams and ECS
tasks as targets, and any operation of a
simulated service as a universal target; Input with context attributes; retries by maximum attempts and age, with exponential back-off
and jitter from the seed; dead-letter queues with their attributes; groups, tags, client tokens; AWS's checks and messages.

**Approximated**: a firing is exact, where AWS fires within the minute; the waits between attempts (AWS tells no numbers); a deleted
group is gone at once; a past `at` never fires.

**Left out**: permissions and encryption; targets of services that are not simulated (SageMaker, CodeBuild …) are stubs which take what
they are sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Service
from flows.services.scheduler.config import ScheduleConfig
from flows.services.scheduler.operations import OPERATIONS
from flows.services.scheduler.records import KINDS
from flows.services.scheduler.schedule import Schedule
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Schedule | None:
    """The node's schedule."""
    return Schedule(world, node, node.config) if isinstance(node.config, ScheduleConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """The schedule finds its links and begins to wait."""
    schedule = world.nouns[node.index]
    if isinstance(schedule, Schedule):
        schedule.target.drawn()
        schedule.enrol()


SERVICE = Service("scheduler", OPERATIONS, KINDS, build, connect)
