"""Functions that answer task tokens: a state waits for one, its message leads to the function, and a policy lets it answer.

The token says where the answer goes, so no property and no variable names the machine. What can be followed is the way out: from a
`.waitForTaskToken` state to its target, and on over queues, topics, buses and pipes to the functions at their ends.
"""

from __future__ import annotations

from typing import Any

from flows.importers.evidence import Evidence
from flows.topology.catalogue import Catalogue
from flows.topology.definitions import definition_of
from flows.topology.links.draft import Draft
from flows.topology.links.states import targets_of, task_states

WAITING = ".waitForTaskToken"
ANSWER = "states:SendTaskSuccess"
ONWARD = frozenset({"esm", "subscription", "bus-rule", "rule-target", "pipe-source", "pipe-enrichment", "pipe-target"})


def add_callbacks(found: dict[str, list[dict[str, Any]]], gathered: dict[str, Evidence], drafts: list[Draft]) -> None:
    """A call to the machine for each function that hears of its tokens, may answer, and is not known to call it for something else."""
    onward: dict[str, list[str]] = {}
    for draft in drafts:
        if draft.kind in ONWARD:
            onward.setdefault(draft.source.id, []).append(draft.target.id)
    if not gathered:
        return
    catalogue = next(iter(gathered.values())).catalogue
    for machine, start in _waiting(catalogue):
        for function in _reached(start, onward):
            each = gathered.get(function)
            if each is not None and each.answers and all(call["target"] != machine for call in found[function]):
                call = {"target": machine, "style": "solid", "operations": [ANSWER], "evidence": ["policy", "token"]}
                found[function].append(call)


def _waiting(catalogue: Catalogue) -> list[tuple[str, str]]:
    """(machine, what a waiting state of it sends its token to)"""
    found = []
    for machine in catalogue.of_type("AWS::StepFunctions::StateMachine"):
        for _, state in task_states(definition_of(machine.properties).parsed):
            if str(state.get("Resource")).endswith(WAITING):
                found += [(machine.id, end.id) for _, end in targets_of(state, catalogue) if end.id]
    return found


def _reached(start: str, onward: dict[str, list[str]]) -> list[str]:
    seen = [start]
    for here in seen:
        seen += [further for further in onward.get(here, ()) if further not in seen]
    return seen
