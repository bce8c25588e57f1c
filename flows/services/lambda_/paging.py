"""Lists in pages: `MaxItems` of them, and a `NextMarker` for the rest."""

from __future__ import annotations

from typing import Any

from flows.services.ports import Json


def page(name: str, rows: list[Any], params: Json) -> Json:
    """The rows after `Marker`. A marker is how many were shown; one that is none shows them from the start."""
    marker, most = str(params.get("Marker") or "0"), params.get("MaxItems") or len(rows) or 1
    shown = int(marker) if marker.isdecimal() and marker.isascii() else 0
    answer: Json = {name: rows[shown : shown + most]}
    if shown + most < len(rows):
        answer["NextMarker"] = str(shown + most)
    return answer
