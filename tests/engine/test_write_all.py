"""Several records at once are the same records as one after the other, wherever a block ends."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.environment import Environment
from flows.engine.random_streams import Stream
from flows.engine.trace import BLOCK


@settings(max_examples=30, deadline=None)
@given(st.integers(BLOCK - 12, BLOCK + 12), st.lists(st.integers(0, 10), max_size=6))
def test_a_batch_is_the_same_as_its_records(before: int, sizes: list[int]) -> None:
    one, all_ = Environment.begin(1), Environment.begin(1)
    for e in (one, all_):
        for index in range(before):
            e.recorder.write(100, 1, index)
    for size in sizes:
        subjects = list(range(1, size + 1))
        attempts, causes = [each % 3 for each in subjects], [each * 2 for each in subjects]
        first = one.recorder.sequence + 1
        for subject, cause, attempt in zip(subjects, causes, attempts, strict=True):
            one.recorder.write(102, 2, subject, 9, cause, attempt, (1, 30))
        assert all_.recorder.write_all(102, 2, subjects, 9, causes, attempts, (1, 30)) == first
    assert all_.recorder.sequence == one.recorder.sequence
    assert all_.recorder.digest() == one.recorder.digest()


@given(st.integers(0, 2**64 - 1), st.integers(0, 600))
def test_chances_at_once_are_the_same_as_one_by_one(key: int, times: int) -> None:
    one, many = Stream(key), Stream(key)
    assert many.chances_ppm(300_000, times) == [one.chance_ppm(300_000) for _ in range(times)]
    assert many.counter == one.counter == times
