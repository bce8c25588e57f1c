"""A GraphQL API: its resolvers by field, its data sources by name, and who listens to which mutations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.engine.subjects import SubjectKind
from flows.services.appsync import records
from flows.services.appsync.config import DataSourceConfig, GraphqlConfig
from flows.services.appsync.exchange import Exchange
from flows.services.appsync.preparing import prepare
from flows.services.appsync.quotas import QUOTAS
from flows.services.ports import NO_LINK, Answer, Caller, Delivery, Json, Pending, Refusal
from flows.topology.configure_graphql import why_refused
from flows.topology.graphql_schema import schema_of
from flows.topology.lazily import graphql
from flows.topology.request_templates import parsed

if TYPE_CHECKING:
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode


class Subscription:
    """Somebody who listens: the field of the schema's Subscription, and the arguments it was asked for with."""

    def __init__(
        self, id_: str, field: str, mutations: tuple[str, ...], arguments: Json, fields: tuple[str, ...]
    ) -> None:
        self.id, self.field, self.mutations = id_, field, mutations
        self.arguments, self.fields = arguments, fields
        self.told = 0


class GraphqlApi:
    def __init__(self, world: World, node: CompiledNode, config: GraphqlConfig) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.id, self.name, self.arn = node.index, node.id, node.name, node.arn
        self.config = config
        self.resolvers = {(resolver.type, resolver.field): resolver for resolver in config.resolvers}
        self.sources = {source.name: source for source in config.sources}
        self.problem = why_refused(config.schema)
        """Why it answers nobody: it has no schema, or one that AWS would refuse."""
        self.subscriptions: dict[str, Subscription] = {}
        self._made = 0

    def is_resolved(self, type_: str, field: str) -> bool:
        return (type_, field) in self.resolvers

    def link_to(self, source: str) -> int:
        """The link that was drawn for a data source."""
        for link in self.world.topology.links_from(self.node):
            if isinstance(link.config, DataSourceConfig) and link.config.source == source:
                return link.index
        return NO_LINK

    def handle(self, caller: Caller, request: Json, *, as_sdk: bool) -> Answer | Pending:
        """One request: {query, variables?, operationName?, headers?}."""
        number = self.environment.bodies.number(
            json.dumps({key: request[key] for key in ("query", "variables") if key in request}, default=str)
        )
        subject = self.environment.subjects.new(int(SubjectKind.REQUEST), caller.parent, 0, number)
        link = caller.link if caller.link != NO_LINK else self.world.link_between(caller.node, self.node)
        return Exchange(self, subject, caller, link, request, as_sdk=as_sdk).begin()

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A rule's target: `system["AppSyncParameters"]` says the mutation, the text its variables (`Recipient`)."""
        said = delivery.system.get("AppSyncParameters")
        query = said.get("GraphQLOperation") if isinstance(said, dict) else None
        if not isinstance(query, str):
            return Refusal("InvalidParameterValue", "The target does not say which GraphQL operation to call.")
        variables = parsed(self.environment.bodies.text(delivery.body))
        topology, source = self.world.topology, max(delivery.source, 0)
        caller = Caller(
            topology.nodes[source].name,
            source,
            topology.account,
            topology.region,
            delivery.request,
            delivery.link,
            cause=delivery.cause,
            parent=delivery.parent,
        )
        before = len(self.environment.subjects)
        answer = self.handle(caller, {"query": query, "variables": variables}, as_sdk=True)
        refusal = answer.refusal if isinstance(answer, Answer) else None
        return before + 1 if refusal is None else refusal

    # ── subscriptions ───────────────────────────────────────────────────────────────────────────────────────────────

    def subscribe(self, caller: Caller, query: str, variables: Json) -> Subscription | Refusal:
        """Somebody listens from now on."""
        if self.problem:
            return Refusal("BadRequestException", self.problem)
        prepared = prepare(self.config.schema, query, self.config.depth)
        if prepared.errors or prepared.document is None or prepared.kind("") != "subscription":
            said = str(prepared.errors[0].get("message")) if prepared.errors else "This is no subscription."
            return Refusal("BadRequestException", said)
        if len(self.subscriptions) >= QUOTAS.subscriptions:
            return Refusal("LimitExceededException", "Too many subscriptions.")
        operation = next(
            each for each in prepared.document.definitions if isinstance(each, graphql.OperationDefinitionNode)
        )
        node = next((each for each in operation.selection_set.selections if isinstance(each, graphql.FieldNode)), None)
        schema = schema_of(self.config.schema)
        field = (
            None
            if node is None or schema.subscription_type is None
            else schema.subscription_type.fields.get(node.name.value)
        )
        if node is None or field is None:
            return Refusal("BadRequestException", "A subscription asks for one field.")
        try:
            given = graphql.get_variable_values(schema, operation.variable_definitions or (), variables)
            if isinstance(given, list):
                return Refusal("BadRequestException", given[0].message[:300])
            arguments = graphql.get_argument_values(field, node, given)
        except graphql.GraphQLError as refused:
            return Refusal("BadRequestException", str(refused)[:300])
        self._made += 1
        wanted = tuple(
            each.name.value
            for each in (node.selection_set.selections if node.selection_set is not None else ())
            if isinstance(each, graphql.FieldNode)
        )
        subscription = Subscription(
            f"{self.name}/subscription-{self._made}",
            node.name.value,
            mutations_of(self.config.schema, node.name.value),
            dict(arguments),
            wanted,
        )
        self.subscriptions[subscription.id] = subscription
        detail = (subscription.id, f"Subscription.{subscription.field}")
        self.environment.recorder.write(records.SUBSCRIBED, self.node, 0, caller.request, caller.cause, 0, detail)
        return subscription

    def tell(self, exchange: Exchange, data: Json) -> None:
        """A mutation has happened: who listens to it is told what it selected, where the arguments fit."""
        for subscription in self.subscriptions.values():
            for field, value in data.items():
                if field in subscription.mutations and _fits(subscription.arguments, value):
                    subscription.told += 1
                    said = {name: value.get(name) for name in subscription.fields} if isinstance(value, dict) else value
                    body = self.environment.bodies.number(json.dumps(said, default=str))
                    exchange.write(records.TOLD, (subscription.id, f"Mutation.{field}", body), exchange.cause)


def _fits(arguments: Json, value: Any) -> bool:
    """Every argument that is given equals the member of the mutation's answer of that name."""
    given = {name: each for name, each in arguments.items() if each is not None}
    return not given or (isinstance(value, dict) and all(value.get(name) == each for name, each in given.items()))


def mutations_of(schema: str, field: str) -> tuple[str, ...]:
    """The mutations that `@aws_subscribe` names for a field of the Subscription type."""
    found = schema_of(schema).subscription_type
    node = None if found is None or field not in found.fields else found.fields[field].ast_node
    for directive in node.directives if node is not None else ():
        if directive.name.value == "aws_subscribe":
            values = [argument.value for argument in directive.arguments if argument.name.value == "mutations"]
            return tuple(each.value for value in values for each in getattr(value, "values", ()))
    return ()
