"""What can be wrong with containers, GraphQL APIs and databases: more rows of the table in `problems.py`."""

from __future__ import annotations

from flows.topology.check import Check

BOX_CHECKS = (
    # ── containers ──
    Check(
        "ConsumedQueueMissing",
        "warning",
        "The containers of {definition} poll {queue}, which is no queue of this topology.",
        "Name a queue by its logical id, its name or its ARN in the behaviour's `consumes`.",
    ),
    Check(
        "WorkOutlivesVisibility",
        "warning",
        "{definition} may work on a message for {longest} s, and {queue} shows it to others again after {visibility} s.",
        "Then it is worked on twice. Make the visibility timeout longer than the work.",
    ),
    Check(
        "ServiceWithoutTask",
        "warning",
        "The service {service} has nothing to run: {target} is no task definition of this topology.",
        "Refer to a task definition.",
    ),
)
