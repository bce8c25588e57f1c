import json

import boto3

table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    table.put_item(Item={"id": str(json.loads(event["body"])["order"])})
    return {"statusCode": 201, "body": "placed"}
