"""Checks of rules and archives: what AWS would refuse, and what it accepts and people regret.

A rule that AWS would refuse stands still and nothing else does: its problems are warnings of the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.checks.view import View, path_of
from flows.topology.configure_events import RULE, why_refused
from flows.topology.links.draft import get, members
from flows.topology.problems import Problem, problem

MOST_TARGETS = 5
ARCHIVE = "AWS::Events::Archive"


def rules_are_accepted(view: View) -> Iterator[Problem]:
    for resource in view.catalogue.of_type(RULE, ARCHIVE):
        why = why_refused(resource)
        if why:
            yield problem("EventRuleRefused", path_of(resource), rule=resource.id, why=why)


def rules_have_few_targets(view: View) -> Iterator[Problem]:
    for rule in view.catalogue.of_type(RULE):
        targets = members(rule.properties.get("Targets"))
        if not targets:
            yield problem("EventRuleWithoutTarget", path_of(rule), rule=rule.id)
        if len(targets) > MOST_TARGETS:
            yield problem("EventRuleTargetsTooMany", path_of(rule, "Targets"), rule=rule.id, count=len(targets))
        for index, target in enumerate(targets):
            letters = view.catalogue.find(get(target, "DeadLetterConfig", "Arn"))
            if letters is not None and letters.name.endswith(".fifo"):
                path = path_of(rule, "Targets", index, "DeadLetterConfig")
                yield problem("EventRuleDeadLettersFifo", path, rule=rule.id, target=letters.id)
