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
    # ── GraphQL APIs ──
    Check(
        "GraphqlSchemaRefused",
        "warning",
        "{api} answers nobody. {why}",
        "Give it an AWS::AppSync::GraphQLSchema whose Definition is a schema, or upload the file that holds it.",
    ),
    Check(
        "GraphqlFieldMissing",
        "warning",
        "The schema of {api} has no field {type}.{field}.",
        "AWS refuses a resolver of a field that is not there.",
    ),
    # ── databases ──
    Check(
        "ConnectionsMayRunOut",
        "warning",
        "{function} may run {at_once} times at once, and {database} takes {connections} connections.",
        "Reserve fewer executions, call the Data API, or put a queue between them.",
    ),
)
