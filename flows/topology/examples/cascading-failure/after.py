import json

import boto3


def handler(event, context):
    boto3.client("sqs").send_message(
        QueueUrl="open-payments", MessageBody=json.dumps(event)
    )
