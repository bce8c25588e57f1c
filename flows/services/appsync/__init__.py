"""AWS AppSync: GraphQL APIs whose fields are resolved by functions, tables, buses, databases and other services.

**Simulated**: schemas with AWS's scalars and directives; queries and mutations as the GraphQL specification executes them (fields side by
side, a mutation's one after another, null where a field failed, its parents too where nothing may be null), with errors in `errors`,
their path, type, data and info; unit and pipeline resolvers, direct Lambda resolvers, VTL templates (`#if`, `#foreach`, `#return`, `$ctx`,
`$util`) and APPSYNC_JS code (`util`, `runtime.earlyReturn`, `@aws-appsync/utils/dynamodb`), stash and `prev.result`; data sources: functions
(`Invoke`, `BatchInvoke`, MaxBatchSize), tables (GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan, with conditions), event buses,
HTTP (AWS's own endpoints by their target header), databases (statements by the Data API), NONE; 30 s for a request, while what it called
goes on; limits of depth and of resolvers; subscriptions (`@aws_subscribe`, arguments that have to fit) as records of who is told what;
EvaluateMappingTemplate and EvaluateCode.

**Approximated**: AppSync itself takes no time; other HTTP endpoints answer 200 with nothing; a subscription is an operation of ours where
AWS has a WebSocket; enhanced subscription filters tell everybody; AWS's scalars are not checked for their form; `$util.matches` and
`split` take patterns literally; beyond a hundred resolvers a request goes on round by round; the words of validation errors are
graphql-core's behind AppSync's kinds; BatchInvoke without MaxBatchSize takes five.

**Left out**: authorization (everybody may call, `identity` is null), caching, OpenSearch, batch and transaction operations of tables,
`select`, `insert`, `update` and `remove` of `@aws-appsync/utils/rds`, conflict detection and versioned sources, merged APIs, Events APIs,
custom domains, WAF, field-level metrics; operations that make or change APIs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.appsync.api import GraphqlApi
from flows.services.appsync.config import GraphqlConfig
from flows.services.appsync.operations import OPERATIONS
from flows.services.appsync.records import KINDS
from flows.services.ports import Service
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> GraphqlApi | None:
    return GraphqlApi(world, node, node.config) if isinstance(node.config, GraphqlConfig) else None


def connect(_world: World, _node: CompiledNode) -> None:
    """An API finds what it calls when it is called."""


SERVICE = Service("appsync", OPERATIONS, KINDS, build, connect)
