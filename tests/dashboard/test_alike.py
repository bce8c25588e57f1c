"""A template that is imported again stands in the gallery once, as its newest import; the earlier ones go when somebody says so."""

from __future__ import annotations

import re

import pytest

from dashboard import library
from dashboard.alike import grouped, imports
from flows.importers.titles import UNTITLED
from flows.models import Execution, Topology
from flows.runs import api as runs
from tests.dashboard.conftest import DOCUMENT

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

OTHER = {**DOCUMENT, "resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}}}


def imported(owner, *, name="orders", document=DOCUMENT):
    return library.save({**document, "name": name}, owner).version.topology


def ids(topologies):
    return [topology.pk for topology in topologies]


def test_imports_of_one_name_and_owner_are_one_group_the_newest_first(alice, bob):
    first, returns, second, bobs = (
        imported(alice),
        imported(alice, name="returns"),
        imported(alice, document=OTHER),
        imported(bob),
    )
    groups = grouped(Topology.objects.prefetch_related("versions"))
    assert [ids(group) for group in groups] == [[bobs.pk], [second.pk, first.pk], [returns.pk]]


def test_what_nobody_named_is_alike_only_if_it_draws_the_same(alice):
    first, other, second = (
        imported(alice, name=UNTITLED),
        imported(alice, name=UNTITLED, document=OTHER),
        imported(alice, name=UNTITLED),
    )
    groups = grouped(Topology.objects.prefetch_related("versions"))
    assert [ids(group) for group in groups] == [[second.pk, first.pk], [other.pk]]
    assert ids(one.topology for one in imports(first, alice)) == [second.pk, first.pk]


def test_the_list_says_what_was_run_of_each_and_whether_it_is_the_same(alice):
    first, second, third = imported(alice), imported(alice, document=OTHER), imported(alice)
    for _ in range(2):
        runs.create_execution(first.latest, seed=1, actor="alice", owner=alice)
    told = [(one.topology.pk, one.runs, one.same, one.may_change) for one in imports(first, alice)]
    assert told == [(third.pk, 0, True, True), (second.pk, 0, False, True), (first.pk, 2, True, True)]


def test_the_gallery_shows_the_newest_and_leads_to_all(local):
    first, second = imported(None), imported(None)
    page = local.get("/").content.decode()
    assert f'href="/topologies/{second.pk}/"' in page
    assert f'href="/topologies/{first.pk}/"' not in page
    assert "2 imports" in page
    listed = local.get(f"/topologies/{second.pk}/imports/").content.decode()
    assert f'href="/topologies/{first.pk}/"' in listed
    assert "Delete the earlier one" in listed


def test_earlier_imports_are_deleted_after_a_question_and_the_newest_stays(local):
    first, second = imported(None), imported(None)
    runs.create_execution(first.latest, seed=1, actor="", owner=None)
    kept = runs.create_execution(second.latest, seed=1, actor="", owner=None)
    address = f"/topologies/{first.pk}/imports/"
    asked = local.post(address).content.decode()
    assert "Delete 1 earlier import of orders?" in asked
    assert "1 execution of the earlier one" in asked
    assert Topology.objects.count() == 2
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', asked)[1]
    assert local.post(address, {"confirmed": confirmed}).url == "/"
    assert (Topology.objects.get(), Execution.objects.get().pk) == (second, kept.pk)


def test_an_import_that_has_come_since_the_question_is_not_deleted_by_its_answer(local):
    first, _second = imported(None), imported(None)
    asked = local.post(f"/topologies/{first.pk}/imports/").content.decode()
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', asked)[1]
    imported(None)
    again = local.post(f"/topologies/{first.pk}/imports/", {"confirmed": confirmed}).content.decode()
    assert "Delete 2 earlier imports of orders?" in again
    assert Topology.objects.count() == 3
