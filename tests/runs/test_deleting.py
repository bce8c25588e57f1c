"""Deleting, while others are at work on the same execution; asking what it takes, while others ask."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from dashboard.stores import CHECKPOINT_CONNECTIONS, POOL_WAIT_S
from flows.models import Checkpoint, Execution, TraceChunk
from flows.runs import api, retention, slices, usage, wall_clock
from flows.runs.bounds import Bound
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])

MEANWHILE_S = 2.0
"""A slice that is let through has committed by then; one that has to wait has not."""


def test_a_slice_that_commits_while_its_execution_is_deleted_keeps_nothing_of_it(an_execution, send):
    execution = an_execution()
    send(execution, count=400)
    api.demand(execution.id, kind="until", until_at=10 * SECOND)
    token = slices.go_on(execution.id, bound=Bound(records=300)).lease_token
    committed = []

    def commit():
        committed.append(slices.go_on(execution.id, token, Bound(records=300)))
        close_old_connections()

    worker = threading.Thread(target=commit)

    def meanwhile(execute, sql, *rest):
        if sql.startswith('DELETE FROM "flows_execution"'):
            worker.start()
            worker.join(MEANWHILE_S)
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        api.delete_execution(execution.id)
    worker.join()
    assert committed == [None]
    assert not Execution.objects.exists()
    assert not TraceChunk.objects.exists()
    Checkpoint.objects.all().delete()


def test_many_may_ask_at_once_what_executions_take(an_execution):
    """More than there are connections to checkpoints, and none of them is done with its page."""
    execution, asked, over = an_execution(), [], threading.Event()

    def draw_a_page():
        asked.append(usage.of_executions([execution.id]))
        over.wait(60)
        close_old_connections()

    pages = [threading.Thread(target=draw_a_page) for _ in range(CHECKPOINT_CONNECTIONS + 1)]
    for page in pages:
        page.start()
    until = time.monotonic() + POOL_WAIT_S + 10
    while len(asked) < len(pages) and any(page.is_alive() for page in pages) and time.monotonic() < until:
        time.sleep(0.01)
    over.set()
    for page in pages:
        page.join()
    assert len(asked) == len(pages)


def test_what_is_asked_for_after_retention_made_its_list_is_not_deleted(an_execution, monkeypatch):
    asked, moved, left = an_execution(), an_execution(), an_execution()
    old = wall_clock.now() - timedelta(days=9)
    Execution.objects.update(updated_at=old)
    original = retention.delete_execution

    def meanwhile(execution_id):
        original(execution_id)
        Execution.objects.filter(id=asked.id).update(wanted=True)
        Execution.objects.filter(id=moved.id).update(updated_at=wall_clock.now())

    monkeypatch.setattr(retention, "delete_execution", meanwhile)
    monkeypatch.setattr(retention, "due", lambda *_: iter([left.id, asked.id, moved.id]))
    assert retention.tidy() == 1
    assert set(Execution.objects.values_list("id", flat=True)) == {asked.id, moved.id}
