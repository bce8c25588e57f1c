import json

import boto3

queue = boto3.client("sqs")


def take_order(event, context):
    """The function behind /orders/later, whose only work was to put things into a queue."""
    try:
        queue.send_message(
            QueueUrl="orders",
            MessageBody=json.dumps(json.loads(event["body"])),
        )
    except ValueError:
        return {"statusCode": 400, "body": "That is no JSON."}
    except Exception:
        return {"statusCode": 502, "body": "Try again."}
    return {"statusCode": 202, "body": ""}


def charge_later(event, context):
    for record in event["Records"]:
        charge(json.loads(record["body"]))
