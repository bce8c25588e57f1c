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

from flows.runs import wall_clock
from flows.runs.silence import ANSWER_S, Silence

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
    layer: Any = get_channel_layer()
    if _silence.lasts():
        return
    began_s = wall_clock.seconds()
    try:
        if isinstance(layer, InMemoryChannelLayer):
            async_to_sync(layer.group_send)(group(execution_id), message)
        else:
            asyncio.run_coroutine_threadsafe(_ring(layer, group(execution_id), message), _loop()).result()
    except Exception as error:  # noqa: BLE001 - the next ring, or the next hello, says the same
        _silence.is_kept_if_slow(began_s)
        logger.warning("the doorbell of execution %s is out of order: %r", execution_id, error)


async def _ring(layer: Any, group_name: str, message: dict[str, Any]) -> None:
    """One that is waited for in vain is given up, lest they pile up until the broker is back."""
    async with asyncio.timeout(ANSWER_S):
        await layer.group_send(group_name, message)


_silence = Silence()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Made at the first ring, hence after a worker's fork."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="doorbell", daemon=True).start()
    return loop
