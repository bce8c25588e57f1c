"""A standard execution's status goes to the default event bus whenever it changes ("Step Functions Execution Status Change").

Express executions and the children of map runs say nothing here (AWS: "Events from Express Workflows are not available").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.announcing import announce, is_heard
from flows.services.ports import Announcement, Json
from flows.services.stepfunctions.describing import described

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run

SOURCE, CHANGED = "aws.states", "Step Functions Execution Status Change"
ABSENT = (
    "stopDate",
    "output",
    "outputDetails",
    "error",
    "cause",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
    "redriveDate",
)
"""Members that are null where they do not apply."""


def tell(run: Run, cause: int) -> None:
    """Say which status it has now."""
    world = run.machine.world
    _, _, _, region, account, *_ = run.machine.arn.split(":")
    if run.counts and is_heard(world, region, account):
        detail: Json = dict.fromkeys(ABSENT) | described(run, _milliseconds)
        said = Announcement(SOURCE, CHANGED, detail, (run.arn,), request=run.request, cause=cause, parent=run.subject)
        announce(world, region, account, said)


def _milliseconds(run: Run, at: int) -> int:
    return run.machine.world.environment.wall_us(at) // 1000
