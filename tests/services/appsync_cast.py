"""The cast of the tests about GraphQL: an API `shop` about orders, a table `orders`, a function `prices`."""

from __future__ import annotations

import json
from typing import Any

from flows.services.ports import Pending
from flows.topology.compiled import CompiledTopology
from tests.builders import ACCOUNT, REGION, SECOND, Run, a_function, a_topology, function_arn

API = f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/Shop"
SCHEMA = """
type Order { id: ID!  item: String!  price: Int  notes: [Note!]  customer: Customer }
type Note { text: String!  by: String }
type Customer { name: String! }
input OrderInput { item: String!  tags: [String!] }
type Query { order(id: ID!): Order  orders: [Order!]!  hello: String  must: String! }
type Mutation { addOrder(id: ID, input: OrderInput!): Order  cancel(id: ID!): Order  audit: String }
type Subscription {
  added(id: ID): Order @aws_subscribe(mutations: ["addOrder"])
}
schema { query: Query mutation: Mutation subscription: Subscription }
"""


def an_api(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::AppSync::GraphQLApi",
        "Properties": {"Name": "Shop", "AuthenticationType": "API_KEY", **properties},
    }


def a_part(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::AppSync::{type_}", "Properties": {"ApiId": "Shop", **properties}}


def a_resolver(field: str, source: str = "", **properties: Any) -> dict[str, Any]:
    """`Query.order`; keyword arguments are CloudFormation's."""
    type_, _, name = field.partition(".")
    given = {"DataSourceName": source} if source else {}
    return a_part("Resolver", TypeName=type_, FieldName=name, **given, **properties)


def templates(request: Any, response: str | None = "$util.toJson($ctx.result)") -> dict[str, Any]:
    """A request template (JSON, or a text) and one that hands the result on."""
    text = request if isinstance(request, str) else json.dumps(request)
    return {"RequestMappingTemplate": text, **({} if response is None else {"ResponseMappingTemplate": response})}


def prices(
    output: Any = 7, ms: int = 100, failures: list[dict[str, Any]] | None = None, **properties: Any
) -> dict[str, Any]:
    function = a_function("prices", ms, failures, **properties)
    function["playground"]["behaviour"]["output"] = output
    return function


def shop(resolvers: dict[str, dict[str, Any]], schema: str = SCHEMA, **more: Any) -> CompiledTopology:
    """The API with its resolvers by any name; the table, the function and a source for each, and one of nothing."""
    table = {
        "TableName": "orders",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    resources: dict[str, Any] = {
        "Shop": an_api(),
        "Schema": a_part("GraphQLSchema", Definition=schema),
        "Orders": {"Type": "AWS::DynamoDB::Table", "Properties": table},
        "Prices": prices(),
        "TableSource": a_part(
            "DataSource", Name="table", Type="AMAZON_DYNAMODB", DynamoDBConfig={"TableName": "orders"}
        ),
        "FunctionSource": a_part(
            "DataSource", Name="function", Type="AWS_LAMBDA", LambdaConfig={"LambdaFunctionArn": function_arn("prices")}
        ),
        "Nothing": a_part("DataSource", Name="nothing", Type="NONE"),
        **{f"Resolver{number}": given for number, given in enumerate(resolvers.values())},
        **more,
    }
    return a_topology(**resources)


class ShopRun(Run):
    """A run in which requests are made and waited for."""

    def asks(self, query: str, variables: dict[str, Any] | None = None, wait: int = 40 * SECOND) -> dict[str, Any]:
        """The body of the answer."""
        world = self.simulation.world
        answer = self.simulation.call(
            world.caller("Alice"), "appsync", "Invoke", {"TargetArn": API, "Query": query, "Variables": variables or {}}
        )
        if isinstance(answer, Pending):
            answers: list[Any] = []
            world.when(answer, answers.append)
            self.until(self.simulation.now_at + wait)
            (answer,) = answers
        assert answer.refusal is None, answer.refusal
        assert isinstance(answer.output, dict)
        self.status = answer.output["StatusCode"]
        found: dict[str, Any] = json.loads(answer.output["Body"])
        return found
