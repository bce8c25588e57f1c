"""Upkeep: what nobody waits for and somebody has to do, in bounded steps, in a queue of its own.

Every few seconds somebody (the playground's supervisor, a hosted installation's beat) calls `look_after`; each execution that
has something to do gets a hint, and a step that got further hints for the next one itself. While enough of them
stand in the queue none is added, so they do not pile up while no upkeep worker is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from flows.runs import compaction, dispatch, keyframes, queued, space

if TYPE_CHECKING:
    from uuid import UUID

ENOUGH = 50


def look_after() -> int:
    """How many executions have something to do. Packing anew needs room itself, so without any it waits."""
    if not space.is_left() or queued.standing(settings.UPKEEP_QUEUES[0], dispatch.CONTINUED) >= ENOUGH:
        return 0
    waiting = dict.fromkeys([*compaction.waiting(), *keyframes.waiting()])
    for execution_id in waiting:
        dispatch.hint_upkeep(execution_id)
    return len(waiting)


def advance(execution_id: UUID) -> bool:
    """One bounded step; whether it got further. Keyframes first: chunks that are not packed yet are quicker to fold."""
    return keyframes.write_next(execution_id) or compaction.compact(execution_id)


def step(execution_id: UUID) -> None:
    if advance(execution_id):
        dispatch.hint_upkeep(execution_id)
