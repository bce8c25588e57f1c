"""What became of each resource and property: the report that a page prints beside the picture."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MODELLED, APPROXIMATED, IGNORED, NOT_DRAWN, MISSING = "modelled", "approximated", "ignored", "not drawn", "missing"


@dataclass(frozen=True, slots=True)
class ReportLine:
    resource: str
    property: str
    verdict: str
    reason: str
    path: str = ""
    line: int | None = None
    type: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
