"""The digest of a run is a function of what happened, not of how the log was taken away."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.box import pack, unpack
from flows.engine.environment import Environment
from flows.engine.segment import RECORD_COLUMNS, SUBJECT_COLUMNS, Segment
from flows.engine.trace import BLOCK
from tests.engine.cast import Clerk

RECORDS = 10_000


def a_clerk(seed: int = 7, records: int = RECORDS) -> tuple[Environment, Clerk]:
    environment = Environment.begin(seed)
    return environment, Clerk(environment, records)


def whole_run() -> tuple[Environment, Segment]:
    environment, _ = a_clerk()
    environment.calendar.run_until(2**50)
    return environment, environment.recorder.drain()


def as_rows(segments: list[Segment]) -> list[tuple]:
    rows = []
    for segment in segments:
        for index in range(segment.count):
            row = [segment.columns[name][index].item() for name in RECORD_COLUMNS]
            rows.append((segment.first + index, *row[:-1], segment.details[row[-1] - 1] if row[-1] else None))
    return rows


def test_a_record_is_what_was_written() -> None:
    e = Environment.begin(1)
    body = e.bodies.number("{}")
    first = e.subjects.new(1, body=body)
    e.calendar.run_until(250)
    sent = e.recorder.write(100, 3, first, detail=(0,))
    e.calendar.run_until(400)
    second = e.subjects.new(2, parent=first, identity=first)
    assert e.recorder.write(102, 3, first, second, sent, 1, (4, 30_000_000)) == 2
    segment = e.recorder.drain()
    assert as_rows([segment]) == [(1, 250, 3, 100, 1, 0, 0, 0, (0,)), (2, 400, 3, 102, 1, 2, 1, 1, (4, 30_000_000))]
    assert segment.details == [(0,), (4, 30_000_000)]
    assert {name: column.tolist() for name, column in segment.subjects.items()} == {
        "kind": [1, 2],
        "parent": [0, 1],
        "root": [1, 1],
        "identity": [1, 1],
        "body": [1, 0],
    }
    assert segment.bodies == [(1, "{}")]


def test_without_a_record_nothing_is_handed_out_and_subjects_wait_for_the_next() -> None:
    e = Environment.begin(1)
    e.recorder.write(100, 1)
    assert e.recorder.drain()
    handle = e.subjects.new(1, body=e.bodies.number("later"))
    empty = e.recorder.drain()
    assert not empty
    assert (empty.first, empty.last, len(empty.subjects["kind"]), empty.bodies) == (2, 1, 0, [])
    e.recorder.write(100, 1, handle)
    segment = e.recorder.drain()
    assert (segment.first, segment.last, segment.first_subject, segment.bodies) == (2, 2, 1, [(1, "later")])


@pytest.mark.parametrize("written", [{"node": 70_000}, {"subject": -1}, {"cause": 2**32}])
def test_a_number_that_does_not_fit_its_column_is_our_bug(written: dict[str, Any]) -> None:
    e = Environment.begin(1)
    e.recorder.write(**({"kind": 1, "node": 1} | written))
    with pytest.raises(struct.error):
        e.recorder.digest()


def test_the_digest_changes_with_any_column_any_subject_and_any_body() -> None:
    def digest_of(**changed: Any) -> str:
        e = Environment.begin(1)
        e.calendar.run_until(changed.pop("at", 5))
        e.subjects.new(1, body=e.bodies.number(f"body {changed.pop('body', 0)}"), identity=changed.pop("identity", 0))
        e.recorder.write(9, 9)
        written: dict[str, Any] = {"kind": 1, "node": 1, "detail": (changed.pop("field", 1),)}
        e.recorder.write(**(written | changed))
        return e.recorder.digest()

    changes: list[dict[str, Any]] = [
        {},
        *(dict.fromkeys([name], 1) for name in ("at", "body", "subject", "request", "cause", "attempt")),
    ]
    changes += [{"kind": 2}, {"node": 2}, {"field": 2}, {"identity": 7}]
    assert len({digest_of(**change) for change in changes}) == len(changes)


def test_a_text_that_is_no_unicode_can_be_told_all_the_same() -> None:
    e = Environment.begin(1)
    e.recorder.write(1, 1, detail=("\ud800",), subject=e.subjects.new(1, body=e.bodies.number("\udfff")))
    assert len(e.recorder.digest()) == 64


def test_the_whole_run_is_always_the_same_ten_thousand_records() -> None:
    environment, segment = whole_run()
    assert (segment.first, segment.last, environment.recorder.sequence) == (1, RECORDS, RECORDS)
    assert environment.recorder.digest() == "8162b522fa573690533ffdca8a0aa5aed40754e1e879acdb50353ed3f53212e0"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3_000), st.booleans(), st.booleans()), max_size=12))
def test_drains_and_boxes_anywhere_change_neither_records_nor_digest(stops: list[tuple[int, bool, bool]]) -> None:
    expected_environment, expected = WHOLE
    environment, _ = a_clerk()
    segments = []
    for steps, drains, boxes in [*stops, (0, True, False)]:
        for _ in range(steps):
            environment.calendar.step()
        if drains:
            segments.append(environment.recorder.drain())
        if boxes:
            environment = unpack(pack(environment))
    environment.calendar.run_until(2**50)
    segments.append(environment.recorder.drain())
    assert environment.recorder.digest() == expected_environment.recorder.digest()
    assert as_rows(segments) == as_rows([expected])
    for name in SUBJECT_COLUMNS:
        joined = np.concatenate([segment.subjects[name] for segment in segments])
        assert joined.tolist() == expected.subjects[name].tolist()
    assert [body for segment in segments for body in segment.bodies] == expected.bodies


WHOLE = whole_run()


def test_the_digest_can_be_asked_at_any_time_without_changing_it() -> None:
    environment, _ = a_clerk(records=3 * BLOCK)
    while environment.calendar.step():
        if not environment.recorder.sequence % 7:
            environment.recorder.digest()
    asked = environment.recorder.digest()
    environment, _ = a_clerk(records=3 * BLOCK)
    environment.calendar.run_until(2**50)
    assert environment.recorder.digest() == asked


def test_two_processes_with_different_hash_seeds_write_the_same() -> None:
    script = "from tests.engine.test_recorder import whole_run; print(whole_run()[0].recorder.digest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "4242")
    }
    assert digests == {whole_run()[0].recorder.digest()}
