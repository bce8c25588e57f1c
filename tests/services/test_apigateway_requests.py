"""A request to an API: its route, its status, and when."""

from __future__ import annotations

import pytest

from tests.builders import SECOND, a_function, a_queue
from tests.services.api_cast import ApiRun, a_rest_api, an_http_api, says, to_function

OK = {"statusCode": 201, "body": "made", "headers": {"x-id": "7"}}
ROUTES = {"POST /hello": to_function()}


class TestAFunction:
    def test_says_status_body_and_headers(self):
        run = ApiRun(a_rest_api(ROUTES), Hello=says(OK))
        assert run.ask() == {"StatusCode": 201, "Headers": {"x-id": "7"}, "Body": "made"}
        assert run.simulation.now_at == 100_000
        run.balanced()

    def test_the_trace_tells_the_whole_request(self):
        run = ApiRun(a_rest_api(ROUTES), Hello=says(OK))
        run.ask(body="{}")
        found = [row for row in run.records() if row["kind"] != "ExecutionStarted"]
        assert [(row["at"], row["kind"]) for row in found] == [
            (0, "RequestReceived"),
            (0, "RouteMatched"),
            (0, "RequestIntegrated"),
            (0, "InvocationStarted"),
            (100_000, "InvocationSucceeded"),
            (100_000, "ResponseReturned"),
        ]
        request = found[0]["subject"]
        assert [row["subject"] == request for row in found] == [True, True, True, False, False, True]
        assert run.simulation.environment.subjects.root[found[3]["subject"]] == request

    @pytest.mark.parametrize(
        "output", ["oops", {"body": "no status"}, [1], {"statusCode": "many"}, {"statusCode": 200, "body": {}}]
    )
    def test_that_answers_in_another_form_is_a_502(self, output):
        run = ApiRun(a_rest_api(ROUTES), Hello=says(output))
        assert run.status() == (502, '{"message":"Internal server error"}')
        run.balanced()

    @pytest.mark.parametrize(("output", "body"), [("oops", "oops"), ({"a": 1}, '{"a":1}'), ([1], "[1]")])
    def test_of_an_http_api_may_answer_with_anything(self, output, body):
        assert ApiRun(an_http_api(ROUTES), Hello=says(output)).status() == (200, body)

    def test_of_an_http_api_with_format_1_may_not(self):
        run = ApiRun(an_http_api({"POST /hello": to_function(payloadFormatVersion="1.0")}), Hello=says("oops"))
        assert run.status() == (500, '{"message":"Internal Server Error"}')

    def test_that_fails_is_a_502_and_of_an_http_api_a_500(self):
        fails = says(failures=[{"error": {"type": "CardDeclined", "message": "no"}, "how": "raise"}])
        assert ApiRun(a_rest_api(ROUTES), Hello=fails).status()[0] == 502
        assert ApiRun(an_http_api(ROUTES), Hello=fails).status()[0] == 500

    def test_that_says_an_error_is_an_error(self):
        run = ApiRun(a_rest_api(ROUTES), Hello=says({"statusCode": 404, "body": "no such order"}))
        assert run.status() == (404, "no such order")
        run.balanced()

    def test_that_is_throttled_is_a_500_and_of_an_http_api_a_503(self):
        full = {**says(), "Properties": {**says()["Properties"], "ReservedConcurrentExecutions": 0}}
        assert ApiRun(a_rest_api(ROUTES), Hello=full).status() == (500, '{"message":"Internal server error"}')
        assert ApiRun(an_http_api(ROUTES), Hello=full).status() == (503, '{"message":"Service Unavailable"}')


class TestTime:
    @pytest.mark.parametrize(
        ("api", "seconds", "body"),
        [
            (a_rest_api, 29, '{"message":"Endpoint request timed out"}'),
            (an_http_api, 30, '{"message":"Gateway Timeout"}'),
        ],
    )
    def test_the_client_waits_so_long_and_the_function_goes_on(self, api, seconds, body):
        run = ApiRun(api(ROUTES), Hello=says(OK, ms=40_000))
        assert run.status() == (504, body)
        assert run.simulation.now_at == seconds * SECOND
        run.until(60 * SECOND)
        after = [(row["at"], row["kind"]) for row in run.records()][-3:]
        assert after == [
            (seconds * SECOND, "IntegrationTimedOut"),
            (40 * SECOND, "InvocationSucceeded"),
            (40 * SECOND, "IntegrationEndedLate"),
        ]

    def test_an_integration_may_wait_less(self):
        run = ApiRun(a_rest_api({"POST /hello": to_function(timeoutInMillis=50)}), Hello=says(OK, ms=51))
        assert run.status()[0] == 504
        assert run.simulation.now_at == 50_000

    def test_an_answer_at_the_last_instant_is_in_time_or_late_but_one_thing_only(self):
        run = ApiRun(a_rest_api(ROUTES), Hello=says(OK, ms=29_000))
        run.ask()
        run.until(60 * SECOND)
        kinds = [row["kind"] for row in run.records()]
        assert kinds.count("ResponseReturned") + kinds.count("IntegrationTimedOut") == 1


class TestRoutes:
    def test_the_most_specific_takes_the_request(self):
        names = ("exact", "param", "rest", "any")
        routes = {
            "GET /orders/new": to_function("exact"),
            "GET /orders/{id}": to_function("param"),
            "ANY /orders/{proxy+}": to_function("rest"),
            "ANY /": to_function("any"),
        }
        functions = {name.title(): says({"statusCode": 200, "body": name}, name=name) for name in names}
        run = ApiRun(a_rest_api(routes), **functions)
        asked = ["GET /orders/new", "GET /orders/7", "POST /orders/7", "GET /orders/7/lines", "PUT /"]
        assert [run.status(key)[1] for key in asked] == ["exact", "param", "rest", "rest", "any"]
        assert [event["pathParameters"] for event in run.events()] == [
            None,
            {"id": "7"},
            {"proxy": "7"},
            {"proxy": "7/lines"},
            None,
        ]

    def test_nobody_takes_what_fits_no_route(self):
        assert ApiRun(a_rest_api(ROUTES)).status("GET /hello") == (403, '{"message":"Missing Authentication Token"}')
        run = ApiRun(an_http_api(ROUTES))
        assert run.status("GET /nowhere") == (404, '{"message":"Not Found"}')
        run.balanced()

    def test_the_default_route_takes_what_is_left(self):
        run = ApiRun(an_http_api({**ROUTES, "$default": to_function("rest")}), Rest=says("rest", name="rest"))
        assert run.status("DELETE /anything/at/all")[1] == "rest"

    def test_methods_and_resources_make_a_path(self):
        arn = {"RestApiId": "Shop"}
        resources = {
            "Parts": {
                "Type": "AWS::ApiGateway::Resource",
                "Properties": {**arn, "ParentId": "Shop", "PathPart": "orders"},
            },
            "Part": {
                "Type": "AWS::ApiGateway::Resource",
                "Properties": {**arn, "ParentId": "Parts", "PathPart": "{id}"},
            },
            "Put": {
                "Type": "AWS::ApiGateway::Method",
                "Properties": {
                    **arn,
                    "ResourceId": "Part",
                    "HttpMethod": "PUT",
                    "Integration": {"Type": "AWS_PROXY", "Uri": to_function()["uri"], "TimeoutInMillis": 50},
                },
            },
        }
        run = ApiRun(a_rest_api({}), Hello=says(ms=60), **resources)
        assert run.status("PUT /orders/7")[0] == 504
        assert run.events()[0]["resource"] == "/orders/{id}"

    def test_routes_and_integrations_make_an_http_api(self):
        resources = {
            "Way": {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {"ApiId": "Shop", "RouteKey": "GET /orders", "Target": "integrations/End"},
            },
            "End": {
                "Type": "AWS::ApiGatewayV2::Integration",
                "Properties": {"ApiId": "Shop", "IntegrationType": "AWS_PROXY", "IntegrationUri": to_function()["uri"]},
            },
        }
        run = ApiRun(an_http_api({}), Hello=says("yes"), **resources)
        assert run.status("GET /orders") == (200, "yes")


class TestThrottling:
    def test_a_method_has_its_own_limit(self):
        limit = [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 2, "ThrottlingBurstLimit": 3}]
        run = ApiRun(a_rest_api(ROUTES, MethodSettings=limit), Hello=says(OK, ms=0))
        asked = []
        for at in (0, 0, 0, 0, 499_999, 500_000, 500_000):
            run.until(at)
            run.command("apigateway:Invoke", at, TargetArn=run.api, Method="POST", Path="/hello")
        run.until(SECOND)
        asked = [row["kind"] for row in run.records() if row["kind"] in ("RequestIntegrated", "ApiThrottled")]
        assert asked == [
            *["RequestIntegrated"] * 3,
            "ApiThrottled",
            "ApiThrottled",
            "RequestIntegrated",
            "ApiThrottled",
        ]

    def test_the_account_takes_five_thousand_at_once(self):
        run = ApiRun(a_rest_api({"GET /": {"type": "mock", "responses": {"default": {"statusCode": "200"}}}}))
        run.ok("client:StartTraffic", TargetArn=run.api, Mode="burst", Count=5_002, MessageBody="x")
        run.until(0)
        kinds = [row["kind"] for row in run.records()]
        assert (kinds.count("ResponseReturned"), kinds.count("ApiThrottled")) == (5_000, 2)


class TestTheClient:
    def test_sees_a_status_and_tries_again_under_one_root(self):
        run = ApiRun(a_rest_api(ROUTES), Hello=says("oops", ms=10))
        run.ok("client:StartTraffic", TargetArn=run.api, MessageBody='{"n": {{index}}}')
        run.until(60 * SECOND)
        found = run.records()
        failed = [row for row in found if row["kind"] == "ErrorReturned"]
        assert [row["status"] for row in failed] == [502] * 3
        roots = {run.simulation.environment.subjects.root[row["subject"]] for row in failed}
        given_up = [row for row in found if row["kind"] == "RequestGivenUp"]
        assert roots == {given_up[0]["subject"]}
        assert [row["error_type"] for row in given_up] == ["HTTP502"]

    def test_does_not_try_again_what_is_its_own_fault(self):
        run = ApiRun(a_rest_api(ROUTES))
        run.ok("client:StartTraffic", TargetArn=run.api, MessageBody="{}", Path="/nowhere", Method="GET")
        run.until(60 * SECOND)
        assert [row["kind"] for row in run.records()].count("RouteNotFound") == 1

    def test_a_path_may_hold_the_number(self):
        run = ApiRun(a_rest_api({"PUT /orders/{id}": to_function()}))
        run.ok("client:StartTraffic", TargetArn=run.api, Mode="burst", Count=2, MessageBody="{}")
        run.until(SECOND)
        assert [event["path"] for event in run.events()] == ["/orders/1", "/orders/2"]

    def test_an_outage_of_the_api_is_met_by_the_sdk(self):
        run = ApiRun(a_rest_api(ROUTES))
        run.ok("playground:PutFault", Target="Shop", Kind="outage")
        run.ok("client:StartTraffic", TargetArn=run.api, MessageBody="{}")
        run.until(60 * SECOND)
        kinds = [row["kind"] for row in run.records()]
        assert (kinds.count("RequestFailed"), kinds.count("RequestReceived")) == (3, 0)

    def test_a_fault_on_the_way_to_the_function_is_the_apis_error(self):
        run = ApiRun(a_rest_api(ROUTES))
        link = next(link.id for link in run.topology.links if link.kind == "api-integration")
        run.ok("playground:PutFault", Target=link, Kind="outage")
        assert run.status()[0] == 500


def test_the_unlikely_is_refused_in_words():
    run = ApiRun(a_rest_api(ROUTES), Other=a_function("other"), More=a_queue("more"))
    assert run.no("apigateway:Invoke", TargetArn="nobody")[0] == "NotFoundException"
    assert run.no("apigateway:Invoke", TargetArn=run.api, Method="FETCH")[0] == "BadRequestException"
    assert run.no("apigateway:Invoke", TargetArn=run.api, Headers=["x"])[0] == "BadRequestException"
    assert run.no("apigateway:Invoke", TargetArn=run.api, Body={"a": 1})[0] == "BadRequestException"


def test_what_aws_answers_about_apis():
    run = ApiRun(a_rest_api(ROUTES))
    (api,) = run.ok("apigateway:GetRestApis")["items"]
    assert api["name"] == "shop"
    assert run.ok("apigateway:GetResources", restApiId=api["id"]) == {
        "items": [{"id": "r0", "path": "/hello", "resourceMethods": {"POST": {}}}]
    }
    assert run.no("apigateway:GetResources", restApiId="x") == ("NotFoundException", "Invalid API identifier specified")
