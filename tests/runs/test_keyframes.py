"""An instant from the keyframe before it, one message out of many: nothing more is decoded than it takes, and nothing differs."""

from __future__ import annotations

import pytest

from dashboard import snapshots
from flows.models import Keyframe
from flows.runs import compaction, finding, hot, keyframes, upkeep
from flows.runs.bounds import Bound
from flows.services.kinds import KINDS
from flows.traces import chunk as codec
from flows.traces.opened import Opened
from flows.traces.projections.positions import Positions
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def stored(an_execution, send, run, monkeypatch):
    """Nine thousand records; a keyframe every 4096."""
    monkeypatch.setattr(keyframes, "RECORDS", codec.CHUNK_RECORDS)
    execution = an_execution()
    send(execution, count=2_000)
    return run(execution, "until", 200 * SECOND, bound=lambda: Bound(records=100_000))


@pytest.fixture
def kept(stored, monkeypatch):
    hints = [stored.id]
    monkeypatch.setattr("flows.runs.dispatch.hint_upkeep", hints.append)
    while hints:
        upkeep.step(hints.pop())
    stored.refresh_from_db()
    return stored


@pytest.fixture
def decoded(monkeypatch):
    """How many chunks are decoded."""
    seen = []
    monkeypatch.setattr(finding, "Opened", lambda *parts: seen.append(1) or Opened(*parts))
    monkeypatch.setattr(hot, "hot_columns", lambda *parts: seen.append(1) or codec.hot_columns(*parts))
    return seen


def folded(execution, at):
    positions = Positions(KINDS)
    for chunk in execution.chunks.order_by("first"):
        columns = codec.decode(chunk.frame)
        if count := int((columns.at <= at).sum()):
            positions.fold(columns, count)
    return positions


def test_keyframes_are_written_behind_the_run(stored):
    assert keyframes.waiting() == [stored.id]
    while keyframes.write_next(stored.id):
        pass
    stored.refresh_from_db()
    whole = stored.head // codec.CHUNK_RECORDS
    assert whole >= 2
    assert list(stored.keyframes.values_list("sequence", flat=True)) == [4096 * (n + 1) for n in range(whole)]
    assert stored.keyframed == 4096 * whole
    assert keyframes.waiting() == []


@pytest.mark.parametrize("at", [0, 4 * SECOND, 11 * SECOND, 50 * SECOND, 200 * SECOND])
def test_an_instant_is_the_same_with_keyframes_and_without(kept, decoded, at):
    with_them = keyframes.positions_at(kept.id, at)
    took = len(decoded)
    assert took <= 2
    Keyframe.objects.all().delete()
    without = keyframes.positions_at(kept.id, at)
    assert with_them.sequence == without.sequence == folded(kept, at).sequence
    assert with_them.counters() == without.counters() == folded(kept, at).counters()


def test_a_truncation_takes_back_the_keyframes_after_it(kept, send, work, run):
    (first_at,) = kept.keyframes.filter(sequence=4096).values_list("at", flat=True)
    send(kept, at=first_at + SECOND, count=5)
    work(kept)
    assert kept.keyframed == 4096
    assert list(kept.keyframes.values_list("sequence", flat=True)) == [4096]
    run(kept, "until", 200 * SECOND)
    while keyframes.write_next(kept.id):
        pass
    assert keyframes.positions_at(kept.id, 200 * SECOND).counters() == folded(kept, 200 * SECOND).counters()


def test_a_keyframe_of_a_generation_that_has_ended_is_not_kept(stored, monkeypatch):
    pack = keyframes.keyframe.pack

    def while_it_is_cut_off(positions):
        type(stored).objects.filter(id=stored.id).update(generation=2)
        return pack(positions)

    monkeypatch.setattr(keyframes.keyframe, "pack", while_it_is_cut_off)
    assert not keyframes.write_next(stored.id)
    assert not Keyframe.objects.exists()


def test_a_journey_reads_only_the_chunks_that_may_speak_of_it(kept, decoded):
    whole = codec.join([codec.decode(chunk.frame) for chunk in kept.chunks.order_by("first")])
    newest = whole.subjects["root"][-1]
    copies = {
        handle for handle, root in enumerate(whole.subjects["root"].tolist(), whole.first_subject) if root == newest
    }
    wanted = [
        whole.first + index for index, subject in enumerate(whole.columns["subject"].tolist()) if subject in copies
    ]
    decoded.clear()
    rows = snapshots.journey_at(kept, int(newest))
    assert [row["sequence"] for row in rows] == wanted
    assert len(decoded) < kept.chunks.count()
    assert snapshots.journey_at(kept, max(copies)) == rows
    assert snapshots.journey_at(kept, 10**9) == []


def test_dead_letters_come_in_pages_and_are_those_of_the_whole(kept, stored):
    at = 200 * SECOND
    whole = snapshots.dead_letters_at(kept, at, slice(None))
    assert len(whole) > 200
    assert [letter["subject"] for letter in whole] == sorted((each["subject"] for each in whole), reverse=True)
    paged = [
        each
        for begin in range(0, len(whole), 50)
        for each in snapshots.dead_letters_at(kept, at, slice(begin, begin + 50))
    ]
    assert paged == whole
    assert {letter["attempts"] for letter in whole} == {3}
    assert all(letter["reason"] and letter["first_receive_at"] <= letter["last_receive_at"] for letter in whole)


def test_compaction_notes_whom_a_chunk_mentions(stored):
    while compaction.compact(stored.id):
        pass
    assert {bool(chunk.mentions) for chunk in stored.chunks.filter(last__lte=8192)} == {True}
