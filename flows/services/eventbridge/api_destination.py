"""An API destination: an HTTP endpoint outside, which takes so many requests a second.

The endpoint is a stub: it takes what it is sent, and fails by faults alone (an outage is a 503, a throttle a 429). Retries belong to the
rule's target; the rate spaces requests evenly, and what waits for its turn waits at the rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.deliveries import deliver
from flows.services.eventbridge import records
from flows.services.eventbridge.config import EndpointConfig
from flows.services.eventbridge.quotas import SECOND_US
from flows.services.faults import Struck
from flows.services.ports import NO_LINK, Delivery, Refusal

if TYPE_CHECKING:
    from flows.services.eventbridge.config import ApiDestinationConfig
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

STUB = "Redrive::Stub"
LINK = "api-destination-endpoint"


class ApiDestination:
    def __init__(self, world: World, node: CompiledNode, config: ApiDestinationConfig) -> None:
        self.world = world
        self.environment = world.environment
        self.node, self.name, self.arn = node.index, config.name, node.arn
        self.connection_arn, self.endpoint = config.connection_arn, config.endpoint
        self.method, self.description = config.method, config.description
        self.per_second = config.per_second
        self.made_at = self.changed_at = world.environment.now_at
        self.link = NO_LINK
        self._free_at = 0

    def turn(self) -> int:
        """The instant at which the next request may go; it is taken."""
        turn_at = max(self.environment.now_at, self._free_at)
        self._free_at = turn_at + SECOND_US // self.per_second
        return turn_at

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A request to the endpoint (`Recipient`)."""
        endpoint = self.place()
        detail = (self.link, f"{self.method} {self.endpoint}")
        write = self.environment.recorder.write
        sent = write(records.REQUESTED, self.node, delivery.parent, delivery.request, delivery.cause, 0, detail)
        onwards = Delivery(delivery.body, delivery.parent, self.link, delivery.request, sent, source=self.node)
        got = deliver(self.world, endpoint, onwards)
        return got.refusal if isinstance(got, Struck) else got

    def place(self) -> int:
        """The stub that stands for the endpoint."""
        topology = self.world.topology
        for link in topology.links_from(self.node):
            if link.kind == LINK:
                self.link = link.index
                return link.target
        stub = topology.by_arn.get(self.endpoint) or self.world.create(STUB, self.endpoint, None, arn=self.endpoint)
        self.link = self.world.join(LINK, self.node, stub.index, EndpointConfig(self.node)).index
        return stub.index

    def point_to(self, endpoint: str) -> None:
        """Another endpoint from now on."""
        if endpoint == self.endpoint:
            return
        self.endpoint = endpoint
        for link in list(self.world.topology.links_from(self.node)):
            if link.kind == LINK:
                self.world.part(link.index)
        self.link = NO_LINK
