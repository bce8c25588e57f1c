"""What one account may have, where there are accounts; what it has stays, and others are not held back."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from dashboard import library
from dashboard.environment import read
from dashboard.frames import SendCommand
from dashboard.live import submit_now
from flows.models import Execution
from flows.runs import api as runs
from flows.runs import quotas
from tests.dashboard.conftest import DOCUMENT

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])
HINT = "Delete executions or topologies that you no longer need, or ask whoever looks after this installation for more."


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    cache.clear()


def _posted(browser, address, body):
    return browser.post(address, body, content_type="application/json")


def test_the_last_execution_but_one_may_begin_and_then_no_other(settings, hosted, alice, by, topology, execution):
    settings.MOST_EXECUTIONS = 2
    address, browser = f"/api/topologies/{topology.pk}/executions", by(alice)
    assert _posted(browser, address, {}).status_code == 201
    answer = _posted(browser, address, {})
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "code": "TooManyExecutions",
            "message": "You have 2 executions, as many as one account may have here.",
            "hint": HINT,
            "problems": [],
        },
    )
    assert _posted(browser, f"/api/executions/{execution.pk}/fork", {"at": 0}).json()["code"] == "TooManyExecutions"
    page = browser.post(f"/topologies/{topology.pk}/")
    assert page.status_code == 409
    assert "You have 2 executions" in page.content.decode()
    assert browser.delete(f"/api/executions/{execution.pk}").status_code == 204
    assert _posted(browser, address, {}).status_code == 201


def test_a_strangers_executions_do_not_count(settings, hosted, alice, bob, by, example, execution):
    settings.MOST_EXECUTIONS = 1
    assert _posted(by(bob), f"/api/topologies/{example.pk}/executions", {}).status_code == 201
    assert _posted(by(alice), f"/api/topologies/{example.pk}/executions", {}).status_code == 409


def test_a_command_in_the_past_is_one_more_execution(settings, execution):
    settings.MOST_EXECUTIONS = 2
    Execution.objects.filter(pk=execution.pk).update(seen_at=5_000_000, frontier_at=5_000_000)

    def send(key):
        return submit_now(execution.pk, SendCommand(key=key, at=0, operation="sqs:SendMessage", params={}), "alice")

    assert send("k-1").status == "forked"
    assert send("k-1").status == "forked"  # said again
    refused = send("k-2")
    assert (refused.status, refused.error.code) == ("refused", "TooManyExecutions")
    assert Execution.objects.count() == 2


def test_so_many_run_at_once_and_whoever_runs_may_go_on(settings, hosted, alice, by, topology, execution):
    settings.MOST_RUNNING = 1
    other = runs.create_execution(topology.latest, owner=alice)
    browser, demand = by(alice), {"kind": "quiet"}
    assert _posted(browser, f"/api/executions/{execution.pk}/demands", demand).status_code == 202
    assert _posted(browser, f"/api/executions/{execution.pk}/demands", demand).status_code == 202
    refused = _posted(browser, f"/api/executions/{other.pk}/demands", demand)
    assert (refused.status_code, refused.json()["code"]) == (409, "TooManyRunning")
    runs.stop(execution.pk)
    assert _posted(browser, f"/api/executions/{other.pk}/demands", demand).status_code == 202


def test_who_has_stored_enough_imports_runs_and_begins_nothing_more(
    settings, hosted, alice, bob, by, topology, execution
):
    settings.MOST_BYTES = quotas.taken_by(alice.pk)
    assert settings.MOST_BYTES > 300  # her document
    browser = by(alice)
    text = {"text": "Resources:\n  Other:\n    Type: AWS::SQS::Queue\n"}
    for address, body in (
        (f"/api/topologies/{topology.pk}/executions", {}),
        (f"/api/executions/{execution.pk}/demands", {"kind": "step"}),
        ("/api/topologies/import", text),
    ):
        answer = _posted(browser, address, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "TooMuchStored"), address
        assert answer.json()["message"] == (
            "Your topologies and executions take 0 MB; one account may store 0 MB here."
        )
    document = {"document": {**DOCUMENT, "name": "more"}}
    assert browser.put(f"/api/topologies/{topology.pk}", document, content_type="application/json").status_code == 409
    assert browser.post("/import/", text).status_code == 409
    assert browser.get(f"/executions/{execution.pk}/").status_code == 200
    assert _posted(by(bob), "/api/topologies/import", text).status_code == 201


def test_a_run_that_outgrows_what_its_owner_may_store_is_stopped(settings, alice, bob, topology, execution):
    others = runs.create_execution(topology.latest, owner=bob)
    for each in (execution, others):
        runs.demand(each.pk, kind="quiet")
    assert quotas.stop_excess() == 0
    settings.MOST_BYTES = 1
    assert quotas.stop_excess() == 1
    assert list(Execution.objects.filter(wanted=True)) == [others]
    execution.refresh_from_db()
    assert execution.state == "stopped"


def test_on_ones_own_machine_nothing_is_counted(settings, local):
    settings.MOST_EXECUTIONS = settings.MOST_RUNNING = settings.MOST_BYTES = 1
    version = library.save(DOCUMENT, None).version
    for _ in range(3):
        assert _posted(local, f"/api/topologies/{version.topology.pk}/executions", {}).status_code == 201


@pytest.mark.parametrize(("mode", "bounds"), [("local", (0, 0, 0)), ("hosted", (500, 2000, 20))])
def test_there_are_bounds_where_there_are_accounts(tmp_path, mode, bounds):
    found = read({"REDRIVE_MODE": mode, "REDRIVE_HOME": str(tmp_path)})
    assert (found.most_executions, found.most_megabytes, found.most_running) == bounds
