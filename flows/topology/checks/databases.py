"""Checks of databases: functions that may be more than the connections there are."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.behaviour import parse_behaviour
from flows.topology.catalogue import Resource
from flows.topology.checks.view import View, path_of
from flows.topology.configure_databases import CLUSTER, connections_of, engine_of, milli
from flows.topology.database_behaviour import parse_database_behaviour
from flows.topology.links.draft import get
from flows.topology.problems import Problem, problem
from flows.topology.words import is_yes

ACCOUNT = 1000
"""Executions of an account at once."""
CONNECTS = "rds:Query"


def connections_are_enough(view: View) -> Iterator[Problem]:
    """Functions that connect directly take one connection for each execution."""
    for function in view.catalogue.of_type("AWS::Lambda::Function"):
        values = view.function(function)
        for call in parse_behaviour(function.playground.behaviour)[0].calls:
            found = view.catalogue.resources.get(call.target) or view.catalogue.find(call.target, "database")
            if found is None or found.type != CLUSTER or values is None:
                continue
            if is_yes(found.properties.get("EnableHttpEndpoint")) and call.operation != CONNECTS:
                continue
            most = _connections(found)
            reserved = values.ReservedConcurrentExecutions
            at_once = ACCOUNT if reserved is None else reserved
            if at_once > most:
                yield problem(
                    "ConnectionsMayRunOut",
                    path_of(function, "ReservedConcurrentExecutions"),
                    function=function.id,
                    at_once=at_once,
                    database=found.id,
                    connections=most,
                )


def _connections(cluster: Resource) -> int:
    said = parse_database_behaviour(cluster.playground.behaviour)[0].most_connections
    scaling = get(cluster.properties, "ServerlessV2ScalingConfiguration")
    low, high = milli(get(scaling, "MinCapacity"), 500), milli(get(scaling, "MaxCapacity"), 16_000)
    return said or connections_of(engine_of(cluster.properties.get("Engine")), low, high)
