"""SAM's GraphQL APIs and CloudFormation's, imported and asked."""

from __future__ import annotations

from flows.importers.cloudformation import import_template
from flows.topology import compile_topology, validate
from tests.services.appsync_cast import ShopRun

SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: |
        type Order { id: ID! item: String }
        type Query { order(id: ID!): Order  hello: String }
        type Mutation { addOrder(id: ID!, item: String!): Order }
      Auth: {Type: AWS_IAM}
      DataSources:
        DynamoDb:
          Orders: {TableName: !Ref Table, TableArn: !GetAtt Table.Arn}
      Functions:
        put:
          DataSource: Orders
          Runtime: {Name: APPSYNC_JS, Version: 1.0.0}
          InlineCode: |
            import { util } from "@aws-appsync/utils";
            export function request(ctx) {
              const { id, item } = ctx.args;
              return { operation: "PutItem", key: util.dynamodb.toMapValues({ id }), attributeValues: util.dynamodb.toMapValues({ item }) };
            }
            export function response(ctx) { return ctx.result; }
        get: {DataSource: Orders, Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, CodeUri: get.js}
        greet: {DataSource: NONE, InlineCode: "export const request = () => ({payload: 'hi'}); export const response = (ctx) => ctx.result;"}
      Resolvers:
        Mutation: {addOrder: {Pipeline: [put]}}
        Query:
          order: {Pipeline: [get]}
          hello: {Pipeline: [greet]}
  Table: {Type: AWS::Serverless::SimpleTable}
"""
GET = """
import * as ddb from '@aws-appsync/utils/dynamodb'
export function request(ctx) { return ddb.get({ key: { id: ctx.args.id } }) }
export const response = (ctx) => ctx.result
"""


def test_sams_graphql_api_is_written_out_and_answers():
    result = import_template({"template.yaml": SAM.encode(), "get.js": GET.encode()}, "template.yaml")
    assert [found.code for found in validate(result.document) if found.severity == "error"] == []
    run = ShopRun(compile_topology(result.document))
    assert run.asks('mutation { addOrder(id: "a", item: "tea") { id item } }') == {
        "data": {"addOrder": {"id": "a", "item": "tea"}}
    }
    assert run.asks('{ order(id: "a") { item } hello }') == {"data": {"order": {"item": "tea"}, "hello": "hi"}}
    links = [(link.kind, run.topology.nodes[link.target].id) for link in run.topology.links if link.kind != "send"]
    assert links == [("appsync-datasource", "Table")]
