"""What the studio's page carries with it (`studio-data`), spelled as `static/src/studio/model/types.ts` reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.library import compiled
from flows.services.kinds import KINDS
from flows.topology.management import management

if TYPE_CHECKING:
    from flows.models import Execution

API = "/api"


def studio_data(execution: Execution) -> dict[str, Any]:
    version = execution.topology_version
    topology = compiled(version)
    return {
        "execution": execution_json(execution),
        "topology": topology.as_json(),
        "management": management(topology),
        "report": version.report,
        "problems": version.problems,
        "example": version.topology.guide or None,
        "kinds": KINDS.as_json(),
        "socket_url": f"/ws/executions/{execution.pk}/",
        "api": API,
    }


def execution_json(execution: Execution) -> dict[str, Any]:
    topology = execution.topology_version.topology
    return {
        "id": str(execution.pk),
        "name": execution.name or topology.name,
        "seed": execution.seed,
        "epoch": execution.epoch,
        "generation": execution.generation,
        "topology_id": str(topology.pk),
        "topology_name": topology.name,
        "version": execution.topology_version.number,
        "parent": str(execution.parent_id) if execution.parent_id else None,
        "forked_at": execution.forked_at,
        "state": execution.state,
        "frontier_at": execution.frontier_at,
        "seen_at": execution.seen_at,
        "head": execution.head,
        "error": execution.error,
        "url": f"/executions/{execution.pk}/",
    }
