import json

import boto3

queue = boto3.client("sqs")


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["Sns"]["Message"])
        send("audit", order)
        if (
            isinstance(order.get("amount"), int | float)
            and order["amount"] >= 100
        ):
            send("big-orders", order)
        if "country" in order and order["country"] != "CH":
            send("abroad", order)
        if "coupon" in order and 0 < order.get("amount", 0) < 50:
            send("coupons", order)


def send(name, order):
    for attempt in range(3):
        try:
            return queue.send_message(
                QueueUrl=name, MessageBody=json.dumps(order)
            )
        except Exception:
            if attempt == 2:
                raise
