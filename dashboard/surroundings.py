"""What the whole house leans on, as one web process sees it: the broker and the room on the disk, looked at every second or so.

The database is not asked here: whoever reads an execution notices. Someone watching one asks `trouble` every few seconds, however
many they are the broker is asked once.
"""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import Any

from channels.layers import get_channel_layer

from dashboard import frames
from flows.runs import space
from flows.runs.refusals import BROKER_AWAY, NO_SPACE

LOOK_EVERY_S = 1.0
ANSWER_WITHIN_S = 2.0
NOBODY = "surroundings"
"""A group that nobody is in: the broker has to answer all the same."""

logger = logging.getLogger(__name__)


class Surroundings:
    """`dashboard.fanout.source.Surroundings`, on this machine."""

    def __init__(self) -> None:
        self._looked_s = -LOOK_EVERY_S
        self._trouble = frames.NO_TROUBLE

    async def trouble(self) -> frames.Trouble:
        """Who asks while another's look is under way gets what was seen before."""
        if monotonic() >= self._looked_s + LOOK_EVERY_S:
            self._looked_s = monotonic()
            self._trouble = await self._look()
        return self._trouble

    async def _look(self) -> frames.Trouble:
        if not space.is_left():
            return frames.trouble(NO_SPACE)
        return frames.NO_TROUBLE if await self._broker_answers() else frames.trouble(BROKER_AWAY)

    async def _broker_answers(self) -> bool:
        layer: Any = get_channel_layer()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await layer.group_send(NOBODY, {"type": "nobody"})
        except Exception as error:  # noqa: BLE001 - in whatever way it is away
            logger.warning("the broker does not answer: %r", error)
            return False
        return True
