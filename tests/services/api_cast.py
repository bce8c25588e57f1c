"""The cast of the APIs' tests: a REST or an HTTP API `shop` in front of the function `hello`, and the queue `orders`."""

from __future__ import annotations

import json
from typing import Any

from flows.services.kinds import KINDS
from flows.services.ports import Answer
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import ACCOUNT, REGION, Run, a_function, a_queue, a_topology, function_arn

REST_ARN = f"arn:aws:apigateway:{REGION}::/restapis/Shop"
HTTP_ARN = f"arn:aws:apigateway:{REGION}::/apis/Shop"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:saga"


def to_function(name: str = "hello", **more: Any) -> dict[str, Any]:
    """A proxy integration."""
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn(name)}/invocations"
    return {"type": "aws_proxy", "httpMethod": "POST", "uri": uri, **more}


def to_service(action: str, template: str, **more: Any) -> dict[str, Any]:
    """A REST API's integration with another service ("sqs:path/123456789012/orders")."""
    return {
        "type": "aws",
        "uri": f"arn:aws:apigateway:{REGION}:{action}",
        "requestTemplates": {"application/json": template},
        "responses": {"default": {"statusCode": "200"}},
        **more,
    }


def a_body(**routes: Any) -> dict[str, Any]:
    """An OpenAPI body; routes as `{"POST /orders": integration}`."""
    paths: dict[str, Any] = {}
    for key, integration in routes.items():
        method, _, path = key.rpartition(" ")
        word = "x-amazon-apigateway-any-method" if method in ("", "ANY") else method.lower()
        paths.setdefault(path, {})[word] = {"x-amazon-apigateway-integration": integration}
    return {"openapi": "3.0.1", "paths": paths}


def a_rest_api(routes: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop", "Body": a_body(**routes), **properties}}


def an_http_api(routes: dict[str, Any], **properties: Any) -> dict[str, Any]:
    given = {"Name": "shop", "ProtocolType": "HTTP", "Body": a_body(**routes), **properties}
    return {"Type": "AWS::ApiGatewayV2::Api", "Properties": given}


def says(output: Any = None, ms: int = 100, name: str = "hello", **behaviour: Any) -> dict[str, Any]:
    """A function with an answer."""
    told = {"duration": {"kind": "constant", "ms": ms}, "failures": [], "output": output, **behaviour}
    return {**a_function(name, Timeout=60), "playground": {"behaviour": told}}


class ApiRun(Run):
    """A run with an API `Shop`."""

    def __init__(self, api: dict[str, Any], seed: int = 1, **resources: dict[str, Any]) -> None:
        self.whole: list[Any] = []
        cast = {"Hello": says(), "Orders": a_queue("orders"), **resources}
        super().__init__(a_topology(Shop=api, **cast), seed)
        self.api = REST_ARN if api["Type"].endswith("RestApi") else HTTP_ARN

    def ask(self, key: str = "POST /hello", body: str | None = None, **params: Any) -> dict[str, Any]:
        """The response, as soon as it is there."""
        method, _, path = key.rpartition(" ")
        given = {"TargetArn": self.api, "Method": method, "Path": path, **params}
        if body is not None:
            given["Body"] = body
        heard: list[Answer] = []
        answer = self.simulation.call(self.simulation.world.caller("Alice"), "apigateway", "Invoke", given)
        if isinstance(answer, Answer):
            heard.append(answer)
        else:
            self.simulation.when(answer, heard.append)
            while not heard:
                assert self.simulation.step()
        assert heard[0].refusal is None, heard[0].refusal
        return heard[0].output or {}

    def status(self, key: str = "POST /hello", body: str | None = None, **params: Any) -> tuple[int, str]:
        said = self.ask(key, body, **params)
        return said["StatusCode"], said["Body"]

    def events(self) -> list[Any]:
        """What functions were invoked with."""
        bodies, subjects = self.simulation.environment.bodies, self.simulation.environment.subjects
        found = [subjects.body[subject] for subject in range(1, len(subjects) + 1) if subjects.kind[subject] == 2]
        return [json.loads(bodies.text(number)) for number in found]

    def balanced(self) -> None:
        assert violations(KINDS, [self.simulation.drain()]) == []

    def again(self) -> None:
        """Go on in another simulation, out of a box."""
        self.simulation = Simulation.restore(self.simulation.checkpoint(), self.topology)
