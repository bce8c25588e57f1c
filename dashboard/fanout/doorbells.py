"""The channel layer's side of a watch: what it hears, and the one thing it says to the watches of other processes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from channels.layers import get_channel_layer

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0
ANSWER_SECONDS = 2.0


async def listen(group: str, ring: Callable[[str], None]) -> None:
    """Until cancelled. Should the layer fail, the watch's own polling goes on alone until it is back."""
    while True:
        layer: Any = get_channel_layer()
        channel = ""
        try:
            channel = await layer.new_channel()
            await layer.group_add(group, channel)
            while True:
                message = await layer.receive(channel)
                ring(message["type"])
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await layer.group_discard(group, channel)
            raise
        except Exception:
            logger.exception("the doorbells of %s are silent", group)
            await asyncio.sleep(AGAIN_SECONDS)


async def announce_driver(group: str) -> None:
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await layer.group_send(group, {"type": "driver.changed"})
    except Exception as error:  # noqa: BLE001 - the others see it when they renew their leases
        logger.warning("the doorbell of %s is out of order: %s", group, error)
