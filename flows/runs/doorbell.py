"""The doorbell: after a commit, a word to whoever watches. What has happened is in the database; a lost ring is harmless."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

if TYPE_CHECKING:
    from uuid import UUID

    from flows.models import Execution

logger = logging.getLogger(__name__)


def group(execution_id: UUID) -> str:
    return f"execution.{execution_id.hex}"


def ring(execution: Execution, *, truncated_at: int | None = None) -> None:
    """How far the execution is. `truncated_at`: its generation has just begun, there."""
    _send(
        execution.id,
        {
            "type": "doorbell",
            "generation": execution.generation,
            "head": execution.head,
            "frontier_at": execution.frontier_at,
            "state": str(execution.state),
            "speed": execution.effective_speed,
            "quiet": execution.quiet,
            "next_at": execution.next_at,
            "truncated_at": truncated_at,
        },
    )


def ring_for_command(execution_id: UUID, ordinal: int) -> None:
    """A command was accepted, or its status has changed."""
    _send(execution_id, {"type": "command.changed", "ordinal": ordinal})


def _send(execution_id: UUID, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    try:
        async_to_sync(layer.group_send)(group(execution_id), message)
    except Exception as error:  # noqa: BLE001 - the next ring, or the next hello, says the same
        logger.warning("the doorbell of execution %s is out of order: %s", execution_id, error)
