"""AppSync: queries, mutations, resolvers of each kind, errors, batches, time, subscriptions, bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, a_function
from tests.services.appsync_cast import API, SCHEMA, ShopRun, a_resolver, prices, shop, templates

GET = '{"version": "2018-05-29", "operation": "GetItem", "key": {"id": $util.dynamodb.toDynamoDBJson($ctx.args.id)}}'
PUT = (
    '{"version": "2018-05-29", "operation": "PutItem", "key": {"id": $util.dynamodb.toDynamoDBJson('
    "$util.defaultIfNull($ctx.args.id, $util.autoId()))},"
    '"attributeValues": $util.dynamodb.toMapValuesJson($ctx.args.input)}'
)
SCAN = templates('{"operation": "Scan"}', "$util.toJson($ctx.result.items)")
ORDER = a_resolver("Query.order", "table", **templates(GET))
ORDERS = a_resolver("Query.orders", "table", **SCAN)
ADD = a_resolver("Mutation.addOrder", "table", **templates(PUT))
PRICE = a_resolver("Order.price", "function")


def run_of(*resolvers: dict[str, Any], **more: Any) -> ShopRun:
    return ShopRun(shop({str(number): each for number, each in enumerate(resolvers)}, **more))


def add(run: ShopRun, id_: str, item: str = "tea") -> None:
    variables = {"id": id_, "input": {"item": item}}
    said = run.asks("mutation Add($id: ID, $input: OrderInput!) { addOrder(id: $id, input: $input) { id } }", variables)
    assert said == {"data": {"addOrder": {"id": id_}}}


class TestTables:
    def test_an_item_is_put_and_got_and_its_fields_come_of_it(self):
        run = run_of(ORDER, ADD)
        add(run, "a")
        said = run.asks('{ one: order(id: "a") { id item } none: order(id: "b") { id } }')
        assert said == {"data": {"one": {"id": "a", "item": "tea"}, "none": None}}

    def test_a_scan_gives_a_list(self):
        run = run_of(ORDERS, ADD)
        for name in ("a", "b"):
            add(run, name)
        found = run.asks("{ orders { id } }")["data"]["orders"]
        assert sorted(order["id"] for order in found) == ["a", "b"]

    def test_a_condition_that_fails_is_an_error_of_its_field(self):
        condition = '"condition": {"expression": "attribute_not_exists(id)"}, "operation": "PutItem"'
        run = run_of(
            a_resolver(
                "Mutation.addOrder",
                "table",
                **templates(
                    PUT.replace('"operation": "PutItem"', condition), "$util.error($ctx.error.message, $ctx.error.type)"
                ),
            )
        )
        query = 'mutation { addOrder(id: "a", input: {item: "tea"}) { id } }'
        run.asks(query)
        (error,) = run.asks(query)["errors"]
        assert (error["path"], error["errorType"]) == (["addOrder"], "DynamoDB:ConditionalCheckFailedException")

    def test_an_update_answers_the_new_item_and_a_delete_the_old_one(self):
        update = (
            '{"operation": "UpdateItem", "key": {"id": $util.dynamodb.toDynamoDBJson($ctx.args.id)}, "update": {"expression":'
            ' "SET #s = :s ADD n :n", "expressionNames": {"#s": "item"}, "expressionValues": {":s": {"S": "coffee"}, ":n": {"N": 1}}}}'
        )
        delete = '{"operation": "DeleteItem", "key": {"id": $util.dynamodb.toDynamoDBJson($ctx.args.id)}}'
        run = run_of(
            ADD,
            a_resolver("Mutation.cancel", "table", **templates(update)),
            a_resolver("Query.order", "table", **templates(delete)),
        )
        add(run, "a")
        assert run.asks('mutation { cancel(id: "a") { item } }')["data"]["cancel"] == {"item": "coffee"}
        assert run.asks('{ order(id: "a") { item } }')["data"]["order"] == {"item": "coffee"}
        assert run.asks('{ order(id: "a") { item } }')["data"]["order"] is None


class TestFunctions:
    def test_a_direct_resolver_hands_the_context_over_and_fields_are_asked_side_by_side(self):
        run = run_of(ORDERS, ADD, PRICE)
        for name in ("a", "b", "c"):
            add(run, name)
        run.records()
        said = run.asks("{ orders { price } }")
        assert said == {"data": {"orders": [{"price": 7}] * 3}}
        rows = run.records()
        assert [row["at"] for row in rows if row["kind"] == "InvocationStarted"] == [rows[0]["at"]] * 3
        assert [row["duration"] for row in rows if row["kind"] == "GraphqlResponseReturned"] == [100_000]
        body = next(row for row in rows if row["kind"] == "InvocationStarted")
        assert body["request"] > 0

    def test_a_function_that_fails_leaves_null_and_an_error(self):
        fails = [{"error": {"type": "NoPrice", "message": "unknown"}, "rate": 1}]
        run = run_of(ORDER, ADD, PRICE, Prices=prices(failures=fails))
        add(run, "a")
        said = run.asks('{ order(id: "a") { id price } }')
        assert said["data"] == {"order": {"id": "a", "price": None}}
        assert said["errors"] == [
            {
                "path": ["order", "price"],
                "locations": [{"line": 1, "column": 23, "sourceName": None}],
                "message": "unknown",
                "data": None,
                "errorType": "Lambda:Unhandled",
                "errorInfo": None,
            }
        ]

    def test_a_template_gives_a_function_a_payload(self):
        request = (
            '{"operation": "Invoke", "payload": {"field": "$ctx.info.fieldName", "id": $util.toJson($ctx.source.id)}}'
        )
        run = run_of(ORDER, ADD, a_resolver("Order.price", "function", **templates(request)))
        add(run, "a")
        assert run.asks('{ order(id: "a") { price } }')["data"]["order"]["price"] == 7
        (row,) = [row for row in run.records() if row["kind"] == "InvocationStarted"]
        assert row["at"] >= 0

    def test_requests_of_a_resolver_go_in_batches(self):
        batched = a_resolver("Order.price", "function", MaxBatchSize=2)
        run = run_of(
            ORDERS,
            ADD,
            batched,
            Prices=prices([{"data": 1}, {"data": None, "errorMessage": "no", "errorType": "NoPrice"}]),
        )
        for name in ("a", "b"):
            add(run, name)
        run.records()
        said = run.asks("{ orders { price } }")
        assert [order["price"] for order in said["data"]["orders"]] == [1, None]
        assert [error["errorType"] for error in said["errors"]] == ["NoPrice"]
        kinds = [row["kind"] for row in run.records()]
        assert (kinds.count("ResolversBatched"), kinds.count("InvocationStarted")) == (1, 1)

    def test_a_batch_of_another_length_fails_all_its_fields(self):
        run = run_of(ORDERS, ADD, a_resolver("Order.price", "function", MaxBatchSize=9), Prices=prices([1]))
        for name in ("a", "b"):
            add(run, name)
        assert len(run.asks("{ orders { price } }")["errors"]) == 2

    def test_after_thirty_seconds_the_client_gets_an_error_and_the_function_goes_on(self):
        run = run_of(a_resolver("Query.hello", "function"), Prices=prices("late", 45_000, Timeout=60))
        said = run.asks("{ hello }", wait=60 * SECOND)
        assert said == {"data": None, "errors": [{"errorType": "ExecutionTimeout", "message": "Execution timed out."}]}
        assert run.story("InvocationStarted", "ResolverInvoked", "GraphqlRequestReceived") == [
            (30 * SECOND, "Shop", "GraphqlRequestTimedOut"),
            (45 * SECOND, "Prices", "InvocationSucceeded"),
            (45 * SECOND, "Shop", "ResolverAnsweredLate"),
        ]


class TestExecution:
    def test_null_where_nothing_may_be_null_takes_its_parents_along(self):
        run = run_of(
            a_resolver("Query.must", "nothing", **templates('{"payload": null}')),
            a_resolver("Query.hello", "nothing", **templates('{"payload": "hi"}')),
        )
        said = run.asks("{ hello must }")
        assert said["data"] is None
        assert said["errors"][0]["message"] == (
            "Cannot return null for non-nullable type: 'String' within parent 'Query' (/must)"
        )

    def test_the_fields_of_a_mutation_wait_for_each_other(self):
        slow = a_resolver("Mutation.addOrder", "function")
        after = a_resolver("Mutation.audit", "function")
        run = run_of(slow, after, Prices=prices({"id": "a", "item": "tea"}, 1000))
        run.asks('mutation { addOrder(input: {item: "x"}) { id } audit }')
        assert [at for at, _, kind in run.story() if kind == "InvocationStarted"] == [0, SECOND]

    def test_a_field_without_a_resolver_is_a_member_of_what_its_parent_gave(self):
        payload = {"payload": {"id": "a", "item": "tea", "notes": [{"text": "warm"}, {"text": "now", "by": "Bob"}]}}
        run = run_of(a_resolver("Query.order", "nothing", **templates(payload)))
        said = run.asks(
            'query Q($deep: Boolean!) { order(id: "a") { ...F } } fragment F on Order { notes { text by @include(if: $deep) } }',
            {"deep": False},
        )
        assert said["data"]["order"]["notes"] == [{"text": "warm"}, {"text": "now"}]

    def test_introspection(self):
        said = run_of(ORDER).asks('{ __type(name: "Order") { fields { name } } }')
        assert [field["name"] for field in said["data"]["__type"]["fields"]] == [
            "id",
            "item",
            "price",
            "notes",
            "customer",
        ]

    @pytest.mark.parametrize(
        ("query", "status", "said"),
        [
            ("{ nope }", 200, "Validation error of type FieldUndefined: Cannot query field 'nope' on type 'Query'."),
            ("{ order { id } }", 200, "Validation error of type MissingFieldArgument"),
            ("{{", 400, "Unable to parse GraphQL query."),
            ("query A { hello } query B { hello }", 200, "Must provide an operation."),
            ("subscription { added { id } }", 200, "Subscriptions are not supported over HTTP."),
            ("query($id: ID!) { order(id: $id) { id } }", 200, "Variable '$id'"),
            (
                "{ order(id: 1) { ...A } } fragment A on Order { ...B } fragment B on Order { ...A }",
                200,
                "Validation error of type NoFragmentCycles",
            ),
        ],
    )
    def test_what_cannot_be_executed_is_refused(self, query, status, said):
        run = run_of(ORDER)
        answer = run.asks(query)
        assert answer["errors"][0]["message"].startswith(said)
        assert run.status == status

    def test_a_request_that_is_too_deep_or_looks_at_too_much_is_refused(self):
        schema = "type Query { a: Query  b: Query  c: String }"
        both = (
            a_resolver("Query.a", "nothing", **templates({"payload": {}})),
            a_resolver("Query.b", "nothing", **templates({"payload": {}})),
        )
        run = ShopRun(shop(dict(enumerate(both)), schema))
        deep = "{" + "a {" * 80 + "c" + "}" * 80 + "}"
        assert run.asks(deep)["errors"][0]["errorType"] == "QueryDepthLimitExceeded"
        wide = "".join(f"fragment F{n} on Query {{ a {{ ...F{n + 1} }} b {{ ...F{n + 1} }} }} " for n in range(20))
        said = run.asks(f"{{ ...F0 }} {wide} fragment F20 on Query {{ c }}")
        assert said["errors"][0]["errorType"] in ("ResolverCountLimit", "Playground.TooMuch")
        assert run.asks("{" + " c" * 6000 + "}")["errors"][0]["errorType"] == "MalformedHttpRequestException"

    def test_an_api_without_a_schema_says_so(self):
        assert ShopRun(shop({}, schema="")).asks("{ hello }")["errors"][0]["message"] == "It has no schema."
        assert "refuse" in ShopRun(shop({}, schema="type Query {")).asks("{ hello }")["errors"][0]["message"]


def test_faults_on_the_way_to_a_data_source_are_errors_of_its_fields():
    run = run_of(ORDER, ADD, PRICE)
    add(run, "a")
    run.ok("playground:PutFault", Target="FunctionSource", Kind="outage")
    said = run.asks('{ order(id: "a") { id price } }')
    assert said["data"] == {"order": {"id": "a", "price": None}}
    assert said["errors"][0]["errorType"] == "Lambda:ServiceUnavailable"


def test_traffic_is_requests_with_variables_and_plain_objects_are_variables_of_the_usual_one():
    run = run_of(ADD, ORDERS)
    query = {
        "query": 'mutation($id: ID) { addOrder(id: $id, input: {item: "tea"}) { id } }',
        "variables": {"id": "o-{{index}}"},
    }
    run.ok("client:StartTraffic", TargetArn=API, Mode="burst", Count=2, MessageBody=json.dumps(query))
    run.ok("client:StartTraffic", TargetArn=API, Mode="burst", Count=1, MessageBody='{"id": "plain"}')
    run.until(SECOND)
    assert {order["id"] for order in run.asks("{ orders { id } }")["data"]["orders"]} == {"o-1", "o-2", "plain"}
    sample = run.ok("appsync:GetSampleRequest", TargetArn=API)
    assert sample["Query"].startswith("mutation Usual($id: ID, $input: OrderInput!) { addOrder(id: $id, input: $input)")


def test_a_function_may_call_an_api():
    caller = a_function("caller")
    caller["playground"]["behaviour"]["calls"] = [
        {"target": "Shop", "message": {"query": 'mutation { addOrder(id: "c", input: {item: "x"}) { id } }'}}
    ]
    run = run_of(ADD, ORDERS, Caller=caller)
    run.ok("lambda:Invoke", FunctionName="caller", Payload="{}")
    run.until(2 * SECOND)
    assert run.asks("{ orders { id } }")["data"]["orders"] == [{"id": "c"}]


def test_slices_and_boxes_change_nothing_and_the_ledger_adds_up():
    resolvers = {
        "o": ORDERS,
        "a": ADD,
        "p": a_resolver("Order.price", "function", MaxBatchSize=2),
        "h": a_resolver("Query.hello", "function"),
    }
    topology = shop(resolvers, Prices=prices(1, 700, [{"rate": 0.3}]))
    query = 'mutation { addOrder(input: {item: "tea"}) { id price } audit }'
    traffic = {"TargetArn": API, "Mode": "rate", "RatePerSecond": 3, "Count": 30}
    commands = [
        Command(1, 0, "Alice", "client:StartTraffic", {**traffic, "MessageBody": query}),
        Command(2, SECOND, "Alice", "client:StartTraffic", {**traffic, "MessageBody": "{ hello orders { id price } }"}),
        Command(
            3,
            3 * SECOND,
            "Alice",
            "playground:PutFault",
            {"Target": "Prices", "Kind": "latency", "Latency": "40 s", "Until": "5 s"},
        ),
    ]

    def told(budget: int) -> Simulation:
        simulation = Simulation.begin(topology, seed=3)
        for command in [*commands, None]:
            until = 120 * SECOND if command is None else command.at
            while not simulation.run_until(until, records=budget):
                simulation = Simulation.restore(simulation.checkpoint(), topology)
            if command is not None:
                simulation.apply(command)
        return simulation

    whole = told(1_000_000)
    assert told(37).digest() == whole.digest()
    assert violations(KINDS, [whole.drain()]) == []


def test_the_schema_of_the_cast_is_one():
    assert "aws_subscribe" in SCHEMA


def test_a_rule_calls_a_mutation_with_what_it_makes_of_the_event():
    target = {
        "Id": "shop",
        "Arn": API,
        "AppSyncParameters": {
            "GraphQLOperation": "mutation Add($id: ID, $input: OrderInput!) { addOrder(id: $id, input: $input) { id } }"
        },
        "InputTransformer": {
            "InputPathsMap": {"id": "$.detail.id"},
            "InputTemplate": '{"id": <id>, "input": {"item": "tea"}}',
        },
    }
    rule = {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"source": ["till"]}, "Targets": [target]}}
    run = run_of(ADD, ORDERS, Sold=rule)
    entry = {"Source": "till", "DetailType": "sold", "Detail": '{"id": "sold-1"}'}
    run.ok("events:PutEvents", Entries=[entry])
    run.until(SECOND)
    assert run.asks("{ orders { id } }")["data"]["orders"] == [{"id": "sold-1"}]
