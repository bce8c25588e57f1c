import json
import time

import boto3

machines = boto3.client("stepfunctions")
queue = boto3.client("sqs")


def handler(order, context):
    started = machines.start_execution(
        stateMachineArn="fulfilment", input=json.dumps(order)
    )
    while True:
        execution = machines.describe_execution(
            executionArn=started["executionArn"]
        )
        if execution["status"] != "RUNNING":
            break
        time.sleep(5)
    if execution["status"] == "SUCCEEDED":
        queue.send_message(
            QueueUrl="shipped", MessageBody=execution["output"]
        )
    else:
        queue.send_message(
            QueueUrl="apologies", MessageBody=json.dumps(order)
        )
