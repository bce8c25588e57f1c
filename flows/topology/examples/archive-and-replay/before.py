import json
import time

import boto3

log = boto3.resource("dynamodb").Table("all-events")
queue = boto3.client("sqs")


def place(order):
    event = {
        "id": order["orderId"],
        "at": int(time.time()),
        "body": json.dumps(order),
        "ttl": int(time.time()) + 30 * 86400,
    }
    log.put_item(Item=event)
    for name in ("billing", "analytics"):
        try:
            queue.send_message(QueueUrl=name, MessageBody=event["body"])
        except Exception as error:
            print(
                "somebody will have to replay this to",
                name,
                event["id"],
                error,
            )


def replay(first, last, name):
    page = log.scan()
    while True:
        for event in page["Items"]:
            if first <= event["at"] <= last:
                queue.send_message(QueueUrl=name, MessageBody=event["body"])
        if "LastEvaluatedKey" not in page:
            return
        page = log.scan(ExclusiveStartKey=page["LastEvaluatedKey"])
