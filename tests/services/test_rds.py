"""Databases: statements, connections that run out, capacity, sleep, transactions, the Data API's words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology.configure_databases import connections_of, connections_of_class
from flows.traces.projections.ledger import violations
from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, arn
from tests.services.rds_cast import DATA, SHOP, DataRun, a_cluster, an_instance, shop

ROWS = [{"id": 1, "name": "tea", "price": 2.5, "sold": True, "note": None}]


class TestStatements:
    def test_a_select_answers_the_behaviours_rows_with_their_types(self):
        run = DataRun(shop({"output": ROWS}))
        answer = run.asks("SELECT * FROM orders", includeResultMetadata=True).output
        assert answer["records"] == [
            [{"longValue": 1}, {"stringValue": "tea"}, {"doubleValue": 2.5}, {"booleanValue": True}, {"isNull": True}]
        ]
        assert [column["typeName"] for column in answer["columnMetadata"]] == ["int8", "text", "float8", "bool", "text"]
        assert json.loads(run.asks("SELECT 1", formatRecordsAs="JSON").output["formattedRecords"]) == ROWS
        assert run.asks("SELECT 1", "rds:Query").output == {"Rows": ROWS}

    def test_anything_else_changes_one_row(self):
        run = DataRun(shop())
        assert run.asks("INSERT INTO orders VALUES (1)").output == {"numberOfRecordsUpdated": 1, "generatedFields": []}
        batch = run.asks(
            "INSERT INTO orders VALUES (:id)", "rds-data:BatchExecuteStatement", parameterSets=[[], [], []]
        )
        assert len(batch.output["updateResults"]) == 3

    def test_a_rule_looks_at_the_statement_and_its_parameters(self):
        rule = {
            "body": {"path": "$.parameters.id", "equals": 7},
            "error": {"type": "23505", "message": "duplicate key"},
        }
        run = DataRun(shop({"failures": [rule]}))
        parameters = [{"name": "id", "value": {"longValue": 7}}]
        refusal = run.asks("INSERT INTO orders VALUES (:id)", parameters=parameters).refusal
        assert (refusal.code, refusal.message) == ("DatabaseErrorException", "ERROR: duplicate key; SQLState: 23505")
        assert run.asks("INSERT INTO orders VALUES (:id)").refusal is None

    def test_a_statement_is_over_after_45_seconds_at_the_data_api(self):
        run = DataRun(shop({"duration": {"kind": "constant", "ms": 50_000}}))
        assert run.asks().refusal.code == "StatementTimeoutException"
        assert run.simulation.now_at == 45 * SECOND
        assert run.use()["DatabaseConnections"] == 0

    @pytest.mark.parametrize(
        ("params", "code"),
        [
            ({"resourceArn": "arn:aws:rds:eu-west-1:123456789012:cluster:other"}, "DatabaseNotFoundException"),
            ({"secretArn": ""}, "BadRequestException"),
            ({"sql": " "}, "BadRequestException"),
            ({"transactionId": "none"}, "TransactionNotFoundException"),
        ],
    )
    def test_what_the_data_api_refuses(self, params, code):
        assert DataRun(shop()).no("rds-data:ExecuteStatement", **{**DATA, "sql": "SELECT 1", **params})[0] == code

    def test_a_cluster_without_the_endpoint_refuses(self):
        run = DataRun(shop(EnableHttpEndpoint=False))
        assert run.asks().refusal.code == "HttpEndpointNotEnabledException"
        assert run.asks(operation="rds:Query").refusal is None


class TestConnections:
    def test_they_run_out_and_the_page_can_say_why(self):
        run = DataRun(shop({"duration": {"kind": "constant", "ms": 5000}, "max_connections": 2}))
        for _ in range(2):
            run.command("rds-data:ExecuteStatement", **DATA, sql="SELECT 1")
        code, message = run.no("rds-data:ExecuteStatement", **DATA, sql="SELECT 1")
        assert code == "DatabaseErrorException"
        assert message.startswith("FATAL: remaining connection slots are reserved")
        (row,) = [row for row in run.records() if row["kind"] == "ConnectionRefused"]
        assert (row["connections"], row["reason"]) == (
            2,
            "2 by statements, 0 by transactions, 0 by clients that keep them",
        )
        run.until(6 * SECOND)
        assert run.asks().refusal is None
        assert [run.use()[name] for name in ("MostConnections", "ConnectionsRefused")] == [2, 1]

    def test_clients_that_keep_them_use_them_up(self):
        run = DataRun(shop({"hold_ms": 60_000, "max_connections": 3}))
        for _ in range(3):
            run.asks(operation="rds:Query")
        assert run.asks(operation="rds:Query").refusal.code == "DatabaseErrorException"
        run.until(run.simulation.now_at + 61 * SECOND)
        assert run.asks(operation="rds:Query").refusal is None

    def test_functions_that_scale_beyond_the_connections_fail(self):
        function = a_function("writer", 0, ReservedConcurrentExecutions=50, Timeout=30)
        function["playground"]["behaviour"]["calls"] = [{"target": "Shop", "operation": "rds:Query"}]
        run = Run(
            a_topology(
                Shop=a_cluster({"duration": {"kind": "constant", "ms": 2000}, "max_connections": 5}),
                Orders=a_queue("orders", VisibilityTimeout=60),
                Writer=function,
                Mapping=a_mapping("orders", "writer", BatchSize=1),
            )
        )
        run.ok(
            "client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=40, MessageBody='{"order": {{index}}}'
        )
        run.until(20 * SECOND)
        kinds = [kind for _, _, kind in run.story()]
        assert kinds.count("ConnectionRefused") > 10
        assert kinds.count("InvocationFailed") == kinds.count("ConnectionRefused")

    def test_how_many_an_engine_takes(self):
        assert [connections_of("postgresql", 1000, acu * 1000) for acu in (1, 4, 8, 16, 32, 256)] == [
            189,
            823,
            1669,
            3360,
            5000,
            5000,
        ]
        assert connections_of("postgresql", 500, 64_000) == 2000
        assert [connections_of("mysql", 500, acu * 1000) for acu in (1, 8, 128)] == [90, 1000, 5000]
        assert connections_of_class("postgresql", "db.t3.micro") == 112
        assert connections_of_class("mysql", "db.r6g.large") == 1365
        assert connections_of_class("mysql", "db.r6g.16xlarge") == 43_690
        assert connections_of_class("postgresql", "db.r6g.16xlarge") == 5000


class TestCapacity:
    def test_it_follows_the_load_up_and_down(self):
        run = DataRun(shop({"duration": {"kind": "constant", "ms": 4000}, "load": 0.25}, high=4))
        for _ in range(8):
            run.command("rds-data:ExecuteStatement", **DATA, sql="SELECT 1")
        run.until(10 * MINUTE)
        rows = [
            (row["at"] // SECOND, row["before_milli"], row["after_milli"])
            for row in run.records()
            if row["kind"] == "CapacityChanged"
        ]
        assert rows[:3] == [(1, 500, 1000), (2, 1000, 1500), (3, 1500, 2000)]
        assert rows[3:] == [(34, 2000, 1500), (64, 1500, 1000), (94, 1000, 500)]
        assert run.simulation.quiet

    def test_it_grows_a_second_after_the_load_comes_back_and_does_not_wait_until_the_calm_is_over(self):
        run = DataRun(shop({"duration": {"kind": "constant", "ms": 3500}, "load": 1}, high=4))
        for at, count in ((0, 2), (10 * SECOND, 4)):
            for _ in range(count):
                run.command("rds-data:ExecuteStatement", at, **DATA, sql="SELECT 1")
        run.until(14 * SECOND)
        rows = [(row["at"] // SECOND, row["after_milli"]) for row in run.records() if row["kind"] == "CapacityChanged"]
        assert rows == [(1, 1000), (2, 1500), (3, 2000), (11, 2500), (12, 3125), (13, 3906)]

    def test_a_lower_minimum_is_reached_in_steps_of_half_a_minute(self):
        run = DataRun(shop(low=2, high=4))
        given = {"MinCapacity": 0.5, "MaxCapacity": 4}
        run.ok("rds:ModifyDBCluster", DBClusterIdentifier="shop", ServerlessV2ScalingConfiguration=given)
        run.until(5 * MINUTE)
        rows = [(row["at"] // SECOND, row["after_milli"]) for row in run.records() if row["kind"] == "CapacityChanged"]
        assert rows == [(30, 1500), (60, 1000), (90, 500)]

    def test_too_little_of_it_makes_statements_slow(self):
        run = DataRun(shop({"duration": {"kind": "constant", "ms": 1000}, "load": 2}, high=0.5))
        run.asks()
        (row,) = [row for row in run.records() if row["kind"] == "StatementSucceeded"]
        assert row["duration"] == 4 * SECOND

    def test_its_limits_can_be_changed(self):
        run = DataRun(shop())
        given = {"MinCapacity": 1, "MaxCapacity": 8}
        answer = run.ok("rds:ModifyDBCluster", DBClusterIdentifier="shop", ServerlessV2ScalingConfiguration=given)
        assert answer["DBCluster"]["Capacity"] == 1
        wrong = {"MinCapacity": 3, "MaxCapacity": 1}
        assert (
            run.no("rds:ModifyDBCluster", DBClusterIdentifier="shop", ServerlessV2ScalingConfiguration=wrong)[0]
            == "InvalidParameterValue"
        )


class TestSleep:
    def test_it_pauses_and_resumes_at_the_next_wish(self):
        run = DataRun(shop(low=0))
        run.until(301 * SECOND)
        assert (run.use()["State"], run.use()["ServerlessDatabaseCapacity"]) == ("paused", 0)
        refusal = run.asks().refusal
        assert refusal.code == "DatabaseResumingException"
        run.until(317 * SECOND)
        assert run.asks().refusal is None
        assert run.story("RequestRefused", "CapacityChanged", "StatementStarted", "StatementSucceeded") == [
            (300 * SECOND, "Shop", "DatabasePaused"),
            (301 * SECOND, "Shop", "DatabaseResuming"),
            (301 * SECOND, "Shop", "StatementMetResuming"),
            (316 * SECOND, "Shop", "DatabaseResumed"),
        ]

    def test_who_connects_waits_for_it(self):
        run = DataRun(shop({"output": ROWS}, low=0, scaling={"SecondsUntilAutoPause": 600}))
        run.until(601 * SECOND)
        assert run.asks("SELECT 1", "rds:Query").output == {"Rows": ROWS}
        assert run.simulation.now_at == 616 * SECOND + 10_000

    def test_a_transaction_keeps_it_awake(self):
        run = DataRun(shop(low=0))
        run.ok("rds-data:BeginTransaction", **DATA)
        run.until(479 * SECOND)
        assert run.use()["State"] == "available"
        run.until(481 * SECOND)
        assert run.use()["State"] == "paused"

    def test_a_cluster_that_was_stopped_and_started_does_not_pause_while_a_connection_is_held(self):
        run = DataRun(shop({"hold_ms": 3_600_000}, low=0))
        run.asks(operation="rds:Query")
        run.ok("rds:StopDBCluster", DBClusterIdentifier="shop")
        run.ok("rds:StartDBCluster", DBClusterIdentifier="shop")
        run.until(30 * MINUTE)
        assert run.use()["State"] == "available"

    def test_a_stopped_cluster_answers_nobody(self):
        run = DataRun(shop())
        run.ok("rds:StopDBCluster", DBClusterIdentifier="shop")
        assert run.asks().refusal.code == "DatabaseUnavailableException"
        assert run.no("rds:StopDBCluster", DBClusterIdentifier="shop")[0] == "InvalidDBClusterStateFault"
        run.ok("rds:StartDBCluster", DBClusterIdentifier="shop")
        run.until(20 * SECOND)
        assert run.asks().refusal is None


class TestTransactions:
    def test_statements_run_in_it_and_it_ends_once(self):
        run = DataRun(shop({"max_connections": 1}))
        id_ = run.ok("rds-data:BeginTransaction", **DATA)["transactionId"]
        assert run.asks(transactionId=id_).refusal is None
        assert run.asks().refusal.code == "DatabaseErrorException"
        assert run.ok("rds-data:CommitTransaction", **DATA, transactionId=id_) == {
            "transactionStatus": "Transaction Committed"
        }
        assert run.no("rds-data:RollbackTransaction", **DATA, transactionId=id_)[0] == "TransactionNotFoundException"
        assert run.asks().refusal is None

    def test_one_in_which_nothing_happens_is_rolled_back_after_three_minutes(self):
        run = DataRun(shop())
        id_ = run.ok("rds-data:BeginTransaction", **DATA)["transactionId"]
        run.until(100 * SECOND)
        run.asks(transactionId=id_)
        run.until(279 * SECOND)
        assert run.use()["Transactions"] == 1
        run.until(281 * SECOND)
        assert run.use()["Transactions"] == 0
        (row,) = [row for row in run.records() if row["kind"] == "TransactionExpired"]
        assert row["transaction"] == id_


def test_an_instance_of_a_cluster_stands_for_it_and_one_alone_for_itself():
    alone = an_instance("", DBInstanceIdentifier="alone", DBInstanceClass="db.t3.micro", Engine="mysql")
    run = DataRun(shop(more={"Alone": alone}))
    run.asks("SELECT 1", "rds:Query", TargetArn="shop-1")
    assert run.use()["MostConnections"] == 1
    assert run.ok("rds:GetDatabaseUse", TargetArn="alone")["MaxConnections"] == 85
    instances = run.ok("rds:DescribeDBInstances")["DBInstances"]
    assert [each.get("DBClusterIdentifier") for each in instances] == [None, "shop"]
    assert [each["DBClusterIdentifier"] for each in run.ok("rds:DescribeDBClusters")["DBClusters"]] == ["shop"]


def test_a_state_machine_asks_the_data_api():
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:rdsdata:executeStatement",
        "Parameters": {"ResourceArn": SHOP, "SecretArn": "s", "Sql": "SELECT 1"},
        "End": True,
    }
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"StateMachineName": "report", "Definition": {"StartAt": "Ask", "States": {"Ask": state}}},
    }
    run = DataRun(shop({"output": [{"n": 1}]}, more={"Report": machine}))
    machine_arn = next(node.arn for node in run.topology.nodes if node.kind == "machine")
    execution = run.ok("states:StartExecution", stateMachineArn=machine_arn)["executionArn"]
    run.until(SECOND)
    found = run.ok("states:DescribeExecution", executionArn=execution)
    assert (found["status"], json.loads(found["output"])["Records"]) == ("SUCCEEDED", [[{"LongValue": 1}]])


def test_behaviour_can_be_changed_while_it_runs():
    run = DataRun(shop())
    run.ok("rds:UpdateDatabaseBehaviour", TargetArn=SHOP, Behaviour={"output": ROWS, "max_connections": 7})
    assert run.use()["MaxConnections"] == 7
    assert run.no("rds:UpdateDatabaseBehaviour", TargetArn=SHOP, Behaviour={"nope": 1})[0] == "InvalidParameterValue"


def test_traffic_is_statements():
    run = DataRun(shop())
    run.ok("client:StartTraffic", TargetArn=SHOP, Mode="burst", Count=3, MessageBody='{"order": {{index}}}')
    run.until(SECOND)
    rows = [row["sql"] for row in run.records() if row["kind"] == "StatementStarted"]
    assert rows == ["INSERT INTO records (body) VALUES (:body)"] * 3


commands = st.one_of(
    st.tuples(
        st.just("client:StartTraffic"),
        st.builds(lambda n: {"TargetArn": SHOP, "Mode": "burst", "Count": n, "MessageBody": "x"}, st.integers(1, 8)),
    ),
    st.tuples(st.just("rds-data:ExecuteStatement"), st.just({**DATA, "sql": "SELECT 1"})),
    st.tuples(st.just("rds:Query"), st.just({"TargetArn": "shop-1", "Sql": "SELECT 1"})),
    st.tuples(st.just("rds-data:BeginTransaction"), st.just(DATA)),
    st.tuples(st.sampled_from(["rds:StopDBCluster", "rds:StartDBCluster"]), st.just({"DBClusterIdentifier": "shop"})),
    st.tuples(
        st.just("playground:PutFault"),
        st.sampled_from(
            [
                {"Target": "Shop", "Kind": "outage", "Until": "400 s"},
                {"Target": "Shop", "Kind": "latency", "Latency": "2 s"},
            ]
        ),
    ),
)
behaviours: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "duration": st.sampled_from(
            [{"kind": "constant", "ms": 1500}, {"kind": "uniform", "low_ms": 0, "high_ms": 60_000}]
        ),
        "failures": st.sampled_from([[], [{"rate": 0.3}], [{"rate": 0.2, "how": "timeout"}]]),
        "load": st.sampled_from([0, 0.3]),
        "hold_ms": st.sampled_from([0, 5000]),
        "max_connections": st.integers(1, 4),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    behaviour=behaviours,
    low=st.sampled_from([0, 0.5]),
    story=st.lists(st.tuples(st.sampled_from([0, 1, SECOND, 200 * SECOND, 301 * SECOND]), commands), max_size=8),
    budget=st.integers(3, 40),
)
def test_the_ledger_adds_up_and_slices_and_boxes_change_nothing(behaviour, low, story, budget):
    topology = shop(behaviour, low=low)

    def told(records: int) -> Simulation:
        simulation, at = Simulation.begin(topology, seed=4), 0
        for ordinal, (later, (operation, params)) in enumerate([*story, (900 * SECOND, ("", {}))], 1):
            at += later
            while not simulation.run_until(at, records=records):
                simulation = Simulation.restore(simulation.checkpoint(), topology)
            if operation:
                simulation.apply(Command(ordinal, at, "Alice", operation, params))
        return simulation

    whole = told(1_000_000)
    assert told(budget).digest() == whole.digest()
    database = whole.world.nouns[whole.world.topology.node("Shop").index]
    assert 0 <= len(database.running) + len(database.transactions.open) <= database.in_use <= database.connections
    assert violations(KINDS, [whole.drain()]) == []
