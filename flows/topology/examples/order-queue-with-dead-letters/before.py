import json
import time

import boto3

queue = boto3.client("sqs")
ORDERS, DEAD = "orders", "orders-dlq"


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        attempts = order.get("attempts", 0) + 1
        try:
            charge(order)
        except Exception as error:
            order |= {"attempts": attempts, "error": repr(error)}
            if attempts < 3:
                queue.send_message(
                    QueueUrl=ORDERS,
                    MessageBody=json.dumps(order),
                    DelaySeconds=30,
                )
            else:
                queue.send_message(
                    QueueUrl=DEAD, MessageBody=json.dumps(order)
                )
        finally:
            queue.delete_message(
                QueueUrl=ORDERS, ReceiptHandle=record["receiptHandle"]
            )


def charge(order):
    time.sleep(0.1)
