"""A run as a scenario file: what was asked of it up to its frontier, and what lies where as what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.library import compiled
from flows.models import CommandStatus
from flows.runs.keyframes import positions_at
from flows.scenarios import exported

if TYPE_CHECKING:
    from flows.models import Execution


def scenario_of(execution: Execution) -> dict[str, Any]:
    """The scenario's JSON; `python3 manage.py simulate` passes it as long as nothing in it is changed."""
    until = execution.frontier_at
    settled = execution.commands.filter(status__in=[CommandStatus.APPLIED, CommandStatus.REFUSED], at__lte=until)
    return exported(
        name=execution.name or execution.topology_version.topology.name,
        document=execution.topology_version.document,
        topology=compiled(execution.topology_version),
        seed=execution.seed,
        epoch=execution.epoch,
        commands=settled.order_by("at", "ordinal").values_list("at", "operation", "params"),
        until=until,
        positions=positions_at(execution.pk, until),
    )
