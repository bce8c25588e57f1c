"""Celery's side of runs. The database is the queue of record, so a task is a hint and has no result."""

from __future__ import annotations

from uuid import UUID

from celery import Task, shared_task
from structlog.contextvars import bound_contextvars

from flows.runs import observing, retention, slices, sweeper
from flows.runs import upkeep as runs_upkeep


@shared_task(ignore_result=True, bind=True)
def advance(self: Task, execution_id: str, token: int | None = None) -> None:
    # A worker has the headers among its request's own members, an eager task apart.
    beside = {**vars(self.request), **(self.request.headers or {})}
    request = beside.get("request")
    observing.began(sent=beside.get("sent"), kind=beside.get("kind"))
    with bound_contextvars(execution=execution_id, **({"request": request} if request else {})):
        slices.go_on(UUID(execution_id), token)


@shared_task(ignore_result=True)
def sweep() -> None:
    sweeper.sweep()
    runs_upkeep.look_after()


@shared_task(ignore_result=True)
def tidy() -> None:
    retention.tidy()


@shared_task(ignore_result=True)
def upkeep(execution_id: str) -> None:
    runs_upkeep.step(UUID(execution_id))
