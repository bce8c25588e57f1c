"""Subjects, bodies and kinds: the tables that records refer to."""

from __future__ import annotations

from typing import Any

import pytest

from flows.engine.bodies import Bodies
from flows.engine.box import pack, unpack
from flows.engine.kinds import Field, FieldType, Kind, KindTable
from flows.engine.subjects import GROWTH, SubjectKind, Subjects

LINK = Field("link", FieldType.LINK)


def test_a_subject_is_its_own_root_and_carries_its_own_id_unless_it_has_a_parent() -> None:
    subjects = Subjects()
    sent = subjects.new(SubjectKind.MESSAGE, body=4)
    dead = subjects.new(SubjectKind.MESSAGE, parent=sent, identity=sent, body=4)
    redriven = subjects.new(SubjectKind.MESSAGE, parent=dead, body=5)
    assert (sent, dead, redriven, len(subjects)) == (1, 2, 3, 3)
    assert [subjects.root[handle] for handle in (sent, dead, redriven)] == [1, 1, 1]
    assert [subjects.identity[handle] for handle in (sent, dead, redriven)] == [1, 1, 3]
    assert [subjects.parent[handle] for handle in (sent, dead, redriven)] == [0, 1, 2]
    assert [subjects.body[handle] for handle in (sent, dead, redriven)] == [4, 4, 5]


def test_the_table_of_subjects_grows_without_end_and_survives_the_box() -> None:
    subjects = Subjects()
    for index in range(3 * GROWTH):
        assert subjects.new(SubjectKind.BATCH, parent=index, body=index) == index + 1
    again = unpack(pack(subjects))
    assert again.new(SubjectKind.BATCH) == 3 * GROWTH + 1
    assert (again.root[3 * GROWTH], again.parent[3 * GROWTH], again.body[GROWTH]) == (1, 3 * GROWTH - 1, GROWTH - 1)


def test_equal_texts_have_one_number() -> None:
    bodies = Bodies()
    assert [bodies.number(text) for text in ("a", "b", "a", "")] == [1, 2, 1, 3]
    assert (bodies.text(2), bodies.text(3), len(bodies)) == ("b", "", 3)
    assert bodies.after(1) == [(2, "b"), (3, "")]
    again = unpack(pack(bodies))
    assert (again.number("b"), again.number("new")) == (2, 4)
    for unknown in (0, 4):
        with pytest.raises(IndexError):
            bodies.text(unknown)


def test_the_table_of_kinds_is_for_the_browser_too() -> None:
    received = Kind(
        102,
        "sqs",
        "MessageReceived",
        (LINK, Field("visible_at", FieldType.INSTANT)),
        "received over {link}, receive {attempt}; in flight until {visible_at}",
        to="in_flight",
        motion="forward",
    )
    table = KindTable([received, Kind(50, "playground", "ExecutionStarted")])
    assert [kind.number for kind in table] == [50, 102]
    assert table.by_name["MessageReceived"] is table.by_number[102] is received
    assert len(table) == 2
    assert table.as_json()[1] == {
        "number": 102,
        "service": "sqs",
        "name": "MessageReceived",
        "fields": [["link", "link"], ["visible_at", "instant"]],
        "sentence": "received over {link}, receive {attempt}; in flight until {visible_at}",
        "to": "in_flight",
        "outcome": "neutral",
        "motion": "forward",
        "rate": False,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"sentence": "{nobody} was here"},
        {"to": "lost"},
        {"outcome": "good"},
        {"motion": "sideways"},
        {"motion": "forward"},
    ],
)
def test_a_kind_that_says_what_it_cannot_know_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Kindly"):
        Kind(1, "test", "Kindly", **wrong)


def test_a_number_or_a_name_is_given_once() -> None:
    table = KindTable([Kind(1, "test", "Done")])
    for again in (Kind(1, "test", "Other"), Kind(2, "test", "Done")):
        with pytest.raises(ValueError, match="taken"):
            table.register([again])
