"""What integrations hand on: whole events of both formats, and requests of other services."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import ACCOUNT, REGION, SECOND, a_queue, url
from tests.services.api_cast import MACHINE, ApiRun, a_rest_api, an_http_api, says, to_function, to_service
from tests.services.states_cast import a_machine, states

SQS = f"sqs:path/{ACCOUNT}/orders"
STATUSES = {"ResponseReturned", "ErrorReturned", "IntegrationTimedOut", "ApiThrottled", "RouteNotFound"}


def bodies(run, queue="orders"):
    return [message["Body"] for message in run.receive(queue=queue)]


class TestEvents:
    ASKED = {"Headers": {"X-Token": "t", "cookie": "a=1; b=2"}, "QueryString": "q=1&q=2&r=%20"}

    def test_format_1_of_a_rest_api(self):
        run = ApiRun(a_rest_api({"POST /orders/{id}": to_function()}), Hello=says())
        run.ask("POST /orders/7", '{"a":1}', **self.ASKED)
        (event,) = run.events()
        api, request_id = event["requestContext"]["apiId"], event["requestContext"]["requestId"]
        host = f"{api}.execute-api.{REGION}.amazonaws.com"
        headers = {
            "X-Token": "t",
            "cookie": "a=1; b=2",
            "Content-Type": "application/json",
            "Host": host,
            "User-Agent": "redrive",
            "X-Forwarded-For": "203.0.113.1",
            "X-Forwarded-Port": "443",
            "X-Forwarded-Proto": "https",
        }
        nobody = dict.fromkeys(
            (
                "accessKey",
                "accountId",
                "caller",
                "cognitoAuthenticationProvider",
                "cognitoAuthenticationType",
                "cognitoIdentityId",
                "cognitoIdentityPoolId",
                "principalOrgId",
                "user",
                "userArn",
            )
        )
        assert event == {
            "resource": "/orders/{id}",
            "path": "/orders/7",
            "httpMethod": "POST",
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": {"q": "2", "r": " "},
            "multiValueQueryStringParameters": {"q": ["1", "2"], "r": [" "]},
            "pathParameters": {"id": "7"},
            "stageVariables": None,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": api,
                "domainName": host,
                "domainPrefix": api,
                "extendedRequestId": request_id,
                "httpMethod": "POST",
                "identity": {**nobody, "sourceIp": "203.0.113.1", "userAgent": "redrive"},
                "path": "/prod/orders/7",
                "protocol": "HTTP/1.1",
                "requestId": request_id,
                "requestTime": "01/Jan/2026:00:00:00 +0000",
                "requestTimeEpoch": 1767225600000,
                "resourceId": None,
                "resourcePath": "/orders/{id}",
                "stage": "prod",
            },
            "body": '{"a":1}',
            "isBase64Encoded": False,
        }
        assert len(api) == 10

    def test_format_2_of_an_http_api(self):
        run = ApiRun(an_http_api({"POST /orders/{id}": to_function()}), Hello=says())
        run.ask("POST /orders/7", '{"a":1}', **self.ASKED)
        (event,) = run.events()
        api, request_id = event["requestContext"]["apiId"], event["requestContext"]["requestId"]
        host = f"{api}.execute-api.{REGION}.amazonaws.com"
        assert event == {
            "version": "2.0",
            "routeKey": "POST /orders/{id}",
            "rawPath": "/orders/7",
            "rawQueryString": "q=1&q=2&r=%20",
            "cookies": ["a=1", "b=2"],
            "headers": {
                "x-token": "t",
                "content-type": "application/json",
                "host": host,
                "user-agent": "redrive",
                "x-forwarded-for": "203.0.113.1",
                "x-forwarded-port": "443",
                "x-forwarded-proto": "https",
            },
            "queryStringParameters": {"q": "1,2", "r": " "},
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": api,
                "domainName": host,
                "domainPrefix": api,
                "http": {
                    "method": "POST",
                    "path": "/orders/7",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.1",
                    "userAgent": "redrive",
                },
                "requestId": request_id,
                "routeKey": "POST /orders/{id}",
                "stage": "$default",
                "time": "01/Jan/2026:00:00:00 +0000",
                "timeEpoch": 1767225600000,
            },
            "body": '{"a":1}',
            "pathParameters": {"id": "7"},
            "isBase64Encoded": False,
        }


class TestServices:
    def test_a_queue_by_its_old_protocol(self):
        template = (
            "Action=SendMessage&MessageBody=$util.urlEncode($input.body)&MessageAttribute.1.Name=kind"
            "&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=web"
        )
        run = ApiRun(a_rest_api({"POST /in": to_service(SQS, template)}))
        status, body = run.status("POST /in", '{"a":"x&y +"}')
        assert (status, next(iter(json.loads(body)["SendMessageResponse"]["SendMessageResult"]))) == (200, "MessageId")
        (message,) = run.receive(MessageAttributeNames=["All"])
        assert message["Body"] == '{"a":"x&y +"}'
        assert message["MessageAttributes"]["kind"]["StringValue"] == "web"

    def test_what_is_not_encoded_is_split_as_on_aws(self):
        run = ApiRun(a_rest_api({"POST /in": to_service(SQS, "Action=SendMessage&MessageBody=$input.body")}))
        run.status("POST /in", "a&b")
        assert bodies(run) == ["a"]

    def test_a_queue_by_request_parameters(self):
        parameters = {
            "integration.request.querystring.Action": "'SendMessage'",
            "integration.request.querystring.MessageBody": "method.request.querystring.text",
        }
        integration = to_service(SQS, "", requestParameters=parameters, requestTemplates={})
        run = ApiRun(a_rest_api({"GET /in": integration}))
        assert run.status("GET /in?text=hello")[0] == 200
        assert bodies(run) == ["hello"]

    def test_a_bus_by_template(self):
        template = (
            "#set($in = $input.path('$'))\n"
            '{"Entries": [{"Source": "$in.source", "DetailType": "$in.type", '
            '"Detail": "{ \\"id\\": \\"$context.requestId\\", \\"stage\\": \\"${context.stage}\\" }"}]}'
        )
        run = ApiRun(a_rest_api({"POST /": to_service("events:action/PutEvents", template)}))
        status, body = run.status("POST /", '{"source": "shop", "type": "Placed"}')
        assert (status, json.loads(body)["FailedEntryCount"]) == (200, 0)

    def test_a_machine_is_started_and_an_express_one_waited_for(self):
        template = f'{{"input": "$util.escapeJavaScript($input.json(\'$\'))", "stateMachineArn": "{MACHINE}"}}'
        waits = states(Wait={"Type": "Wait", "Seconds": 3, "End": True})
        started = to_service("states:action/StartExecution", template)
        run = ApiRun(a_rest_api({"POST /": started}), Saga=a_machine(waits))
        assert "executionArn" in json.loads(run.status("POST /", '{"a": 1}')[1])
        answered = {
            "200": {
                "statusCode": "200",
                "responseTemplates": {"application/json": "{\"output\":$input.json('$.output')}"},
            }
        }
        waited = to_service("states:action/StartSyncExecution", template, responses=answered)
        run = ApiRun(a_rest_api({"POST /": waited}), Saga=a_machine(waits, "EXPRESS"))
        assert run.status("POST /", '{"a": 1}') == (200, '{"output":"{\\"a\\":1}"}')
        assert 3 * SECOND <= run.simulation.now_at < 4 * SECOND

    def test_a_refusal_is_mapped_by_its_status(self):
        responses = {"default": {"statusCode": "200"}, "4\\d{2}": {"statusCode": "422"}}
        run = ApiRun(a_rest_api({"POST /": to_service(SQS, "Action=SendMessage&MessageBody=", responses=responses)}))
        assert run.status("POST /", "x")[0] == 422

    def test_without_any_response_it_is_a_500(self):
        run = ApiRun(a_rest_api({"POST /": to_service(SQS, "Action=SendMessage&MessageBody=x", responses={})}))
        assert run.status("POST /", "x") == (500, '{"message":"Internal server error"}')
        assert bodies(run) == ["x"]

    def test_a_function_that_is_no_proxy_maps_its_errors(self):
        responses = {"default": {"statusCode": "200"}, ".*no.*": {"statusCode": "409"}}
        integration = {**to_function(), "type": "aws", "responses": responses, "requestTemplates": {}}
        fails = says(failures=[{"error": {"type": "E", "message": "says no!"}, "how": "raise"}])
        assert ApiRun(a_rest_api({"POST /": integration}), Hello=fails).status("POST /", "{}")[0] == 409
        assert ApiRun(a_rest_api({"POST /": integration}), Hello=says({"a": 1})).status("POST /", "{}") == (
            200,
            '{"a":1}',
        )

    def test_a_template_branches_and_repeats(self):
        template = "Action=SendMessage&MessageBody=#foreach($a in $input.path('$.list'))#if($a > 1)$a,#else-#end#end"
        run = ApiRun(a_rest_api({"POST /": to_service(SQS, template)}))
        assert run.status("POST /", '{"list": [1, 2, 3]}')[0] == 200
        assert bodies(run) == ["-2,3,"]

    def test_a_template_with_a_macro_is_said(self):
        run = ApiRun(a_rest_api({"POST /": to_service(SQS, "#macro(a)x#end")}))
        assert run.status("POST /", "x")[0] == 502
        assert run.records()[-1]["reason"] == "its mapping template: #macro is not known here"

    def test_no_template_for_the_content_type(self):
        integration = to_service(SQS, "Action=SendMessage&MessageBody=x", passthroughBehavior="when_no_templates")
        run = ApiRun(a_rest_api({"POST /": integration}))
        assert run.status("POST /", "x", Headers={"Content-Type": "text/plain"})[0] == 415

    def test_first_class_integrations_of_an_http_api(self):
        parameters = {
            "QueueUrl": url("fast.fifo"),
            "MessageBody": "$request.body",
            "MessageGroupId": "$request.body.group",
        }
        integration = {"type": "aws_proxy", "integrationSubtype": "SQS-SendMessage", "requestParameters": parameters}
        run = ApiRun(
            an_http_api({"POST /": integration}),
            Fast=a_queue("fast.fifo", FifoQueue=True, ContentBasedDeduplication=True),
        )
        assert run.status("POST /", '{"group": "g"}')[0] == 200
        assert run.status("POST /", "{}")[0] == 400
        assert bodies(run, "fast.fifo") == ['{"group": "g"}']

    def test_a_mock_says_its_status(self):
        responses = {
            "default": {"statusCode": "200"},
            "418": {"statusCode": "418", "responseTemplates": {"application/json": "tea"}},
        }
        mock = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 418}'}, "responses": responses}
        assert ApiRun(a_rest_api({"GET /": mock})).status("GET /") == (418, "tea")


ASKED = st.sampled_from(
    ["POST /slow", "POST /fails", "POST /odd", "POST /in", "GET /nowhere", "GET /mock", "POST /never", "POST /slow"]
)


def a_shop():
    routes = {
        "POST /slow": to_function("slow", timeoutInMillis=500),
        "POST /fails": to_function("fails"),
        "POST /odd": to_function("odd"),
        "POST /in": to_service(SQS, "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"),
        "GET /mock": {"type": "mock"},
        "POST /never": to_service("sqs:path/1/nobody", "#if(1)x#end"),
    }
    limit = [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 4}]
    return ApiRun(
        a_rest_api(routes, MethodSettings=limit),
        Slow=says(ms=800, name="slow"),
        Fails=says(name="fails", failures=[{"rate": 0.5, "error": {"type": "E", "message": "no"}, "how": "raise"}]),
        Odd=says("oops", name="odd"),
    )


@settings(max_examples=25, deadline=None)
@given(asked=st.lists(st.tuples(ASKED, st.integers(0, 400_000)), min_size=1, max_size=12), boxes=st.booleans())
def test_every_request_ends_with_exactly_one_status_and_boxes_change_nothing(asked, boxes):
    def played(box):
        run = a_shop()
        for key, wait in asked:
            method, _, path = key.rpartition(" ")
            run.until(run.simulation.now_at + wait)
            run.command("apigateway:Invoke", TargetArn=run.api, Method=method, Path=path, Body="{}")
            if box:
                run.again()
        run.until(run.simulation.now_at + 60 * SECOND)
        return run

    run, other = played(box=False), played(box=boxes)
    assert run.simulation.digest() == other.simulation.digest()
    found = run.records()
    received = [row["subject"] for row in found if row["kind"] == "RequestReceived"]
    assert sorted(received) == sorted(row["subject"] for row in found if row["kind"] in STATUSES)
    assert len(received) == len(asked)
    other.balanced()


@pytest.mark.parametrize("key", ["POST /slow", "POST /fails", "POST /in"])
def test_a_box_at_every_point_gives_the_same_digest(key):
    method, path = key.split()
    run = a_shop()
    run.command(
        "client:StartTraffic", TargetArn=run.api, Mode="burst", Count=3, MessageBody="{}", Path=path, Method=method
    )
    plain = a_shop()
    plain.command(
        "client:StartTraffic", TargetArn=run.api, Mode="burst", Count=3, MessageBody="{}", Path=path, Method=method
    )
    plain.until(60 * SECOND)
    while (at := run.simulation.next_at) is not None and at <= 60 * SECOND:
        run.simulation.step()
        run.again()
    run.until(60 * SECOND)
    assert run.simulation.digest() == plain.simulation.digest()


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
TEMPLATES = st.lists(
    st.sampled_from(
        [
            "$input",
            ".body",
            ".json('$.a')",
            "$util.urlEncode(",
            ")",
            "#set($x = ",
            "$x",
            "${x}",
            "[0]",
            "'",
            '"',
            "a",
            "{",
            "}",
            "$",
        ]
    ),
    max_size=8,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(
    integration=st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["aws", "aws_proxy", "mock", "http", 7]),
            "uri": st.sampled_from(
                [f"arn:aws:apigateway:x:{SQS}", to_function()["uri"], "arn:aws:apigateway:x:events:action/Nothing", 5]
            ),
            "requestTemplates": st.fixed_dictionaries({"application/json": TEMPLATES}) | ODD,
            "requestParameters": ODD | st.just({"integration.request.querystring.Action": "method.request.body.a"}),
            "responses": ODD
            | st.just(
                {"default": {"statusCode": "200", "responseTemplates": {"application/json": "$input.json('$')"}}}
            ),
            "integrationSubtype": st.sampled_from(["SQS-SendMessage", "EventBridge-PutEvents", "-", "What-Ever"]),
            "timeoutInMillis": ODD,
        },
    ),
    body=st.none() | st.sampled_from(['{"a": "\\ud800"}', "[" * 3000, "x", '{"a": "DeleteQueue"}', "Action=Nothing"]),
    output=ODD.filter(lambda value: "\\ud800" not in json.dumps(value)),
)
def test_whatever_is_written_there_a_request_has_one_status(integration, body, output):
    run = ApiRun(a_rest_api({"POST /": integration}), Hello=says(output))
    assert 100 <= run.ask("POST /", body)["StatusCode"] <= 599
    found = [row for row in run.records() if row["kind"] in STATUSES]
    assert len(found) == 1
    run.again()


def test_seconds_of_a_query_are_numbers():
    run = ApiRun(a_rest_api({"POST /": to_service(SQS, "Action=SendMessage&MessageBody=x&DelaySeconds=5")}))
    assert run.status("POST /", "{}")[0] == 200
    assert bodies(run) == []
    run.until(5 * SECOND)
    assert bodies(run) == ["x"]
