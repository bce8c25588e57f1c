"""Topologies: deleted after a question with all that hangs on them; and what no longer compiles says so, everywhere."""

from __future__ import annotations

import json

import pytest

from flows.models import Checkpoint, Command, Execution, Topology, TopologyVersion
from flows.runs import api as runs
from tests.dashboard.test_api import no_worker, post, put  # noqa: F401 - a fixture is used by being there
from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db(databases=["default", "checkpoints"])]


@pytest.fixture
def ran(topology, execution, alice):
    """Alice's topology has two versions, an execution of the first with a command in it, and a fork of that."""
    document = {**topology.latest.document, "name": "orders, changed"}
    TopologyVersion.objects.create(topology=topology, number=2, document=document, digest="2" * 64)
    runs.submit_command(execution.pk, key="k", at=0, operation="sqs:SendMessage", params={}, actor="alice")
    fork = runs.fork(execution.pk, 0, "alice", owner=alice)
    for each in (execution, fork):
        Checkpoint.objects.create(
            execution_id=each.pk, generation=1, at=0, sequence=0, command_at=0, command_ordinal=0, blob=b""
        )
    return topology


def nothing_is_left():
    kept = (Topology, TopologyVersion, Execution, Command, Checkpoint)
    return [model.__name__ for model in kept if model.objects.exists()] == []


def test_a_topology_is_deleted_by_the_api_with_all_that_hangs_on_it(local, ran):
    answer = local.delete(f"/api/topologies/{ran.pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert nothing_is_left()
    assert local.delete(f"/api/topologies/{ran.pk}").status_code == 404


def test_the_page_asks_first_and_says_what_goes_with_it(local, ran):
    address = f"/topologies/{ran.pk}/delete/"
    assert f'action="{address}"' in local.get("/").content.decode()
    for asked in (local.get(address), local.post(address)):
        assert "Delete orders?" in asked.content.decode()
        assert "2 executions of it" in asked.content.decode()
        assert "cannot be undone" in asked.content.decode()
    answer = local.post(address, {"confirmed": "1"}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "orders is deleted." in answer.content.decode()
    assert nothing_is_left()


def test_a_topology_is_exported_from_its_page_in_every_form(local, topology):
    page = local.get(f"/topologies/{topology.pk}/download/").content.decode()
    for form, media_type in (
        ("sam", "text/plain"),
        ("mermaid", "text/vnd.mermaid"),
        ("json", "application/json"),
    ):
        address = f"/api/topologies/{topology.pk}/export?format={form}"
        assert address in page
        answer = local.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, f"{media_type}; charset=utf-8")
        assert answer["Content-Disposition"].startswith('attachment; filename="')
    template = local.get(f"/api/topologies/{topology.pk}/export").content.decode()
    assert template.startswith("AWSTemplateFormatVersion: '2010-09-09'\n")


def test_an_example_is_not_deleted_and_says_why(local, example):
    answer = local.delete(f"/api/topologies/{example.pk}")
    assert (answer.status_code, answer.json()["code"]) == (403, "Forbidden")
    assert "Examples belong to the installation" in answer.json()["hint"]
    page = local.post(f"/topologies/{example.pk}/delete/", {"confirmed": "1"})
    assert page.status_code == 403
    assert "Examples belong to the installation" in page.content.decode()
    assert f"/topologies/{example.pk}/delete/" not in local.get("/").content.decode()
    assert Topology.objects.get() == example


def test_what_is_open_to_all_may_be_deleted_by_its_owner_only(hosted, bob, by, topology):
    Topology.objects.filter(pk=topology.pk).update(visibility="public")
    assert "Delete" not in by(bob).get("/").content.decode()
    assert by(bob).delete(f"/api/topologies/{topology.pk}").status_code == 403
    assert by(bob).post(f"/topologies/{topology.pk}/delete/", {"confirmed": "1"}).status_code == 403
    assert Topology.objects.exists()


# ── stored by an installation that knew better, or less ───────────────────────────────────────────────────────────────


@pytest.fixture
def outdated(topology, execution):
    document = {**topology.latest.document, "resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": 7}}}
    TopologyVersion.objects.filter(topology=topology).update(document=document, digest="f" * 64)
    return topology


def test_what_no_longer_compiles_still_has_its_card(local, outdated):
    page = local.get("/").content.decode()
    assert "It cannot be drawn here any more." in page
    assert f"/topologies/{outdated.pk}/delete/" in page


def test_pages_of_what_no_longer_compiles_say_why(local, outdated, execution):
    for address in (f"/topologies/{outdated.pk}/", f"/executions/{execution.pk}/"):
        page = local.get(address, follow=True)
        assert page.status_code == 409, address
        assert "This cannot be drawn here any more." in page.content.decode()
        assert "/resources/Orders/Properties" in page.content.decode()


def test_the_api_refuses_what_no_longer_compiles_with_its_problems(local, outdated, execution):
    addresses = (
        f"topologies/{outdated.pk}",
        f"executions/{execution.pk}/snapshot?at=0",
        f"executions/{execution.pk}/scenario",
    )
    for address in addresses:
        answer = local.get(f"/api/{address}")
        assert (answer.status_code, answer.json()["code"]) == (409, "Outdated"), address
        assert [problem["path"] for problem in answer.json()["problems"]] == ["/resources/Orders/Properties"]
    begun = post(local, f"/api/topologies/{outdated.pk}/executions", {})
    assert (begun.status_code, begun.json()["code"]) == (409, "Outdated")
    assert Execution.objects.count() == 1


@pytest.mark.parametrize("document", [[], "text", {"format": 99, "resources": {}}, {"format": 1}])
def test_whatever_lies_in_the_database_there_is_an_answer(local, outdated, execution, document):
    TopologyVersion.objects.update(document=document, digest="e" * 64)
    for address in ("/", f"/topologies/{outdated.pk}/", f"/executions/{execution.pk}/"):
        assert local.get(address, follow=True).status_code in (200, 409), address
    assert local.get(f"/api/topologies/{outdated.pk}").status_code in (200, 409)


def test_a_new_document_repairs_it(local, outdated):
    from tests.dashboard.conftest import DOCUMENT

    assert put(local, f"/api/topologies/{outdated.pk}", {"document": DOCUMENT}).status_code == 200
    assert local.get(f"/topologies/{outdated.pk}/", follow=True).status_code == 200


def test_it_can_be_deleted_too(local, outdated):
    assert local.delete(f"/api/topologies/{outdated.pk}").status_code == 204
    assert json.loads(local.get("/api/topologies").content) == []
