"""Mocked answers: what a state's task answers instead of calling anybody, by the state's name.

Each of a state's answers holds for so many attempts of one execution (`times`, 0: from here on); the last one is repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.services.stepfunctions.run import Run
    from flows.topology.resources.machine import MockAnswer


def next_answer(run: Run, state: str) -> MockAnswer | None:
    """The answer for the next attempt of that state; None if it is not mocked."""
    answers = run.machine.mocks.get(state)
    if not answers:
        return None
    had = run.mocked[state] = run.mocked.get(state, 0) + 1
    for answer in answers:
        if not answer.times or had <= answer.times:
            return answer
        had -= answer.times
    return answers[-1]
