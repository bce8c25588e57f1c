"""What the nodes hold at an instant: a fold over the chunks up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.models import Execution


def snapshot_at(execution: Execution, at: int) -> dict[str, Any]:
    raise NotImplementedError
