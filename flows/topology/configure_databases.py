"""Aurora and RDS: from checked properties to frozen configuration, and how many connections an engine takes.

Sources: "Maximum connections for Aurora Serverless v2" (the tables by maximum ACUs; 2,000 at most for PostgreSQL with a minimum of 0 or 0.5
ACUs), "Maximum number of database connections" (RDS: memory over 9,531,392 bytes, 5,000 at most; over 12,582,880 for MySQL, which may have
100,000).
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from flows.topology.database_behaviour import parse_database_behaviour
from flows.topology.links.draft import get
from flows.topology.resources.database import MYSQL, NO_CLUSTER, POSTGRESQL, DatabaseConfig, MemberConfig
from flows.topology.words import is_no, is_yes

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.compiled import CompiledNode
    from flows.topology.configure import Numbering
    from flows.topology.links.draft import Draft

CLUSTER, INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"
SECOND_US = 1_000_000
PAUSE_S = 300
BY_CAPACITY: dict[str, tuple[tuple[int, int], ...]] = {
    POSTGRESQL: ((1, 189), (4, 823), (8, 1669), (16, 3360), (32, 5000)),
    MYSQL: ((1, 90), (4, 135), (8, 1000), (16, 2000), (32, 3000), (64, 4000), (128, 5000), (192, 6000)),
}
"""engine → (maximum ACUs, connections); between two rows in proportion."""
SMALL_POSTGRESQL = 2000
GIB = 1 << 30
PER_CONNECTION = {POSTGRESQL: 9_531_392, MYSQL: 12_582_880}
MEMORY_GIB = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16}
MOST_CONNECTIONS = {POSTGRESQL: 5000, MYSQL: 100_000}
V1_MAXIMUM = 16
PROVISIONED_MILLI = 4000


def configure_cluster(cluster: Resource, _numbering: Numbering) -> DatabaseConfig:
    given = cluster.properties
    engine = engine_of(given.get("Engine"))
    scaling = given.get("ServerlessV2ScalingConfiguration")
    first = given.get("ScalingConfiguration") if given.get("EngineMode") == "serverless" else None
    said = scaling if isinstance(scaling, dict) else first if isinstance(first, dict) else None
    serverless = said is not None or given.get("EngineMode") == "serverless"
    low, high = milli(get(said, "MinCapacity"), 500), milli(get(said, "MaxCapacity"), V1_MAXIMUM * 1000)
    if not serverless:
        low = high = PROVISIONED_MILLI
    pauses = low == 0 or (first is not None and not is_no(get(first, "AutoPause")))
    seconds = milli(get(said, "SecondsUntilAutoPause"), PAUSE_S * 1000) // 1000
    behaviour, _ = parse_database_behaviour(cluster.playground.behaviour)
    return DatabaseConfig(
        name=cluster.name,
        behaviour=behaviour,
        engine=engine,
        serverless=serverless,
        minimum_milli=low,
        maximum_milli=max(low, high, 500),
        pause_after_us=max(seconds, 1) * SECOND_US if pauses else 0,
        data_api=is_yes(given.get("EnableHttpEndpoint")),
        connections=behaviour.most_connections or connections_of(engine, low, max(low, high)),
    )


def configure_instance(instance: Resource, numbering: Numbering) -> DatabaseConfig:
    given = instance.properties
    engine = engine_of(given.get("Engine"))
    behaviour, _ = parse_database_behaviour(instance.playground.behaviour)
    cluster = numbering.of(given.get("DBClusterIdentifier"), "database")
    return DatabaseConfig(
        name=instance.name,
        behaviour=behaviour,
        engine=engine,
        serverless=False,
        minimum_milli=PROVISIONED_MILLI,
        maximum_milli=PROVISIONED_MILLI,
        pause_after_us=0,
        connections=behaviour.most_connections or connections_of_class(engine, given.get("DBInstanceClass")),
        cluster=NO_CLUSTER if cluster is None else cluster,
    )


def engine_of(value: object) -> str:
    return MYSQL if isinstance(value, str) and ("mysql" in value or "maria" in value) else POSTGRESQL


def connections_of(engine: str, minimum_milli: int, maximum_milli: int) -> int:
    """By the maximum capacity."""
    rows = BY_CAPACITY[engine]
    found = rows[0][1]
    for (low, few), (high, many) in itertools.pairwise(rows):
        if maximum_milli >= low * 1000:
            share = min(maximum_milli, high * 1000) - low * 1000
            found = few + (many - few) * share // ((high - low) * 1000)
    return min(found, SMALL_POSTGRESQL) if engine == POSTGRESQL and minimum_milli <= 500 else found


def connections_of_class(engine: str, value: object) -> int:
    """By the memory of an instance class."""
    parts = value.split(".") if isinstance(value, str) else []
    size = parts[2] if len(parts) > 2 else "medium"
    times = int(size.removesuffix("xlarge")) if size.removesuffix("xlarge").isdecimal() and len(size) < 10 else 1
    memory = MEMORY_GIB.get(size, MEMORY_GIB["xlarge"] * times) * (
        2 if len(parts) > 1 and parts[1].startswith("r") else 1
    )
    return min(memory * GIB // PER_CONNECTION[engine], MOST_CONNECTIONS[engine])


def milli(value: object, usual: int) -> int:
    """Thousandths of a number that a template may have written as text."""
    try:
        number = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    return round(number * 1000) if number is not None and 0 <= number < 1e6 else usual


def member(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return MemberConfig(source.index)
