"""Containers, GraphQL and a database in one story: the same records in processes with different hash seeds."""

from __future__ import annotations

import json

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, a_queue, a_topology, arn
from tests.services.appsync_cast import API, SCHEMA, a_part, a_resolver, an_api, prices, templates
from tests.services.ecs_cast import a_cluster, a_definition, a_service
from tests.services.rds_cast import a_cluster as a_database
from tests.services.rds_cast import an_instance
from tests.simulation.stories import said_under


def story() -> CompiledTopology:
    """An API whose mutation puts a message into a queue by a function; containers poll it, and write to a database that sleeps."""
    worker = {
        "consumes": {"queue": "Orders", "batch": 3, "workers": 2},
        "failures": [{"rate": 0.1}],
        "calls": [{"target": "Database", "operation": "rds:Query"}],
    }
    prices_of = prices(7, 100)
    prices_of["playground"]["behaviour"]["calls"] = [{"target": "Orders"}]
    source = {"LambdaConfig": {"LambdaFunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:prices"}}
    return a_topology(
        Shop=an_api(),
        Schema=a_part("GraphQLSchema", Definition=SCHEMA),
        Source=a_part("DataSource", Name="function", Type="AWS_LAMBDA", **source),
        Nothing=a_part("DataSource", Name="nothing", Type="NONE"),
        Add=a_resolver(
            "Mutation.addOrder", "nothing", **templates('{"payload": {"id": "$util.autoId()", "item": "tea"}}')
        ),
        Price=a_resolver("Order.price", "function"),
        Prices=prices_of,
        Orders=a_queue("orders", "orders-dlq", VisibilityTimeout=60),
        OrdersDlq=a_queue("orders-dlq"),
        Cluster=a_cluster(),
        Worker=a_definition(worker),
        Workers=a_service(DesiredCount=2),
        Database=a_database({"max_connections": 2, "hold_ms": 500, "load": 0.4}, low=0),
        Instance=an_instance(),
    )


def told() -> Simulation:
    query = json.dumps({"query": 'mutation { addOrder(input: {item: "tea"}) { id price } }'})
    traffic = {"TargetArn": API, "Mode": "rate", "RatePerSecond": 2, "Count": 120, "MessageBody": query}
    simulation = Simulation.begin(story(), seed=11)
    simulation.apply(Command(1, 320 * SECOND, "Alice", "client:StartTraffic", traffic))
    update = {"cluster": "shop", "service": "workers", "forceNewDeployment": True}
    simulation.apply(Command(2, 350 * SECOND, "Alice", "ecs:UpdateService", update))
    simulation.run_until(1200 * SECOND)
    return simulation


def test_every_order_gets_somewhere_and_the_ledger_adds_up():
    simulation = told()
    queue = simulation.world.addressed(arn("orders"))
    noun = simulation.world.nouns[queue.index]
    assert (noun.visible_count, noun.in_flight_count) == (0, 0)
    assert violations(KINDS, [simulation.drain()]) == []


def test_two_processes_with_different_hash_seeds_write_the_same_records():
    code = "from tests.simulation.test_boxes import told; s = told(); print(s.digest(), s.sequence)"
    said = [said_under(seed, code) for seed in ("1", "4711")]
    assert said[0] == said[1]
    assert int(said[0][1]) > 1500
