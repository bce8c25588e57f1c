"""The RDS Data API: statements and transactions over HTTPS, a service of its own in AWS (`rds-data`).

**Simulated**: ExecuteStatement and BatchExecuteStatement, 45 s at most; BeginTransaction, CommitTransaction, RollbackTransaction, and transactions in
which nothing happens for 3 minutes; parameters, fields with their types, metadata of columns, records as JSON; the errors of a
database that is paused, stopped, out of connections, or does not have the endpoint.

**Approximated**: each statement takes a connection of the cluster while it runs; a batch is one statement as far as time and failures go.

**Left out**: the secret is not looked at; the limit of a response; `continueAfterTimeout`; ExecuteSql.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal, Service, operations
from flows.services.rds import refusals
from flows.services.rds.database import Database
from flows.services.rds.lookups import named
from flows.services.rds.quotas import QUOTAS
from flows.services.rds.rows import parameters_of, result
from flows.services.texts import is_writable
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

KEY = "rds-data"


class Reply:
    """Turns how a statement went into the operation's answer, when it is there."""

    def __init__(self, world: World, promised: Pending, params: Json, times: int) -> None:
        self.world, self.promised, self.params, self.times = world, promised, params, times

    def answered(self, answer: Answer) -> None:
        self.world.answer(self.promised, shaped(answer, self.params, self.times))


def shaped(answer: Answer, params: Json, times: int) -> Answer:
    if answer.refusal is not None:
        return answer
    output = answer.output or {}
    if times:
        return Answer({"updateResults": [{"generatedFields": []} for _ in range(times)]}, cause=answer.cause)
    return Answer(result(output["statement"], output["output"], params), cause=answer.cause)


def _database(world: World, params: Json) -> Database | Refusal:
    for name in ("resourceArn", "secretArn"):
        if not isinstance(params.get(name), str) or not params[name]:
            return refusals.bad_request(f"{name} must not be null or empty.")
    database = named(world, params["resourceArn"])
    if database is None or database.config.cluster >= 0:
        return refusals.database_not_found(params["resourceArn"])
    return database if database.config.data_api else refusals.not_enabled(database.arn)


def _run(world: World, caller: Caller, params: Json, times: int) -> Answer | Pending:
    database = _database(world, params)
    if isinstance(database, Refusal):
        return Answer(refusal=database)
    sql, transaction = params.get("sql"), params.get("transactionId") or ""
    if not isinstance(sql, str) or not sql.strip() or not is_writable([sql, params.get("parameters")]):
        return Answer(refusal=refusals.bad_request("sql must not be null or empty."))
    if transaction and transaction not in database.transactions.open:
        return Answer(refusal=refusals.no_transaction(transaction))
    parameters = parameters_of(params.get("parameters"))
    answer = database.execute(caller, sql, parameters, data_api=True, transaction=str(transaction))
    if isinstance(answer, Answer):
        return shaped(answer, params, times)
    promised = world.promise()
    world.when(answer, Reply(world, promised, params, times).answered)
    return promised


def execute_statement(world: World, caller: Caller, params: Json) -> Answer | Pending:
    return _run(world, caller, params, 0)


def batch_execute_statement(world: World, caller: Caller, params: Json) -> Answer | Pending:
    sets = params.get("parameterSets") or [[]]
    if len(sets) > QUOTAS.batch:
        return Answer(refusal=refusals.bad_request(f"A batch has at most {QUOTAS.batch} parameter sets."))
    return _run(world, caller, {**params, "parameters": sets[0]}, len(sets))


def begin_transaction(world: World, caller: Caller, params: Json) -> Answer:
    database = _database(world, params)
    if isinstance(database, Refusal):
        return Answer(refusal=database)
    made = database.transactions.begin(caller)
    return Answer(refusal=made) if isinstance(made, Refusal) else Answer({"transactionId": made.id})


def commit_transaction(world: World, caller: Caller, params: Json) -> Answer:
    return _end(world, caller, params, commits=True)


def rollback_transaction(world: World, caller: Caller, params: Json) -> Answer:
    return _end(world, caller, params, commits=False)


def _end(world: World, caller: Caller, params: Json, *, commits: bool) -> Answer:
    database = _database(world, params)
    if isinstance(database, Refusal):
        return Answer(refusal=database)
    refusal = database.transactions.end(str(params.get("transactionId")), caller, commits=commits)
    said = "Transaction Committed" if commits else "Rollback Complete"
    return Answer({"transactionStatus": said}) if refusal is None else Answer(refusal=refusal)


OPERATIONS = operations(
    Operation("ExecuteStatement", execute_statement, may_wait=True),
    Operation("BatchExecuteStatement", batch_execute_statement, may_wait=True),
    Operation("BeginTransaction", begin_transaction),
    Operation("CommitTransaction", commit_transaction),
    Operation("RollbackTransaction", rollback_transaction),
)


def build(_world: World, _node: CompiledNode) -> None:
    """The Data API has no nodes of its own."""


def connect(_world: World, _node: CompiledNode) -> None:
    """The Data API has no nodes of its own."""


SERVICE = Service(KEY, OPERATIONS, (), build, connect)
