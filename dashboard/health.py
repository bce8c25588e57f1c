"""`/ready/`: this web process serves. `/healthz`: and what it leans on, the database and the channel layer, answers too."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpResponse, JsonResponse

from dashboard.hosting.draining import Draining

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

logger = logging.getLogger(__name__)


def ready(_request: HttpRequest) -> HttpResponse:
    if Draining.asked:
        return HttpResponse("stopping\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def healthz(_request: HttpRequest) -> HttpResponse:
    parts = {name: _answers(name, ask) for name, ask in PARTS.items()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _channel_layer() -> None:
    async_to_sync(get_channel_layer().group_send)("healthz", {"type": "nobody"})


PARTS: dict[str, Callable[[], None]] = {"database": _database, "channel_layer": _channel_layer}


def _answers(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception:
        logger.exception("healthz: %s does not answer", name)
        return False
    return True
