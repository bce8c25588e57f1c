"""Celery's side of runs. The database is the queue of record, so a task is a hint and has no result."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from flows.runs import slices, sweeper
from flows.runs import upkeep as runs_upkeep


@shared_task(ignore_result=True)
def advance(execution_id: str, token: int | None = None) -> None:
    slices.go_on(UUID(execution_id), token)


@shared_task(ignore_result=True)
def sweep() -> None:
    sweeper.sweep()
    runs_upkeep.look_after()


@shared_task(ignore_result=True)
def upkeep(execution_id: str) -> None:
    runs_upkeep.step(UUID(execution_id))
