"""Compaction: the same records in a third of the bytes, behind everybody's back, and never across a slice or a truncation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from flows.models import Execution, TraceChunk
from flows.runs import api, compaction, leases, restore, upkeep
from flows.runs.bounds import Bound
from flows.runs.cache import HOT
from flows.traces import chunk as codec
from flows.traces import packed
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def stored(an_execution, send, run):
    """Two full blocks and a third in pieces, still fresh."""
    execution = an_execution()
    send(execution, count=2_000)
    return run(execution, "until", 19 * SECOND, bound=lambda: Bound(records=300))


def compact(execution):
    steps = 0
    while compaction.compact(execution.id):
        steps += 1
        assert steps < 100
    execution.refresh_from_db()
    return steps


def at_rest(execution):
    Execution.objects.filter(id=execution.id).update(updated_at=F("updated_at") - timedelta(minutes=5))
    execution.refresh_from_db()


def trace(execution):
    whole = codec.join([codec.decode(chunk.frame) for chunk in execution.chunks.all()])
    columns = {name: column.tolist() for name, column in (whole.columns | whole.subjects).items()}
    return whole.first, whole.last, columns, whole.details


def shape(execution):
    return [
        (chunk.first, chunk.last, codec.read_header(chunk.frame)["format"])
        for chunk in execution.chunks.order_by("first")
    ]


def size(execution):
    return sum(len(chunk.frame) for chunk in execution.chunks.all())


def test_full_blocks_are_packed_behind_the_run_and_its_last_block_when_it_rests(stored):
    before, bytes_before = trace(stored), size(stored)
    compact(stored)
    assert shape(stored)[:2] == [(1, 4096, packed.FORMAT), (4097, 8192, packed.FORMAT)]
    assert {form for *_, form in shape(stored)[2:]} == {codec.FORMAT}
    assert stored.compacted == 8192
    assert compaction.waiting() == []
    at_rest(stored)
    assert compaction.waiting() == [stored.id]
    compact(stored)
    assert shape(stored)[2:] == [(8193, stored.head, packed.FORMAT)]
    assert stored.compacted == stored.head
    assert trace(stored) == before
    assert size(stored) * 3 < bytes_before
    assert compaction.waiting() == []


def test_a_run_goes_on_over_its_packed_last_block(stored, an_execution, send, run):
    at_rest(stored)
    compact(stored)
    run(stored, "until", 60 * SECOND, bound=lambda: Bound(records=300))
    at_rest(stored)
    compact(stored)
    other = an_execution()
    send(other, count=2_000)
    run(other, "until", 60 * SECOND)
    assert (stored.digest, stored.head) == (other.digest, other.head)
    assert trace(stored) == trace(other)
    assert [first for first, *_ in shape(stored)] == list(range(1, stored.head + 1, 4096))


@pytest.mark.parametrize("at", [8 * SECOND, 18 * SECOND + 900_000])
def test_a_truncation_goes_through_a_packed_chunk(stored, send, work, run, at):
    at_rest(stored)
    compact(stored)
    send(stored, at=at, count=5)
    work(stored)
    assert (stored.generation, stored.frontier_at) == (2, at)
    assert stored.compacted <= stored.head
    run(stored, "until", 19 * SECOND)
    at_rest(stored)
    compact(stored)
    HOT.clear()
    assert restore.to_frontier(stored, lambda: None).simulation.digest() == stored.digest
    assert trace(stored)[:2] == (1, stored.head)


def test_pieces_are_not_joined_under_a_lease_nor_once_another_has_been_taken(stored, monkeypatch):
    at_rest(stored)
    before = shape(stored)
    Execution.objects.filter(id=stored.id).update(wanted=True, compacted=8192)
    assert not compaction.compact(stored.id)
    Execution.objects.filter(id=stored.id).update(wanted=False)
    merge = codec.merge

    def while_a_lease_is_taken(*arguments):
        Execution.objects.filter(id=stored.id).update(wanted=True)
        assert leases.take(stored.id)
        return merge(*arguments)

    monkeypatch.setattr(codec, "merge", while_a_lease_is_taken)
    assert not compaction.compact(stored.id)
    assert shape(stored) == before


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda execution: Execution.objects.filter(id=execution.id).update(generation=F("generation") + 1),
        lambda execution: TraceChunk.objects.filter(execution=execution, first=4097).delete(),
        lambda execution: Execution.objects.filter(id=execution.id).delete(),
    ],
    ids=["a truncation", "a chunk written again", "its deletion"],
)
def test_what_has_changed_meanwhile_is_left_alone(stored, monkeypatch, meanwhile):
    merge = codec.merge

    def slowly(*arguments):
        meanwhile(stored)
        monkeypatch.setattr(codec, "merge", merge)
        return merge(*arguments)

    monkeypatch.setattr(codec, "merge", slowly)
    compaction.compact(stored.id)
    assert packed.FORMAT not in {form for *_, form in shape(stored)}
    assert not Execution.objects.filter(id=stored.id, compacted__gt=0).exists()


def test_chunks_of_before_there_was_compaction_are_packed_too(stored):
    assert stored.compacted == 0
    assert compaction.waiting() == [stored.id]
    upkeep.step(stored.id)
    stored.refresh_from_db()
    assert stored.compacted == 8192


def test_browsers_with_any_cursor_lose_nothing_and_get_nothing_twice(stored):
    """As the studio's store does: of a chunk it takes what it does not have; a gap would be a fault."""
    kept: dict[int, list[tuple[int, ...]]] = {cursor: [] for cursor in range(0, stored.head + 1, 397)}

    def read(limit):
        for cursor, records in kept.items():
            for first, _, _, frame in api.chunks_after(stored.id, cursor + len(records), limit):
                assert first <= cursor + len(records) + 1
                columns = codec.decode(frame)
                rows = list(zip(*(columns.columns[name].tolist() for name in ("at", "kind", "subject")), strict=True))
                records += rows[cursor + len(records) + 1 - first :]

    read(2)
    at_rest(stored)
    compact(stored)
    read(64)
    whole = kept[0]
    assert len(whole) == stored.head
    assert all(records == whole[cursor:] for cursor, records in kept.items())


def test_a_step_that_got_further_hints_for_the_next(stored, monkeypatch):
    hints = []
    monkeypatch.setattr("flows.runs.dispatch.hint_upkeep", hints.append)
    assert upkeep.look_after() == 1
    upkeep.step(stored.id)
    upkeep.step(stored.id)
    assert hints == [stored.id, stored.id]


def test_of_an_execution_that_is_gone_nothing_is_compacted(stored):
    api.delete_execution(stored.id)
    assert not compaction.compact(stored.id)
