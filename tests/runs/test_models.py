"""What the database itself refuses, and who may see and change what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction

from flows.models import Command, Execution, Topology, TraceChunk, Visibility

pytestmark = pytest.mark.django_db

HERS = {"owner", "local owner"}
ALL = {*HERS, "stranger", "anonymous"}


@pytest.fixture
def alice():
    return User.objects.create_user("alice")


@pytest.fixture
def charlie():
    return User.objects.create_user("charlie")


@pytest.mark.parametrize(
    ("made", "sees", "finds", "changes"),
    [
        ({}, HERS, HERS, HERS),
        ({"visibility": Visibility.PUBLIC}, ALL, HERS, HERS),
        ({"is_example": True, "slug": "it"}, ALL, ALL, set()),
    ],
)
def test_who_sees_who_finds_in_lists_and_who_changes_a_topology(alice, charlie, made, sees, finds, changes):
    topology = Topology.objects.create(name="Hers", owner=alice, **made)
    cast = {"owner": alice, "local owner": None, "stranger": charlie, "anonymous": AnonymousUser()}
    assert {who for who, viewer in cast.items() if topology.is_visible_to(viewer)} == sees
    assert {who for who, viewer in cast.items() if Topology.objects.listed_for(viewer).exists()} == finds
    assert {who for who, viewer in cast.items() if topology.may_be_changed_by(viewer)} == changes


def test_a_thing_without_an_owner_is_the_local_owners_and_no_strangers(charlie):
    topology = Topology.objects.create(name="Ours")
    assert topology.may_be_changed_by(None)
    assert not topology.is_visible_to(charlie)
    assert not topology.is_visible_to(AnonymousUser())


def a_command(execution, **given):
    return Command(
        execution=execution, **{"ordinal": 1, "at": 0, "key": "a", "operation": "x:Y", "params": {}, **given}
    )


def a_chunk(execution, **given):
    columns = {"first": 1, "last": 10, "first_at": 0, "last_at": 5, "generation": 1, "provisional": True}
    return TraceChunk(execution=execution, header=b"", hot=b"", cold=b"", **{**columns, **given})


@pytest.mark.parametrize(
    "second",
    [
        lambda e: a_command(e, key="a", ordinal=2),
        lambda e: a_command(e, key="b", ordinal=1),
        lambda e: a_command(e, key="b", ordinal=2, at=-1),
        lambda e: a_command(e, key="", ordinal=2),
        lambda e: a_chunk(e, first=1, last=20),
        lambda e: a_chunk(e, first=5, last=10),
        lambda e: a_chunk(e, first=11, last=10),
    ],
    ids=["same key", "same ordinal", "before the epoch", "no key", "same first", "same last", "no records"],
)
def test_the_database_refuses_what_would_make_two_truths(an_execution, second):
    execution = an_execution()
    a_command(execution).save()
    a_chunk(execution).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        second(execution).save(force_insert=True)


def test_an_until_demand_needs_an_instant(an_execution):
    execution = an_execution()
    with pytest.raises(IntegrityError), transaction.atomic():
        Execution.objects.filter(id=execution.id).update(demand_kind="until", demand_at=None)
