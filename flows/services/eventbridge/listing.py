"""Lists, by name prefix, so many rows a page. A token says after which row the next page begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from flows.services.eventbridge import refusals
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.ports import Json, Refusal

TOKEN, LIMIT, PREFIX = "NextToken", "Limit", "NamePrefix"


def page(params: Json, name: str, rows: Sequence[Any]) -> Json | Refusal:
    """The page of `rows` that a request asks for."""
    start = _start(params.get(TOKEN))
    if start is None:
        return refusals.parameter("nextToken", "Invalid token")
    end = start + int(params.get(LIMIT) or QUOTAS.page)
    found: Json = {name: list(rows[start:end])}
    if end < len(rows):
        found[TOKEN] = base64.b64encode(end.to_bytes(128, "big")).decode()
    return found


def _start(token: object) -> int | None:
    if not token:
        return 0
    try:
        start = int.from_bytes(base64.b64decode(str(token), validate=True), "big")
    except (binascii.Error, ValueError):
        return None
    return min(start, 1 << 40)


def named(params: Json, name: str) -> bool:
    """Whether a list by prefix has that name."""
    return name.startswith(str(params.get(PREFIX) or ""))
