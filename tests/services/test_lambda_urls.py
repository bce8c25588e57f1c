"""Function URLs: what an HTTP request becomes, and what the answer is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.services.ports import Answer
from tests.builders import Run, a_function, a_topology, function_arn

NAME = "hello"


def a_function_with_a_url(output: Any = None, **behaviour: Any) -> tuple[Run, str]:
    told = {"duration": {"kind": "constant", "ms": 100}, "output": output, **behaviour}
    run = Run(a_topology(Hello={**a_function(NAME), "playground": {"behaviour": told}}))
    return run, run.ok("lambda:CreateFunctionUrlConfig", FunctionName=NAME, AuthType="NONE")["FunctionUrl"]


def request(run: Run, **params: Any) -> dict[str, Any]:
    heard: list[Answer] = []
    given = run.simulation.call(run.simulation.world.caller("Alice"), "lambda", "InvokeFunctionUrl", params)
    if isinstance(given, Answer):
        heard.append(given)
    else:
        run.simulation.when(given, heard.append)
        while not heard:
            assert run.simulation.step()
    assert heard[0].refusal is None, heard[0].refusal
    return heard[0].output or {}


def test_a_url_is_made_shown_changed_and_deleted():
    run, url = a_function_with_a_url()
    assert url.startswith("https://")
    assert url.endswith(".lambda-url.eu-west-1.on.aws/")
    assert run.ok("lambda:GetFunctionUrlConfig", FunctionName=NAME) == {
        "FunctionUrl": url,
        "FunctionArn": function_arn(NAME),
        "AuthType": "NONE",
        "CreationTime": "2026-01-01T00:00:00.000Z",
        "LastModifiedTime": "2026-01-01T00:00:00.000Z",
        "InvokeMode": "BUFFERED",
    }
    code, _ = run.no("lambda:CreateFunctionUrlConfig", FunctionName=NAME, AuthType="NONE")
    assert code == "ResourceConflictException"
    changed = run.ok("lambda:UpdateFunctionUrlConfig", FunctionName=NAME, AuthType="AWS_IAM")
    assert changed["AuthType"] == "AWS_IAM"
    run.ok("lambda:DeleteFunctionUrlConfig", FunctionName=NAME)
    assert run.no("lambda:GetFunctionUrlConfig", FunctionName=NAME)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("output", "status", "body"),
    [
        ({"hello": "world"}, 200, '{"hello":"world"}'),
        ("plain", 200, "plain"),
        (None, 200, "null"),
        ({"statusCode": 404, "body": "none", "headers": {"x": "y"}}, 404, "none"),
        ({"statusCode": 201, "body": {"id": 1}}, 201, '{"id":1}'),
    ],
)
def test_what_the_function_returns_is_the_response(output, status, body):
    run, url = a_function_with_a_url(output)
    answer = request(run, FunctionUrl=url)
    assert (answer["StatusCode"], answer["Body"]) == (status, body)


def test_a_failure_is_a_502_and_a_throttled_function_a_429():
    run, url = a_function_with_a_url(failures=[{"how": "raise"}])
    assert request(run, FunctionUrl=url)["StatusCode"] == 502
    run.ok("lambda:PutFunctionConcurrency", FunctionName=NAME, ReservedConcurrentExecutions=0)
    assert request(run, FunctionUrl=url)["StatusCode"] == 429


def test_the_event_is_of_payload_format_two():
    run, url = a_function_with_a_url()
    given = {"Method": "post", "Path": "/orders", "QueryString": "a=1", "Headers": {"X-A": "b"}, "Body": "hi"}
    request(run, FunctionUrl=url, **given)
    subjects, bodies = run.simulation.environment.subjects, run.simulation.environment.bodies
    started = next(row for row in run.records() if row["kind"] == "InvocationStarted")
    event = json.loads(bodies.text(subjects.body[started["subject"]]))
    assert (event["version"], event["rawPath"], event["rawQueryString"], event["body"]) == (
        "2.0",
        "/orders",
        "a=1",
        "hi",
    )
    assert event["headers"]["x-a"] == "b"
    assert event["requestContext"]["http"]["method"] == "POST"


def test_an_address_of_nobody_is_forbidden():
    run, _ = a_function_with_a_url()
    assert run.no("lambda:InvokeFunctionUrl", FunctionUrl="https://x.lambda-url.eu-west-1.on.aws/")[0] == "Forbidden"
