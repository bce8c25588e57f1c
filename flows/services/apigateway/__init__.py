"""Amazon API Gateway: REST and HTTP APIs that answer while somebody waits.

**Simulated**: routes from OpenAPI bodies, SAM events, methods and resources, routes and integrations: names, `{parameters}`, `{proxy+}`, ANY and
`$default`, the most specific first; throttling by token buckets (10,000 a second and 5,000 at once for the account, limits of stages, methods
and routes); synchronous functions with payload formats 1.0 and 2.0, their status and body, 502 (an HTTP API: 500) for functions that fail or
answer without a status, 500 (503) where a function is throttled; 504 after 29 s (30 s, or what the integration says) while the function
goes on; mapping templates (`$input`, `$util`, `$context`, `$stageVariables`, `#set`, `#if`, `#foreach`); requests of SQS, SNS, EventBridge, Step
Functions, S3 and every other simulated service by REST integrations, and by HTTP APIs' first-class integrations; mocks; response templates and
selection by status or by what an error says; authorizers: functions asked by token or by request, with REST policies or `isAuthorized`, answers kept
for their TTL, 401, 403 and 500; JWTs judged by issuer, audience, dates and scopes; clients that see status codes, and try 429 and 5xx again as their SDK says.

**Approximated**: API Gateway itself takes no time; HTTP backends, and services that are not simulated, answer 200 with nothing; a function whose
behaviour says no output answers 200 (write an output without a `statusCode` to see a 502); selection patterns are plain ones (those that
could take for ever to match fit nothing); an HTTP API's integration that is too slow is a 504 whatever it calls; one stage per API.

**Left out**: API keys, usage plans, IAM and permissions (everybody may call), signatures of tokens, time limits of authorizers, caching, CORS
preflights that no route takes, request validation, gateway responses of one's own, custom domains, WebSocket APIs, templates with macros (a 500 that
says so, and a check), operations that make or change APIs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.apigateway.api import Api
from flows.services.apigateway.config import ApiConfig
from flows.services.apigateway.operations import OPERATIONS
from flows.services.apigateway.records import KINDS
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Api | None:
    return Api(world, node, node.config) if isinstance(node.config, ApiConfig) else None


def connect(_world: World, _node: CompiledNode) -> None:
    """An API finds what it calls when it is called."""


SERVICE = Service("apigateway", OPERATIONS, KINDS, build, connect)
