"""Names and transitions: every target exists, something leads to every state, and the workflow ends.

Theory of operation. AWS asks three things of each scope, and so does this, in time linear in its states:

1. What `StartAt`, `Next`, `Default` and the `Next` of rules and catchers name is a state of the same scope; whatever the field, the
   message says `Next`.
2. Some state is terminal. If none is, that is said instead of 3.
3. Every state is the target of something. AWS does not ask whether one can get there from the start: states that lead only to each
   other pass, and are worth a warning of ours.

Names are unique in the whole machine; labels of Maps too.

Sources: recorded refusals and deployment errors (`MISSING_TRANSITION_TARGET`, `MISSING_END_STATE`, `DUPLICATE_STATE_NAME`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flows.asl.lint.diagnostics import Findings, Place, cut
from flows.asl.lint.reading import Doubled
from flows.asl.lint.states import Scope

LONGEST_NAME = 80
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
ENDING = ("Succeed", "Fail")
GOING_ON = ("Task", "Wait", "Pass", "Parallel", "Map")


def look_at_transitions(scopes: list[Scope], findings: Findings) -> None:
    for scope in scopes:
        if scope.states and isinstance(scope.given.get("StartAt"), str):
            _targets(scope, findings)
        elif isinstance(scope.given.get("States"), dict) and not scope.states:
            findings.say("MISSING_END_STATE", "Workflow has no terminal state", None)


def look_at_names(scopes: list[Scope], findings: Findings) -> None:
    seen: set[str] = set()
    labels: set[str] = set()
    for scope in scopes:
        at = scope.place / "States"
        for name, state in scope.states.items():
            if not name or len(name) > LONGEST_NAME or CONTROL.search(name):
                message = f"State name '{cut(name)}' must have 1 to {LONGEST_NAME} characters, none of them a control character"
                findings.say("INVALID_STATE_NAME", message, at / name)
            if name in seen:
                findings.say("DUPLICATE_STATE_NAME", f"Duplicate State name: {cut(name)}", at / name)
            seen.add(name)
            label = state.get("Label") if isinstance(state, dict) else None
            if isinstance(label, str):
                if label in labels:
                    findings.say("DUPLICATE_LABEL_NAME", f"Duplicate Label name: {cut(label)}", at / name / "Label")
                labels.add(label)
        given = scope.given.get("States")
        for name in given.twice if isinstance(given, Doubled) else ():
            findings.say("DUPLICATE_STATE_NAME", f"Duplicate State name: {cut(name)}", at / name)


def transitions_of(state: dict[str, Any], place: Place) -> Iterator[tuple[str, Place]]:
    """The names a state leads to, with the place of each."""
    if isinstance(state.get("Next"), str):
        yield state["Next"], place / "Next"
    for many in ("Choices", "Catch"):
        listed = state.get(many)
        for index, each in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(each, dict) and isinstance(each.get("Next"), str):
                yield each["Next"], place / many / index / "Next"
    if isinstance(state.get("Default"), str):
        yield state["Default"], place / "Default"


def is_terminal(state: dict[str, Any]) -> bool:
    return state.get("Type") in ENDING or state.get("End") is True


def _targets(scope: Scope, findings: Findings) -> None:
    at = scope.place / "States"
    leads: dict[str, list[str]] = {}
    start = scope.given["StartAt"]
    wanted = [(start, scope.place / "StartAt")]
    for name, state in scope.states.items():
        if isinstance(state, dict):
            found = list(transitions_of(state, at / name))
            leads[name] = [target for target, _ in found]
            wanted += found
    for target, place in wanted:
        if target not in scope.states:
            findings.say("MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {cut(target)}", place)
    if not _ends(scope):
        findings.say("MISSING_END_STATE", "Workflow has no terminal state", None if scope.depth == 0 else scope.place)
        return
    targeted = {target for target, _ in wanted}
    for name in scope.states:
        if name not in targeted:
            findings.say("MISSING_TRANSITION_TARGET", f'State "{cut(name)}" is not reachable.', at / name)
    _islands(start, leads, targeted, at, findings)


def _ends(scope: Scope) -> bool:
    """A state that says neither Next nor End has been told already, and might have been the end."""
    return any(
        not isinstance(state, dict) or is_terminal(state) or (state.get("Type") in GOING_ON and "Next" not in state)
        for state in scope.states.values()
    )


def _islands(start: str, leads: dict[str, list[str]], targeted: set[str], at: Place, findings: Findings) -> None:
    """States that lead to one another while nothing leads to them; what an unreachable state leads to has been told with it."""
    reached: set[str] = set()
    waiting = [start, *(name for name in leads if name not in targeted)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(leads.get(name, ()))
    alone = [name for name in leads if name not in reached]
    if alone and start in leads:
        names = ", ".join(f'"{cut(name)}"' for name in alone[:5])
        findings.say("UNREACHABLE_STATES", f"No way leads from the start to {names}", at / alone[0])
