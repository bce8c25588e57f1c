"""The doorbell: after a commit, a word to whoever watches. What has happened is in the database; a lost ring is harmless.

A worker has no event loop, and one made for each ring would open a connection to Redis each time (measured: 30 ms a ring on a
busy machine, against 0.5). So a process that rings keeps one loop, in a thread that does nothing else. The layer in memory, which
tests use, belongs to its own loop.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

if TYPE_CHECKING:
    from uuid import UUID

    from flows.models import Execution

RING_S = 2.0
"""Nobody waits longer for a bell."""

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
    layer: Any = get_channel_layer()
    try:
        if isinstance(layer, InMemoryChannelLayer):
            async_to_sync(layer.group_send)(group(execution_id), message)
        else:
            ringing = layer.group_send(group(execution_id), message)
            asyncio.run_coroutine_threadsafe(ringing, _loop()).result(RING_S)
    except Exception as error:  # noqa: BLE001 - the next ring, or the next hello, says the same
        logger.warning("the doorbell of execution %s is out of order: %r", execution_id, error)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Made at the first ring, hence after a worker's fork."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="doorbell", daemon=True).start()
    return loop
