import json

import boto3

queue = boto3.client("sqs")


def handler(event, context):
    if (
        event["source"] == "aws.s3"
        and event["detail-type"] == "Object Created"
    ):
        detail = event["detail"]
        send(
            "thumbnails",
            {
                "bucket": detail["bucket"]["name"],
                "key": detail["object"]["key"],
            },
        )
    elif (
        event["source"] == "shop.orders"
        and event["detail-type"] == "OrderPlaced"
    ):
        send("warehouse", event)
        if event["detail"].get("amount", 0) >= 180:
            send("alarms", event)
    elif event["source"].startswith("aws.partner/"):
        send("welcome", event)


def send(name, message):
    queue.send_message(QueueUrl=name, MessageBody=json.dumps(message))
