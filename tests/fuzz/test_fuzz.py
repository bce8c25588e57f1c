"""Whatever is asked of any operation, it answers or refuses in AWS's words, and nothing is lost or counted twice."""

from __future__ import annotations

import pytest

from tests.fuzz.calls import Fuzz


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_operations_called_at_random_answer_or_refuse_and_the_books_balance(seed):
    report = Fuzz(seed).run(1_500, fresh_every=750)
    assert report.problems == []
    assert report.undocumented == {}
    assert report.answered.total() > report.calls / 10, "too few requests mean anything"
