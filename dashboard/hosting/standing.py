"""How the installation stands: each part it leans on, asked now, with a sentence for a person and a number for a machine.

The web server serves as long as the database and the channel layer answer (`VITAL`). Without workers, or with a full disk, pages
are shown and nothing new is simulated: that is a fault to be told, not a reason for a balancer to send people elsewhere.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.db.models import Count

from dashboard.hosting import presence
from flows.models import Execution
from flows.runs import space, wall_clock

if TYPE_CHECKING:
    from collections.abc import Callable

STRANDED = timedelta(seconds=30)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    title: str
    well: bool
    sentence: str
    rows: list[tuple[str, ...]] = field(default_factory=list)
    heads: tuple[str, ...] = ()


def standing() -> list[Part]:
    return [_asked(name, title, ask) for name, title, ask in PARTS]


def serves(parts: list[Part]) -> bool:
    return all(part.well for part in parts if part.name in VITAL)


def _asked(name: str, title: str, ask: Callable[[], tuple[bool, str, dict[str, Any]]]) -> Part:
    try:
        well, sentence, more = ask()
    except Exception as error:  # noqa: BLE001 - in whatever way it is away
        return Part(name, title, well=False, sentence=f"It does not answer: {type(error).__name__}.")
    return Part(name, title, well, sentence, **more)


def _database() -> tuple[bool, str, dict[str, Any]]:
    began_s = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    ms = (time.perf_counter() - began_s) * 1000
    return True, f"{connection.display_name} answers in {ms:.1f} ms.", {}


def _channel_layer() -> tuple[bool, str, dict[str, Any]]:
    async_to_sync(_nobody_is_told)()
    return True, "News of runs reach the browsers.", {}


async def _nobody_is_told() -> None:
    """A broker that is frozen would keep the question, and the thread that asks it, for as long."""
    async with asyncio.timeout(presence.ANSWER_S):
        await get_channel_layer().group_send("healthz", {"type": "nobody"})


def _broker() -> tuple[bool, str, dict[str, Any]]:
    began_s = time.perf_counter()
    told = presence.broker().info("server")
    ms = (time.perf_counter() - began_s) * 1000
    kind = "Valkey" if "valkey_version" in told else "Redis"
    version = told.get("valkey_version") or told.get("redis_version", "")
    waiting = presence.waiting(queues())
    rows = [(queue, str(length)) for queue, length in waiting.items()]
    sentence = f"{kind} {version} answers in {ms:.1f} ms; {sum(waiting.values())} tasks wait."
    return True, sentence, {"heads": ("Queue", "Tasks waiting"), "rows": rows}


def _workers() -> tuple[bool, str, dict[str, Any]]:
    present = presence.present()
    now = time.time()
    rows = [
        (one.host, str(one.pid), ", ".join(one.queues), _length(now - one.since), _length(now - one.seen))
        for one in present
    ]
    consumed = {queue for one in present for queue in one.queues}
    alone = [queue for queue in queues() if queue not in consumed]
    sentence = f"{len(present)} workers are there."
    if alone:
        sentence = f"Nobody works on {', '.join(alone)}. Start one: manage.py worker {alone[0]}"
    heads = ("Host", "Process", "Queues", "Works for", "Last heard of")
    return not alone, sentence, {"heads": heads, "rows": rows}


def _runs() -> tuple[bool, str, dict[str, Any]]:
    states = Execution.objects.order_by("state").values_list("state").annotate(many=Count("id"))
    stranded = Execution.objects.filter(wanted=True, lease_until__lt=wall_clock.now() - STRANDED).count()
    rows = [(str(state), str(many)) for state, many in states]
    sentence = "Whatever should go on goes on."
    if stranded:
        sentence = f"{stranded} runs should go on, and nobody has taken them up for {STRANDED.seconds} seconds."
    return not stranded, sentence, {"heads": ("State", "Runs"), "rows": rows}


def _disk() -> tuple[bool, str, dict[str, Any]]:
    free = shutil.disk_usage(settings.HOME).free
    sentence = f"{free // MEGABYTE:,} MB are free in the home of this web server."
    if not space.is_left():
        sentence += f" Runs stand still until there are {settings.RESERVED_BYTES // MEGABYTE:,} MB."
    return space.is_left(), sentence, {}


def queues() -> list[str]:
    return [*settings.SIMULATION_QUEUES, *settings.LONG_QUEUES, *settings.UPKEEP_QUEUES]


def _length(seconds: float) -> str:
    return str(timedelta(seconds=max(0, round(seconds))))


PARTS: tuple[tuple[str, str, Callable[[], tuple[bool, str, dict[str, Any]]]], ...] = (
    ("database", "Database", _database),
    ("channel_layer", "Live updates", _channel_layer),
    ("broker", "Broker", _broker),
    ("workers", "Workers", _workers),
    ("runs", "Runs", _runs),
    ("disk", "Disk", _disk),
)
VITAL = ("database", "channel_layer")
