"""Authorizers: who may pass, what they are asked, what is kept, and what the client sees."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.apigateway.plain_patterns import fits
from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.topology.resources.api import JWT, AuthorizerConfig, unsigned_token
from flows.traces.projections.ledger import violations
from tests.builders import REGION, SECOND, Run, a_topology, function_arn
from tests.services.api_cast import HTTP_ARN, REST_ARN, a_body, says, to_function
from tests.services.streams_cast import rows

URI = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn('guard')}/invocations"
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}],
}
NOTHING = {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
OTHER = {"Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*/GET/*"}]}
ALICE = {"Authorization": "alice"}


def policy(document, **more):
    return {"principalId": "alice", "policyDocument": document, **more}


def an_api(kind="rest", **authorizer):
    """`POST /orders`, guarded."""
    body = a_body(**{"POST /orders": to_function(**({"payloadFormatVersion": "2.0"} if kind == "http" else {}))})
    body["paths"]["/orders"]["post"]["security"] = [{"guard": authorizer.pop("scopes", [])}]
    usual = {"type": "token", "authorizerUri": URI} if authorizer.get("type") != "jwt" else {}
    scheme = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authorizer": {**usual, **authorizer},
    }
    body["components"] = {"securitySchemes": {"guard": scheme}}
    if kind == "http":
        return {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "shop", "ProtocolType": "HTTP", "Body": body}}
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop", "Body": body}}


def a_run(answer=None, kind="rest", seed=1, failures=(), **authorizer):
    guard = says(answer, ms=50, name="guard", failures=list(failures))
    return Run(a_topology(Shop=an_api(kind, **authorizer), Hello=says({"statusCode": 200}), Guard=guard), seed)


def ask(run, at=None, headers=ALICE, kind="rest", **more):
    """(status, body) of one request."""
    arn = HTTP_ARN if kind == "http" else REST_ARN
    answer = run.ok(
        "apigateway:Invoke", at, TargetArn=arn, Method="POST", Path="/orders", Headers=headers, Body="{}", **more
    )
    if "Pending" in answer:
        run.until(run.simulation.now_at + 5 * SECOND)
    ended = max(rows(run, "ResponseReturned") + rows(run, "ErrorReturned"), key=lambda row: row["sequence"])
    return ended["status"], ended.get("reason", "")


def asked(run):
    """The events that the authorizer got."""
    environment = run.simulation.environment
    return [
        json.loads(environment.bodies.text(environment.subjects.body[row["subject"]]))
        for row in rows(run, "InvocationStarted")
        if environment.subjects.body[row["subject"]]
    ]


# ── functions ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (policy(EVERYTHING), 200),
        (policy(NOTHING), 403),
        (policy(OTHER), 403),
        ({"principalId": "alice"}, 500),
        ("yes", 500),
        (None, 200),
    ],
)
def test_what_a_policy_says_is_done(answer, status):
    assert ask(a_run(answer))[0] == status


def test_without_a_token_nobody_is_asked():
    run = a_run(policy(EVERYTHING))
    assert ask(run, headers={}) == (401, "nothing says who it is")
    assert rows(run, "RequestAuthorizerCalled") == []


def test_a_token_must_fit_the_expression():
    run = a_run(policy(EVERYTHING), identityValidationExpression="^Bearer .+$")
    assert ask(run)[0] == 401
    assert ask(run, headers={"authorization": "Bearer alice"})[0] == 200


@pytest.mark.parametrize(
    ("message", "kind", "status"), [("Unauthorized", "rest", 401), ("oh", "rest", 500), ("oh", "http", 500)]
)
def test_an_authorizer_that_fails(message, kind, status):
    failures = [{"how": "raise", "error": {"type": "Error", "message": message}}]
    assert (
        ask(
            a_run(kind=kind, failures=failures, type="request", identitySource="$request.header.Authorization"),
            kind=kind,
        )[0]
        == status
    )


def test_an_answer_is_kept_for_its_time_and_for_one_identity():
    run = a_run(policy(EVERYTHING), authorizerResultTtlInSeconds=60)
    for at in (1, 30):
        assert ask(run, at * SECOND)[0] == 200
    assert len(rows(run, "RequestAuthorizerCalled")) == 1
    ask(run, 40 * SECOND, headers={"Authorization": "bob"})
    assert len(rows(run, "RequestAuthorizerCalled")) == 2
    ask(run, 62 * SECOND)
    assert len(rows(run, "RequestAuthorizerCalled")) == 3
    run = a_run(policy(EVERYTHING), authorizerResultTtlInSeconds=0)
    for at in (1, 30):
        ask(run, at * SECOND)
    assert len(rows(run, "RequestAuthorizerCalled")) == 2


@pytest.mark.parametrize(
    ("pattern", "text", "fit"),
    [
        (".*Bad Request.*", "400: Bad Request", True),
        ("4\\d{2}", "404", True),
        ("4\\d{2}", "500", False),
        ("400|404|409|410|411|429", "411", True),
        ("(?:Bad|No).*", "Bad", False),
        ("(Bad|No).*", "No way", True),
        ("Bearer [a-z]{3}", "Bearer abc", True),
        (".*.*.*x", "a" * 5000, False),
        ("(.*){9}x", "a" * 200, False),
        ("((a|a){9}){9}x", "a" * 200, False),
        ("(a|a)" * 40 + "x", "a" * 40, False),
        (".*.*.*.*x", "x", False),
        ("[", "[x", False),
    ],
)
def test_patterns_that_could_take_for_ever_fit_nothing_at_once(pattern, text, fit):
    assert fits(pattern, text) is fit


@pytest.mark.parametrize("ttl", ["9" * 5000, 10**40, "²", [1], "soon"])
def test_a_time_that_aws_would_refuse_is_its_longest_or_its_usual(ttl):
    run = a_run(policy(EVERYTHING), authorizerResultTtlInSeconds=ttl)
    assert ask(run)[0] == 200
    assert ask(run, 3601 * SECOND)[0] == 200
    assert len(rows(run, "RequestAuthorizerCalled")) == 2


def test_the_client_waits_for_both():
    run = a_run(policy(EVERYTHING))
    ask(run, SECOND)
    (ended,) = rows(run, "ResponseReturned")
    assert ended["duration"] == 150_000


def test_a_request_authorizer_of_an_http_api_may_answer_simply():
    simple = {"type": "request", "enableSimpleResponses": True, "authorizerPayloadFormatVersion": "2.0"}
    source = {"identitySource": "$request.header.Authorization"}
    assert (
        ask(a_run({"isAuthorized": True, "context": {"who": "alice"}}, "http", **simple, **source), kind="http")[0]
        == 200
    )
    assert ask(a_run({"isAuthorized": False}, "http", **simple, **source), kind="http")[0] == 403
    assert ask(a_run({}, "http", **simple, **source), kind="http")[0] == 500


def test_what_it_says_of_the_caller_is_in_the_event_of_the_integration():
    for kind, answer, authorizer, found in (
        (
            "rest",
            policy(EVERYTHING, context={"who": "alice"}),
            {},
            {"principalId": "alice", "integrationLatency": 0, "who": "alice"},
        ),
        (
            "http",
            {"isAuthorized": True, "context": {"who": "alice"}},
            {"type": "request", "enableSimpleResponses": True, "identitySource": "$request.header.Authorization"},
            {"lambda": {"who": "alice"}},
        ),
    ):
        run = a_run(answer, kind, **authorizer)
        ask(run, kind=kind)
        (event,) = [each for each in asked(run) if "body" in each]
        assert event["requestContext"]["authorizer"] == found


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SHOP = {
    "type": "jwt",
    "identitySource": "$request.header.Authorization",
    "jwtConfiguration": {"issuer": "https://id", "audience": ["shop"]},
}


def a_token(issuer="https://id", audience=("shop",)):
    return {"Authorization": "Bearer " + unsigned_token(AuthorizerConfig("x", JWT, issuer=issuer, audience=audience))}


@pytest.mark.parametrize(
    ("headers", "scopes", "status"),
    [
        (a_token(), [], 200),
        (a_token(issuer="https://other"), [], 401),
        (a_token(audience=("other",)), [], 401),
        ({"Authorization": "Bearer nonsense"}, [], 401),
        ({}, [], 401),
        (a_token(), ["orders:write"], 403),
    ],
)
def test_a_token_is_judged_by_what_it_says_of_itself(headers, scopes, status):
    assert ask(a_run(None, "http", scopes=scopes, **SHOP), kind="http", headers=headers)[0] == status


def test_the_clients_traffic_says_who_it_is():
    for kind, authorizer in (("rest", {}), ("http", SHOP), ("http", {**SHOP, "scopes": ["orders:write"]})):
        run = a_run(None, kind, **authorizer)
        arn = HTTP_ARN if kind == "http" else REST_ARN
        run.ok("client:StartTraffic", 0, TargetArn=arn, Mode="rate", RatePerSecond=1, Count=2, MessageBody="{}")
        run.until(10 * SECOND)
        assert [row["status"] for row in rows(run, "ResponseReturned")] == [200, 200]


# ── boxes and books ─────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25)
@given(seed=st.integers(0, 2**40), cut=st.integers(0, 40))
def test_a_box_at_any_point_changes_nothing_and_every_request_ends_once(seed, cut):
    def begun():
        run = a_run(
            policy(EVERYTHING), seed=seed, failures=[{"how": "raise", "rate": 0.3}], authorizerResultTtlInSeconds=2
        )
        traffic = {"TargetArn": REST_ARN, "Mode": "rate", "RatePerSecond": 3, "Count": 12, "MessageBody": "{}"}
        run.ok("client:StartTraffic", 0, **traffic)
        return run

    straight, boxed = begun(), begun()
    straight.until(20 * SECOND)
    boxed.until(cut * SECOND // 8)
    simulation = Simulation.restore(boxed.simulation.checkpoint(), boxed.topology)
    simulation.run_until(20 * SECOND)
    assert simulation.digest() == straight.simulation.digest()
    assert violations(KINDS, [straight.simulation.drain()]) == []
