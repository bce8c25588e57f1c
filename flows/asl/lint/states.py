"""The walk through a definition: every scope of states, every state, whatever it stands in.

Theory of operation. A scope is an object with `StartAt` and `States`: the machine itself, a branch of a Parallel, the processor of a
Map. Scopes wait in a list, not on the stack, and come in the order of the text. All states speak the language of the whole machine
unless they say otherwise themselves; a Map or Parallel does not hand its own on to the states inside it (measured on AWS). A value of
QueryLanguage that is no language counts as JSONata, as with AWS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flows.asl.lint import maps
from flows.asl.lint.diagnostics import ROOT, Place
from flows.asl.lint.fields import look_at
from flows.asl.lint.language import BRANCH, GROUPS, MACHINE, PROCESSOR, STATES
from flows.asl.lint.resources import look_at_task
from flows.asl.lint.values import JSONATA, JSONPATH, Setting, an_object
from flows.asl.lint.warnings import path_in_result

NESTED = ("ItemProcessor", "Iterator")
DEEPEST_STATES = 40
"""States inside states; AWS has a limit and does not say which."""


@dataclass(frozen=True, slots=True)
class Scope:
    given: dict[str, Any]
    place: Place
    depth: int
    express: bool
    processor: bool = False

    @property
    def states(self) -> dict[str, Any]:
        found = self.given.get("States")
        return found if isinstance(found, dict) else {}


def look_at_machine(given: dict[str, Any], setting: Setting) -> list[Scope]:
    """The findings of every scope and state; the scopes, for the checks that look across them."""
    whole = language_of(given, JSONPATH)
    setting = setting.speaking(whole)
    scopes: list[Scope] = []
    waiting = [Scope(given, ROOT, 0, setting.express)]
    while waiting:
        scope = waiting.pop()
        scopes.append(scope)
        rows = MACHINE if scope.depth == 0 else PROCESSOR if scope.processor else BRANCH
        look_at(scope.given, scope.place, setting, rows)
        inner: list[Scope] = []
        for name, state in scope.states.items():
            place = scope.place / "States" / name
            if an_object(state, place, setting):
                _look_at_state(state, place, replace(setting, express=scope.express), whole)
                inner.extend(_inside(state, place, scope))
        if inner and inner[0].depth > DEEPEST_STATES:
            setting.findings.say(
                "TOO_DEEPLY_NESTED", f"States are nested deeper than {DEEPEST_STATES} levels", inner[0].place
            )
            continue
        waiting.extend(reversed(inner))
    return scopes


def language_of(given: dict[str, Any], otherwise: str) -> str:
    """What an object says of its query language."""
    if "QueryLanguage" not in given:
        return otherwise
    return JSONPATH if given["QueryLanguage"] == JSONPATH else JSONATA


def _look_at_state(state: dict[str, Any], place: Place, setting: Setting, whole: str) -> None:
    type_ = state.get("Type")
    rows = STATES.get(type_) if isinstance(type_, str) else None
    language = language_of(state, whole)
    if language == JSONPATH and whole == JSONATA:
        message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
        setting.findings.schema(message, place)
    if rows is None:
        if "Type" not in state:
            setting.findings.schema("These fields are required: [Type]", place)
        elif isinstance(type_, str):
            setting.findings.schema(
                f"The field 'Type' should have one of these values: [{', '.join(STATES)}]", place / "Type"
            )
        else:
            setting.findings.schema("Expected value of type String", place / "Type")
        return
    spoken = setting.speaking(language)
    look_at(state, place, spoken, rows, GROUPS.get(str(type_), ()))
    if type_ == "Task":
        look_at_task(state, place, spoken)
    elif type_ == "Map":
        maps.look_at_map(state, place, spoken)
    elif type_ == "Pass" and language == JSONPATH:
        path_in_result(state, place, spoken)


def _inside(state: dict[str, Any], place: Place, scope: Scope) -> Iterator[Scope]:
    if state.get("Type") == "Map":
        for name in NESTED:
            processor = state.get(name)
            if isinstance(processor, dict):
                express = maps.runs_express(state, express=scope.express)
                yield Scope(processor, place / name, scope.depth + 1, express, processor=True)
    elif state.get("Type") == "Parallel" and isinstance(state.get("Branches"), list):
        for index, branch in enumerate(state["Branches"]):
            if isinstance(branch, dict):
                yield Scope(branch, place / "Branches" / index, scope.depth + 1, scope.express)
