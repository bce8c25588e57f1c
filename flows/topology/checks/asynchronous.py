"""Checks of asynchronous invocation: is a failure kept, is what is configured ever used, does a loop close?"""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Resource
from flows.topology.checks.view import View, path_of
from flows.topology.problems import Problem, pointer, problem

INVOKING = frozenset({"s3-notification", "subscription", "rule-target", "schedule-target"})
"""Links that invoke a function without waiting for an answer."""
KEEPING = frozenset({"async-dlq", "async-on-failure"})
WRITING = ("s3:Put", "s3:*", "s3:Copy")


def failures_leave_a_trace(view: View) -> Iterator[Problem]:
    for function, kinds_in, kinds_out in _functions(view):
        if kinds_in & INVOKING and not kinds_out & KEEPING:
            yield problem("AsyncFailureLost", path_of(function), function=function.id)


def dead_letter_queues_are_used(view: View) -> Iterator[Problem]:
    for function, kinds_in, kinds_out in _functions(view):
        if kinds_in == {"esm"} and "async-dlq" in kinds_out:
            yield problem("FunctionDeadLetterQueueUnused", path_of(function, "DeadLetterConfig"), function=function.id)


def writing_does_not_call_itself(view: View) -> Iterator[Problem]:
    """The classic that empties accounts: a function writes to the bucket that invokes it."""
    invoking = {(draft.target.id, draft.source.id) for draft in view.links if draft.kind == "s3-notification"}
    for draft in view.links:
        operations = draft.properties.get("operations", []) if draft.kind == "call" else []
        declared = "behaviour" in draft.properties.get("evidence", []) if draft.kind == "call" else False
        writes = declared or (draft.style == "solid" and any(str(said).startswith(WRITING) for said in operations))
        if writes and (draft.source.id, draft.target.id) in invoking:
            path = pointer("resources", draft.source.id)
            yield problem("FunctionWritesToItsSource", path, function=draft.source.id, bucket=draft.target.id)


def _functions(view: View) -> Iterator[tuple[Resource, set[str], set[str]]]:
    """Each function with the kinds of link that lead to it and from it."""
    leading_in: dict[str, set[str]] = {}
    leading_out: dict[str, set[str]] = {}
    for draft in view.links:
        leading_out.setdefault(draft.source.id, set()).add(draft.kind)
        if draft.kind != "call":
            leading_in.setdefault(draft.target.id, set()).add(draft.kind)
    for function in view.catalogue.of_type("AWS::Lambda::Function"):
        yield function, leading_in.get(function.id, set()), leading_out.get(function.id, set())
