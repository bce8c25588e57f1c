"""The event of a proxy integration, as a function gets it: payload formats 1.0 and 2.0.

Sources: "Input format of a Lambda function for proxy integration" (REST), "Create AWS Lambda proxy integrations for HTTP APIs".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.engine.environment import Environment
from flows.services.apigateway.config import DEFAULT_ROUTE, HTTP, ApiConfig, RouteConfig
from flows.services.apigateway.request import Request
from flows.services.ports import Json

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SOURCE_IP, AGENT = "203.0.113.1", "redrive"
IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What an event says beside the request itself."""

    api_id: str
    config: ApiConfig
    account: str
    region: str
    request_id: str
    environment: Environment
    began_at: int
    authorizer: Json | None = None
    """What the authorizer said of the caller."""

    @property
    def domain(self) -> str:
        return f"{self.api_id}.execute-api.{self.region}.amazonaws.com"

    @property
    def epoch_ms(self) -> int:
        return self.environment.wall_us(self.began_at) // 1000

    @property
    def time(self) -> str:
        return f"{UNIX_EPOCH + timedelta(milliseconds=self.epoch_ms):%d/%b/%Y:%H:%M:%S +0000}"

    def staged(self, path: str) -> str:
        return path if self.config.stage == DEFAULT_ROUTE else f"/{self.config.stage}{path}"


def headers_of(setting: Setting, request: Request, kind: str) -> dict[str, str]:
    usual = {"Content-Type": "application/json"} if request.body is not None else {}
    named = {name.lower() for name in request.headers}
    usual = {
        name: value
        for name, value in {
            **usual,
            "Host": setting.domain,
            "User-Agent": AGENT,
            "X-Forwarded-For": SOURCE_IP,
            "X-Forwarded-Port": "443",
            "X-Forwarded-Proto": "https",
        }.items()
        if name.lower() not in named
    }
    found = {**request.headers, **usual}
    return {name.lower(): value for name, value in found.items()} if kind == HTTP else found


def event_1(setting: Setting, request: Request, route: RouteConfig, parameters: dict[str, str]) -> Json:
    """Payload format 1.0. A REST API's has no `version`; an HTTP API's has no stage in its headers' names."""
    config = setting.config
    headers = headers_of(setting, request, config.kind)
    pairs = request.query_pairs()
    many: dict[str, list[str]] = {}
    for name, value in pairs:
        many.setdefault(name, []).append(value)
    resource = route.path
    event: Json = {"version": "1.0"} if config.kind == HTTP else {}
    return event | {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": many or None,
        "pathParameters": parameters or None,
        "stageVariables": dict(config.variables) or None,
        "requestContext": {
            "accountId": setting.account,
            "apiId": setting.api_id,
            **({} if setting.authorizer is None else {"authorizer": setting.authorizer}),
            "domainName": setting.domain,
            "domainPrefix": setting.api_id,
            "extendedRequestId": setting.request_id,
            "httpMethod": request.method,
            "identity": {
                **dict.fromkeys(IDENTITY),
                "sourceIp": SOURCE_IP,
                "user": None,
                "userAgent": AGENT,
                "userArn": None,
            },
            "path": setting.staged(request.path),
            "protocol": "HTTP/1.1",
            "requestId": setting.request_id,
            "requestTime": setting.time,
            "requestTimeEpoch": setting.epoch_ms,
            "resourceId": None,
            "resourcePath": resource,
            "stage": config.stage,
        },
        "body": request.body,
        "isBase64Encoded": False,
    }


def event_2(setting: Setting, request: Request, route: RouteConfig, parameters: dict[str, str]) -> Json:
    """Payload format 2.0: what is not there is left out, what is there twice is joined with a comma."""
    config = setting.config
    path = setting.staged(request.path)
    headers = headers_of(setting, request, HTTP)
    cookies = headers.pop("cookie", None)
    query: dict[str, str] = {}
    for name, value in request.query_pairs():
        query[name] = f"{query[name]},{value}" if name in query else value
    event: Json = {"version": "2.0", "routeKey": route.key, "rawPath": path, "rawQueryString": request.query}
    optional: Json = {"cookies": cookies.split("; ")} if cookies is not None else {}
    event |= {**optional, "headers": headers}
    if query:
        event["queryStringParameters"] = query
    event["requestContext"] = {
        "accountId": setting.account,
        "apiId": setting.api_id,
        **({} if setting.authorizer is None else {"authorizer": setting.authorizer}),
        "domainName": setting.domain,
        "domainPrefix": setting.api_id,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": SOURCE_IP,
            "userAgent": headers["user-agent"],
        },
        "requestId": setting.request_id,
        "routeKey": route.key,
        "stage": config.stage,
        "time": setting.time,
        "timeEpoch": setting.epoch_ms,
    }
    rest: dict[str, Any] = {
        "body": request.body,
        "pathParameters": parameters or None,
        "stageVariables": dict(config.variables) or None,
    }
    event |= {name: value for name, value in rest.items() if value is not None}
    event["isBase64Encoded"] = False
    return event


def context_of(setting: Setting, request: Request, route: RouteConfig) -> Json:
    """`$context` of a mapping template, and of an HTTP API's parameters."""
    return {
        "accountId": setting.account,
        "apiId": setting.api_id,
        **({} if setting.authorizer is None else {"authorizer": setting.authorizer}),
        "domainName": setting.domain,
        "domainPrefix": setting.api_id,
        "extendedRequestId": setting.request_id,
        "httpMethod": request.method,
        "identity": {"sourceIp": SOURCE_IP, "userAgent": AGENT},
        "path": setting.staged(request.path),
        "protocol": "HTTP/1.1",
        "requestId": setting.request_id,
        "requestTime": setting.time,
        "requestTimeEpoch": setting.epoch_ms,
        "resourcePath": route.path,
        "routeKey": route.key,
        "stage": setting.config.stage,
    }
