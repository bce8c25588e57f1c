import json

import boto3


def checkout(event, context):
    boto3.client("sqs").send_message(
        QueueUrl="orders", MessageBody=json.dumps(event)
    )
