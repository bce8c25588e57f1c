"""What a declarative behaviour says of one record: the failure rule that it meets, if any.

Rules are tried in order, and a rule's conditions cheapest first; chance is drawn last, and only if everything else holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.engine.bodies import Bodies
from flows.engine.random_streams import Stream
from flows.services.body_test import meets
from flows.topology.resources.function import FailureRule


def failing(
    rules: Iterable[FailureRule], attempt: int, body: int, bodies: Bodies, chances: Stream
) -> FailureRule | None:
    """The first rule that says this record fails."""
    for rule in rules:
        if rule.attempts_up_to is not None and attempt > rule.attempts_up_to:
            continue
        if rule.body is not None and not meets(rule.body, bodies.text(body)):
            continue
        if rule.rate_ppm is not None and not chances.chance_ppm(rule.rate_ppm):
            continue
        return rule
    return None
