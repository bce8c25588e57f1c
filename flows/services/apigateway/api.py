"""An API: its routes, its limits, and the exchanges that go through it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.engine.subjects import SubjectKind
from flows.services.apigateway.authorizers import Guards
from flows.services.apigateway.config import HTTP
from flows.services.apigateway.event import Setting
from flows.services.apigateway.exchange import Exchange
from flows.services.apigateway.integrations import Call
from flows.services.apigateway.quotas import QUOTAS
from flows.services.apigateway.routing import Routes
from flows.services.apigateway.throttling import Limits, accounts
from flows.services.ports import NO_LINK, Answer, Caller, Json, Pending
from flows.services.texts import written
from flows.topology.configure_api import timeout_ms

if TYPE_CHECKING:
    from flows.services.apigateway.config import ApiConfig, RouteConfig
    from flows.services.apigateway.request import Request
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

KEY, STUB = "apigateway", "external"
ID_LENGTH, LONGEST_NAME = 10, 200
FIRST = 2**30
"""Handles of requests are below; APIs' ids are made like theirs."""


class Api:
    def __init__(self, world: World, node: CompiledNode, config: ApiConfig) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.name, self.arn, self.config = node.index, node.name, node.arn, config
        self.id = request_id(self.environment.seed, FIRST + node.index).replace("-", "")[:ID_LENGTH]
        self.routes = Routes(config.routes)
        self.guards = Guards(config.kind, config.authorizers)
        self.limits = Limits(config.throttles, world.shared.setdefault(KEY, accounts()))

    def handle(self, caller: Caller, request: Request, *, as_sdk: bool) -> Answer | Pending:
        """One request."""
        body = self.environment.bodies.number(request.body) if request.body else 0
        subject = self.environment.subjects.new(int(SubjectKind.REQUEST), caller.parent, 0, body)
        link = caller.link if caller.link != NO_LINK else self.world.link_between(caller.node, self.node)
        return Exchange(self, subject, caller, link, request, as_sdk=as_sdk).begin(caller.cause)

    def setting(self, exchange: Exchange) -> Setting:
        topology = self.world.topology
        id_ = request_id(self.environment.seed, exchange.subject)
        return Setting(
            self.id,
            self.config,
            topology.account,
            topology.region,
            id_,
            self.environment,
            exchange.began_at,
            exchange.authorizer,
        )

    def integration(self, route: RouteConfig) -> Json:
        return read_integration(route.integration)

    def timeout_us(self, given: Json) -> int:
        """As the integration says, at most 29 s, an HTTP API's 30 s."""
        return timeout_ms(given, http=self.config.kind == HTTP) * 1000

    def too_large(self, request: Request) -> bool:
        return request.body is not None and len(request.body.encode()) > QUOTAS.body_bytes

    def reachable(self, call: Call, target: int) -> tuple[Call, str]:
        """The call as it can be made here, and how it is said: a stub takes what is for it; what nobody takes goes nowhere."""
        said = written(f"{call.service}:{call.operation}")[:LONGEST_NAME]
        node = self.world.topology.nodes[target] if target >= 0 else None
        if node is not None and node.service == STUB:
            params = {
                "TargetArn": node.arn or node.name,
                "Operation": said,
                "Body": json.dumps(call.params, default=str),
            }
            return Call(STUB, "Call", params), said
        room = self.world.door.room(call.service)
        row = room.operations.get(call.operation)
        if room.kind == STUB or row is None or not row.aws:
            return Call("", "", {}), f"{said}, which is not simulated: here it goes well"
        if "QueueUrl" in call.params and node is not None and node.kind == "queue":
            return Call(call.service, call.operation, {**call.params, "QueueUrl": node.url}), said
        return call, said


@lru_cache(4096)
def read_integration(text: str) -> Json:
    """A route's integration; nobody changes it."""
    found: Json = json.loads(text)
    return found
