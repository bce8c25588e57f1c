"""RDS's operations on clusters and instances, and the one that a program's driver stands for: connect, and ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal, operations
from flows.services.rds import records, refusals
from flows.services.rds.database import AVAILABLE, IS_PAUSED, STARTING, STOPPED, Database
from flows.services.rds.lookups import database_of, databases, named
from flows.services.rds.rows import is_read, rows_of
from flows.services.texts import is_writable
from flows.topology.configure_databases import milli
from flows.topology.database_behaviour import normalise_database_behaviour, parse_database_behaviour

if TYPE_CHECKING:
    from flows.services.world import World

ENGINES = {"postgresql": "aurora-postgresql", "mysql": "aurora-mysql"}
SECOND_US = 1_000_000
HIGHEST_MILLI = 256_000


class Reply:
    """Turns how a statement went into rows, when it is there."""

    def __init__(self, world: World, promised: Pending) -> None:
        self.world, self.promised = world, promised

    def answered(self, answer: Answer) -> None:
        self.world.answer(self.promised, _rows(answer))


def _rows(answer: Answer) -> Answer:
    if answer.refusal is not None:
        return answer
    output = answer.output or {}
    rows = rows_of(output["output"]) if is_read(output["statement"]) else []
    return Answer({"Rows": rows}, cause=answer.cause)


def query(world: World, caller: Caller, params: Json) -> Answer | Pending:
    """{TargetArn, Sql, Parameters?} → {Rows}: connect, ask, and keep the connection as long as the behaviour says."""
    database = database_of(world, params.get("TargetArn"))
    if database is None:
        return Answer(refusal=refusals.database_not_found(params.get("TargetArn")))
    sql, given = params.get("Sql"), params.get("Parameters") or {}
    if not isinstance(sql, str) or not sql.strip() or not isinstance(given, dict) or not is_writable([sql, given]):
        return Answer(refusal=refusals.bad_request("Sql must be a text, Parameters an object."))
    answer = database.execute(caller, sql, given, data_api=False)
    if isinstance(answer, Answer):
        return answer
    promised = world.promise()
    world.when(answer, Reply(world, promised).answered)
    return promised


# ── clusters and instances ──────────────────────────────────────────────────────────────────────────────────────────


def cluster_json(database: Database) -> Json:
    config = database.config
    found: Json = {
        "DBClusterIdentifier": database.name,
        "DBClusterArn": database.arn,
        "Status": database.status if database.status not in (IS_PAUSED, "resuming") else AVAILABLE,
        "Engine": ENGINES[config.engine],
        "HttpEndpointEnabled": config.data_api,
        "Capacity": database.capacity.now / 1000,
    }
    if config.serverless:
        scaling: Json = {
            "MinCapacity": database.capacity.minimum / 1000,
            "MaxCapacity": database.capacity.maximum / 1000,
        }
        if database.pause_after_us:
            scaling["SecondsUntilAutoPause"] = database.pause_after_us // SECOND_US
        found["ServerlessV2ScalingConfiguration"] = scaling
    return found


def describe_db_clusters(world: World, _caller: Caller, params: Json) -> Answer:
    wanted = params.get("DBClusterIdentifier")
    found = [each for each in databases(world, clusters=True) if wanted in (None, each.name, each.arn)]
    if wanted is not None and not found:
        return Answer(refusal=refusals.no_such_cluster(wanted))
    return Answer({"DBClusters": [cluster_json(each) for each in found]})


def describe_db_instances(world: World, _caller: Caller, params: Json) -> Answer:
    wanted = params.get("DBInstanceIdentifier")
    found = [each for each in databases(world, clusters=False) if wanted in (None, each.name, each.arn)]
    if wanted is not None and not found:
        return Answer(refusal=refusals.no_such_instance(wanted))
    return Answer({"DBInstances": [_instance(world, each) for each in found]})


def _instance(world: World, database: Database) -> Json:
    cluster = database.config.cluster
    return {
        "DBInstanceIdentifier": database.name,
        "DBInstanceArn": database.arn,
        "DBInstanceStatus": database.status,
        "Engine": database.config.engine,
        **({"DBClusterIdentifier": world.topology.nodes[cluster].name} if cluster >= 0 else {}),
    }


def get_database_use(world: World, _caller: Caller, params: Json) -> Answer:
    """{TargetArn} → what CloudWatch would show of it now: connections, capacity, state."""
    database = database_of(world, params.get("TargetArn"))
    if database is None:
        return Answer(refusal=refusals.no_such_cluster(params.get("TargetArn")))
    return Answer(
        {
            "State": database.status,
            "DatabaseConnections": database.in_use,
            "MaxConnections": database.connections,
            "MostConnections": database.most_in_use,
            "ConnectionsRefused": database.refused,
            "RunningStatements": len(database.running),
            "WaitingStatements": len(database.waiting),
            "Transactions": len(database.transactions.open),
            "ServerlessDatabaseCapacity": database.capacity.now / 1000,
            "MinCapacity": database.capacity.minimum / 1000,
            "MaxCapacity": database.capacity.maximum / 1000,
        }
    )


def modify_db_cluster(world: World, caller: Caller, params: Json) -> Answer:
    database = _cluster(world, params)
    if isinstance(database, Refusal):
        return Answer(refusal=database)
    given = params.get("ServerlessV2ScalingConfiguration") or {}
    low, high = (
        milli(given.get("MinCapacity"), database.capacity.minimum),
        milli(given.get("MaxCapacity"), database.capacity.maximum),
    )
    seconds = milli(given.get("SecondsUntilAutoPause"), 300_000) // 1000
    if low > high or not 500 <= high <= HIGHEST_MILLI or low % 500 or high % 500 or not 300 <= seconds <= 86_400:
        return Answer(
            refusal=refusals.invalid(
                "The capacities must be steps of 0.5 from 0 to 256, SecondsUntilAutoPause from 300 to 86400."
            )
        )
    database.limits(low, high, seconds * SECOND_US if low == 0 else 0)
    detail = (f"{low / 1000:g} to {high / 1000:g} ACUs",)
    write = world.environment.recorder.write
    write(records.CHANGED, database.node, 0, caller.request, caller.cause, 0, detail)
    return Answer({"DBCluster": cluster_json(database)})


def stop_db_cluster(world: World, caller: Caller, params: Json) -> Answer:
    return _turned(world, caller, params, (AVAILABLE, IS_PAUSED), STOPPED)


def start_db_cluster(world: World, caller: Caller, params: Json) -> Answer:
    return _turned(world, caller, params, (STOPPED,), STARTING)


def _turned(world: World, caller: Caller, params: Json, before: tuple[str, ...], after: str) -> Answer:
    database = _cluster(world, params)
    if isinstance(database, Refusal):
        return Answer(refusal=database)
    if database.status not in before:
        return Answer(refusal=refusals.wrong_state(database.name, database.status))
    database.turn(after, caller)
    return Answer({"DBCluster": cluster_json(database)})


def _cluster(world: World, params: Json) -> Database | Refusal:
    found = named(world, params.get("DBClusterIdentifier"))
    if found is None or found not in databases(world, clusters=True):
        return refusals.no_such_cluster(params.get("DBClusterIdentifier"))
    return found


def update_database_behaviour(world: World, caller: Caller, params: Json) -> Answer:
    """{TargetArn, Behaviour}: how statements that begin from now on go."""
    database = database_of(world, params.get("TargetArn"))
    if database is None:
        return Answer(refusal=refusals.no_such_cluster(params.get("TargetArn")))
    given: Any = normalise_database_behaviour(params.get("Behaviour"))
    behaviour, problems = parse_database_behaviour(given)
    if problems:
        said = "; ".join(f"{each.path}: {each.message}" for each in problems)[:1000]
        return Answer(refusal=refusals.invalid(said))
    database.behaviour = behaviour
    database.connections = behaviour.most_connections or database.connections
    body = world.environment.bodies.number(json.dumps(given, sort_keys=True))
    write = world.environment.recorder.write
    write(records.BEHAVIOUR_CHANGED, database.node, 0, caller.request, caller.cause, 0, (body,))
    return Answer({})


OPERATIONS = operations(
    Operation("Query", query, may_wait=True, aws=False),
    Operation("UpdateDatabaseBehaviour", update_database_behaviour, aws=False),
    Operation("GetDatabaseUse", get_database_use, mutates=False, aws=False),
    Operation("DescribeDBClusters", describe_db_clusters, mutates=False),
    Operation("DescribeDBInstances", describe_db_instances, mutates=False),
    Operation("ModifyDBCluster", modify_db_cluster),
    Operation("StopDBCluster", stop_db_cluster),
    Operation("StartDBCluster", start_db_cluster),
)
