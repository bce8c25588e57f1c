"""AppSync's resolvers: templates and code, pipelines, buses and AWS's own endpoints behind them, and who listens to mutations."""

from __future__ import annotations

import json

import pytest

from flows.services.appsync import evaluating
from flows.services.appsync.javascript import run_code
from tests.builders import ACCOUNT, REGION, SECOND, arn
from tests.services.appsync_cast import API, a_part, a_resolver, templates
from tests.services.rds_cast import SECRET, SHOP, a_cluster
from tests.services.test_appsync import ADD, run_of


class TestTemplatesAndCode:
    def test_errors_of_a_template_have_their_type_data_and_info(self):
        template = '$util.error("No!", "Refused", {"a": 1}, {"b": 2})'
        (error,) = run_of(a_resolver("Query.hello", "nothing", **templates(template))).asks("{ hello }")["errors"]
        assert [error[name] for name in ("message", "errorType", "data", "errorInfo")] == [
            "No!",
            "Refused",
            {"a": 1},
            {"b": 2},
        ]

    def test_an_appended_error_leaves_the_data(self):
        response = '$util.appendError("almost", "Warned") "hi"'
        said = run_of(a_resolver("Query.hello", "nothing", **templates('{"payload": 1}', response))).asks("{ hello }")
        assert (said["data"], said["errors"][0]["message"]) == ({"hello": "hi"}, "almost")

    def test_a_return_leaves_without_asking(self):
        said = run_of(a_resolver("Query.hello", "function", **templates('#return("early")'))).asks("{ hello }", wait=0)
        assert said == {"data": {"hello": "early"}}

    def test_a_template_that_writes_no_json_is_an_error(self):
        (error,) = run_of(a_resolver("Query.hello", "nothing", **templates("{nope"))).asks("{ hello }")["errors"]
        assert error["errorType"] == "MappingTemplate"

    def test_a_pipeline_hands_results_and_a_stash_on(self):
        first = a_part(
            "FunctionConfiguration",
            Name="first",
            DataSourceName="nothing",
            **templates('#set($ctx.stash.seen = $ctx.prev.result.n) {"payload": {"n": 2}}'),
        )
        second = a_part(
            "FunctionConfiguration",
            Name="second",
            DataSourceName="nothing",
            **templates('{"payload": "$ctx.stash.seen then $ctx.prev.result.n"}'),
        )
        around = templates('{"n": 1}', '"$ctx.prev.result!"')
        pipeline = a_resolver(
            "Query.hello", Kind="PIPELINE", PipelineConfig={"Functions": ["First.FunctionId", "Second"]}, **around
        )
        assert run_of(pipeline, First=first, Second=second).asks("{ hello }") == {"data": {"hello": "1 then 2!"}}

    CODE = """
    import { util, runtime } from '@aws-appsync/utils';
    import * as ddb from '@aws-appsync/utils/dynamodb';
    export function request(ctx) {
      const { id, input } = ctx.args;
      if (input.item === 'none') runtime.earlyReturn({ id: 'early', item: 'none' });
      if (input.item === 'bad') util.error('Not that.', 'Refused', null, { item: input.item });
      ctx.stash.began = util.time.nowISO8601();
      return ddb.put({ key: { id: id ?? util.autoId() }, item: input });
    }
    export const response = (ctx) => ({ ...ctx.result, item: `${ctx.result.item} at ${ctx.stash.began}` });
    """

    def test_code_asks_and_answers(self):
        code = {"Code": self.CODE, "Runtime": {"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"}}
        run = run_of(a_resolver("Mutation.addOrder", "table", **code))
        said = run.asks('mutation { addOrder(id: "a", input: {item: "tea"}) { id item } }')
        assert said == {"data": {"addOrder": {"id": "a", "item": "tea at 2026-01-01T00:00:00.000Z"}}}
        early = run.asks('mutation { addOrder(input: {item: "none"}) { id } }')
        assert early["data"]["addOrder"] == {"id": "early"}
        (error,) = run.asks('mutation { addOrder(input: {item: "bad"}) { id } }')["errors"]
        assert (error["message"], error["errorType"], error["errorInfo"]) == ("Not that.", "Refused", {"item": "bad"})

    @pytest.mark.parametrize(
        "body",
        [
            "while (true) {}",
            "return 'x'.repeat(1e9)",
            "const f = () => f(); f()",
            "throw 'x'",
            "return request",
            "nothing.at.all",
            "return Math.random()",
        ],
    )
    def test_code_that_misbehaves_is_an_error_of_its_field(self, body):
        code = {"Code": f"export function request(ctx) {{ {body} }}"}
        said = run_of(a_resolver("Query.hello", "nothing", **code)).asks("{ hello }")
        assert said["data"] == {"hello": None}

    @pytest.mark.parametrize(
        ("before", "first", "said"),
        [
            ("runtime.earlyReturn('early')", "return {}", "early!"),
            ("return {}", "runtime.earlyReturn('one')", "one then two!"),
            ("return {}", "runtime.earlyReturn('one', {skipTo: 'NEXT'})", "one then two!"),
            ("return {}", "runtime.earlyReturn('one', {skipTo: 'END'})", "one!"),
        ],
    )
    def test_an_early_return_skips_its_step_or_the_whole_pipeline_and_never_the_pipelines_response(
        self, before, first, said
    ):
        head = "import { runtime } from '@aws-appsync/utils';\n"
        result = "export function response(ctx) { return ctx.result; }"

        def step(name, body):
            code = f"{head}export function request(ctx) {{ {body} }}\n{result}"
            return a_part("FunctionConfiguration", Name=name, DataSourceName="nothing", Code=code)

        around = f"{head}export function request(ctx) {{ {before} }}\n{result.replace('ctx.result', 'ctx.prev.result + `!`')}"
        pipeline = a_resolver(
            "Query.hello", Kind="PIPELINE", PipelineConfig={"Functions": ["First", "Second"]}, Code=around
        )
        second = step("second", "return { payload: ctx.prev.result + ' then two' }")
        run = run_of(pipeline, First=step("first", first), Second=second)
        assert run.asks("{ hello }") == {"data": {"hello": said}}

    CLOCKS = """[new Date().toISOString(), Date(), `${Date.now()}`, typeof performance, new Date(2026, 0, 2, 3).toISOString(),
        new Date('2026-01-01T10:00:00').toISOString(), new Date('Jan 3 2026').toISOString(), `${new Date(0).getHours()}`]"""

    def test_the_clock_of_code_is_the_simulations_and_everywhere_is_utc(self):
        code = {"Code": f"export function request(ctx) {{ runtime.earlyReturn({self.CLOCKS}.join(' | ')) }}"}
        code["Code"] = "import { runtime } from '@aws-appsync/utils';\n" + code["Code"]
        run = run_of(a_resolver("Query.hello", "nothing", **code))
        run.until(90 * SECOND)
        assert run.asks("{ hello }")["data"]["hello"].split(" | ") == [
            "2026-01-01T00:01:30.000Z",
            "Thu, 01 Jan 2026 00:01:30 GMT",
            "1767225690000",
            "undefined",
            "2026-01-02T03:00:00.000Z",
            "2026-01-01T10:00:00.000Z",
            "2026-01-03T00:00:00.000Z",
            "0",
        ]

    @pytest.mark.parametrize(
        "body",
        ["import" + " " * 90_000, "\n" * 90_000, "export {\n" * 9_000, "export { a }" + " " * 90_000 + "x"],
        ids=["import", "lines", "names", "end"],
    )
    def test_code_made_to_be_searched_for_ever_is_not(self, body):
        said = run_of(a_resolver("Query.hello", "nothing", Code=body)).asks("{ hello }")
        assert said["data"] == {"hello": None}

    def test_code_that_never_ends_is_run_once_for_a_request_however_many_fields_it_resolves(self, monkeypatch):
        began = []
        monkeypatch.setattr(evaluating, "run_code", lambda *given: began.append(given) or run_code(*given))
        orders = a_resolver("Query.orders", "nothing", **templates({"payload": [{"id": f"{n}"} for n in range(50)]}))
        price = a_resolver("Order.price", "nothing", Code="export function request() { while (true) {} }")
        said = run_of(orders, price).asks("{ orders { id price } }")
        assert [row["price"] for row in said["data"]["orders"]] == [None] * 50
        assert {error["message"] for error in said["errors"]} == {"InternalError: interrupted"}
        assert len(began) == 1

    def test_templates_and_code_can_be_tried(self):
        run = run_of()
        context = json.dumps({"arguments": {"n": 2}})
        template = run.ok("appsync:EvaluateMappingTemplate", template='{"n": $ctx.args.n}', context=context)
        assert template["evaluationResult"] == '{"n": 2}'
        code = "export function response(ctx) { return ctx.args.n * 2; }"
        tried = run.ok("appsync:EvaluateCode", code=code, context=context, function="response")
        assert tried["evaluationResult"] == "4"
        assert "error" in run.ok("appsync:EvaluateMappingTemplate", template="$util.error('x')", context="{}")


class TestOtherSources:
    def test_events_are_put_on_a_bus(self):
        bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
        source = a_part("DataSource", Name="bus", Type="AMAZON_EVENTBRIDGE", EventBridgeConfig={"EventBusArn": bus})
        request = {"operation": "PutEvents", "events": [{"source": "shop", "detailType": "added", "detail": {"n": 1}}]}
        rule = {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventPattern": {"source": ["shop"]}, "Targets": [{"Id": "q", "Arn": arn("added")}]},
        }
        queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "added"}}
        audit = a_resolver("Mutation.audit", "bus", **templates(request, "$util.toJson($ctx.result.FailedEntryCount)"))
        run = run_of(audit, Bus=source, Added=rule, Queue=queue)
        assert run.asks("mutation { audit }")["data"] == {"audit": "0"}
        (message,) = run.receive(queue="added")
        assert json.loads(message["Body"])["detail"] == {"n": 1}

    def test_awss_own_endpoints_are_called_by_their_target_header(self):
        source = a_part(
            "DataSource", Name="http", Type="HTTP", HttpConfig={"Endpoint": f"https://states.{REGION}.amazonaws.com/"}
        )
        machine = {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "pack",
                "Definition": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
            },
        }
        body = {"stateMachineArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:pack", "input": "{}"}
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "AWSStepFunctions.StartExecution"}
        request = {"method": "POST", "resourcePath": "/", "params": {"headers": headers, "body": body}}
        run = run_of(
            a_resolver("Mutation.audit", "http", **templates(request, "$util.toJson($ctx.result.statusCode)")),
            Http=source,
            Pack=machine,
        )
        assert run.asks("mutation { audit }")["data"] == {"audit": "200"}
        run.until(SECOND)
        machine_arn = body["stateMachineArn"]
        (execution,) = run.ok("states:ListExecutions", stateMachineArn=machine_arn)["executions"]
        assert execution["status"] == "SUCCEEDED"


class TestRules:
    def test_a_request_that_is_none_is_the_rules_failure(self):
        target = {"Id": "t", "Arn": API, "RoleArn": "r", "AppSyncParameters": {"GraphQLOperation": "mutation {"}}
        rule = {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"source": ["shop"]}, "Targets": [target]}}
        run = run_of(Rule=rule)
        run.ok("events:PutEvents", Entries=[{"Source": "shop", "DetailType": "d", "Detail": "{}"}])
        run.until(SECOND)
        said = [row["kind"] for row in run.records() if row["kind"].startswith("Dispatch")]
        assert said == ["DispatchPending", "DispatchFailed", "DispatchDiscarded"]


class TestTables:
    CODE = """
    import * as ddb from '@aws-appsync/utils/dynamodb';
    const { operations } = ddb;
    export function request(ctx) {
      const key = { id: 'a' };
      if (ctx.args.id === 'put') return ddb.put({ key, item: { price: 1, list: ['b'], gone: true, item: 'tea' } });
      return ddb.update({ key, update: { price: operations.increment(2), gone: operations.remove(),
        list: ctx.args.id === 'one' ? operations.append(['c']) : operations.prepend(['a']), item: 'new' },
        condition: { or: [{ item: { eq: 'tea' } }, { not: { price: { in: [1, 2] } }, item: { beginsWith: 'n' } }] } });
    }
    export const response = (ctx) => ({ id: JSON.stringify(ctx.result), item: ctx.error?.type ?? 'ok' });
    """

    def test_operations_and_conditions_of_code_are_those_of_the_table(self):
        run = run_of(a_resolver("Mutation.cancel", "table", Code=self.CODE))

        def cancel(id_):
            said = run.asks("mutation M($id: ID!) { cancel(id: $id) { id item } }", {"id": id_})["data"]["cancel"]
            return json.loads(said["id"]), said["item"]

        cancel("put")
        assert cancel("one") == ({"id": "a", "price": 3, "list": ["b", "c"], "item": "new"}, "ok")
        assert cancel("two") == ({"id": "a", "price": 5, "list": ["a", "b", "c"], "item": "new"}, "ok")
        code = "import { put } from '@aws-appsync/utils/dynamodb';\nexport function request() { return put({ key: {}, condition: { a: { like: 1 } } }); }"
        tried = run.ok("appsync:EvaluateCode", code=code, context="{}", function="request")
        assert tried["error"]["message"] == "like is no condition."


class TestDatabases:
    ROWS = [{"id": 7, "name": "tea", "price": 2.5, "note": None}]
    VTL = {
        "RequestMappingTemplate": """{"version": "2018-05-29", "statements": [
            "insert into orders values (:ID)", "select * from orders where id = :ID and name = :NAME"],
            "variableMap": {":ID": 7, ":NAME": "tea"}}""",
        "ResponseMappingTemplate": "$util.toJson($util.toJson($util.rds.toJsonObject($ctx.result)))",
    }
    CODE = """
    import { sql, createPgStatement, toJsonObject } from '@aws-appsync/utils/rds';
    export function request() {
      return createPgStatement(sql`insert into orders values (${7})`, sql`select * from orders where id = ${7} and name = ${'tea'}`);
    }
    export const response = (ctx) => JSON.stringify(toJsonObject(ctx.result));
    """

    @pytest.mark.parametrize(
        ("resolver", "names"), [(VTL, ["ID", "ID", "NAME"]), ({"Code": CODE}, ["P0", "P1", "P2"])], ids=["vtl", "code"]
    )
    def test_statements_go_one_after_another_with_the_variables_they_name(self, resolver, names):
        cluster = a_cluster({"output": self.ROWS})
        config = {"AwsSecretStoreArn": SECRET, "DbClusterIdentifier": SHOP}
        source = a_part(
            "DataSource",
            Name="database",
            Type="RELATIONAL_DATABASE",
            RelationalDatabaseConfig={
                "RelationalDatabaseSourceType": "RDS_HTTP_ENDPOINT",
                "RdsHttpEndpointConfig": config,
            },
        )
        run = run_of(a_resolver("Query.hello", "database", **resolver), Books=cluster, Database=source)
        assert json.loads(run.asks("{ hello }")["data"]["hello"]) == [[], self.ROWS]
        environment = run.simulation.environment
        began = [row for row in run.records() if row["kind"] == "StatementStarted"]
        assert [row["at"] for row in began] == [0, 10_000]
        asked = [json.loads(environment.bodies.text(environment.subjects.body[row["subject"]])) for row in began]
        assert [name for each in asked for name in each["parameters"]] == names
        assert [list(each["parameters"].values()) for each in asked] == [[7], [7, "tea"]]


class TestSubscriptions:
    def test_who_listens_is_told_of_mutations_that_fit(self):
        run = run_of(ADD)
        for id_ in ("a", "b"):
            given = {
                "TargetArn": API,
                "Query": "subscription S($id: ID) { added(id: $id) { id item } }",
                "Variables": {"id": id_},
            }
            run.ok("appsync:Subscribe", **given)
        everything = run.ok("appsync:Subscribe", TargetArn=API, Query="subscription { added { id } }")["SubscriptionId"]
        run.records()
        run.asks('mutation { addOrder(id: "a", input: {item: "tea"}) { id item } }')
        told = [row for row in run.records() if row["kind"] == "SubscriberTold"]
        assert [row["subscription"] for row in told] == ["Shop/subscription-1", "Shop/subscription-3"]
        bodies = run.simulation.world.environment.bodies
        assert [json.loads(bodies.text(row["data"])) for row in told] == [{"id": "a", "item": "tea"}, {"id": "a"}]
        run.ok("appsync:Unsubscribe", TargetArn=API, SubscriptionId=everything)
        rows = run.ok("appsync:ListSubscriptions", TargetArn=API)["Subscriptions"]
        assert [(row["Mutations"], row["Told"]) for row in rows] == [(["addOrder"], 1), (["addOrder"], 0)]

    def test_what_is_no_subscription_is_refused(self):
        run = run_of(ADD)
        assert run.no("appsync:Subscribe", TargetArn=API, Query="{ hello }")[0] == "BadRequestException"
        assert run.no("appsync:Unsubscribe", TargetArn=API, SubscriptionId="none")[0] == "NotFoundException"
