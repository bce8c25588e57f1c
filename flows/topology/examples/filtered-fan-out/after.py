import json

import boto3


def place(order):
    boto3.client("sns").publish(
        TopicArn="orders", Message=json.dumps(order)
    )
