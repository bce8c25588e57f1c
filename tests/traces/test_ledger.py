"""The ledger finds what does not add up, and nothing in a trace that does."""

from __future__ import annotations

import pytest

from flows.services.kinds import KINDS as ALL_KINDS
from flows.traces.chunk import cut
from flows.traces.projections.ledger import balance, violations
from tests.traces.cast import (
    ARRIVED,
    CHARGE_CARD,
    DELETED,
    KINDS,
    MOVED,
    ORDERS,
    ORDERS_DLQ,
    RECEIVED,
    SENT,
    VISIBLE,
    a_story,
)
from tests.traces.frames import FRAMES


def test_a_trace_that_adds_up_has_no_violations() -> None:
    _, segment = a_story()
    assert violations(KINDS, [segment]) == []
    assert violations(KINDS, list(cut(segment, 3))) == []
    assert violations(ALL_KINDS, [FRAMES["orders"]()]) == []
    assert balance(KINDS, [segment]) == {
        ORDERS: {"entered": 3, "present": 1, "left": 2},
        ORDERS_DLQ: {"entered": 1, "present": 0, "left": 1},
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ((DELETED, ORDERS, 0), "is about nobody"),
        ((VISIBLE, ORDERS, 1), "is about subject 1, which is moved at node 1 already"),
        ((DELETED, ORDERS, 6), "is about subject 6, which is deleted at node 1 already"),
        ((RECEIVED, CHARGE_CARD, 7), "is about subject 7, which is in_flight at node 1"),
        ((DELETED, ORDERS, 99), "ends subject 99, which never was anywhere"),
        ((MOVED, ORDERS, 7), "subject 7 was moved, and nothing came of it"),
        ((77, ORDERS, 7), "is of kind 77, which is in no table"),
    ],
)
def test_what_does_not_add_up_is_said(wrong: tuple[int, int, int], sentence: str) -> None:
    environment, segment = a_story()
    environment.recorder.write(*wrong)
    found = violations(KINDS, [segment, environment.recorder.drain()])
    assert any(sentence in each for each in found), found


def test_a_copy_that_goes_elsewhere_without_ending_breaks_the_sums_of_its_node() -> None:
    environment, segment = a_story()
    environment.recorder.write(RECEIVED, ORDERS_DLQ, 7)
    found = violations(KINDS, [segment, environment.recorder.drain()])
    assert "at 121000000, node 3: 1 entered, but 1 are present and 1 left" in found
    assert "at 121000000: 4 were created, but 2 are present and 3 finished" in found


def test_records_that_go_back_in_time_and_children_older_than_their_parents_are_found() -> None:
    environment, segment = a_story()
    segment.columns["at"] = segment.columns["at"].copy()
    segment.columns["at"][3] = 1
    segment.subjects["parent"][0] = 4
    environment.recorder.write(SENT, ORDERS, environment.subjects.new(1))
    environment.recorder.write(ARRIVED, ORDERS_DLQ, environment.subjects.new(1, parent=8))
    found = violations(KINDS, [segment, environment.recorder.drain()])
    assert "record 4 is at 1, after one at 30100000" in found
    assert "subject 1 cannot have parent 4 and root 1" in found
