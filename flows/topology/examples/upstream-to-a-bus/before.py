import json

import boto3

queue = boto3.client("sqs")
invoke = boto3.client("lambda").invoke
start = boto3.client("stepfunctions").start_execution


def checkout(event, context):
    problems = []
    try:
        queue.send_message(
            QueueUrl="parcels", MessageBody=json.dumps(event)
        )
    except Exception as error:
        problems.append(error)
    try:
        invoke(
            FunctionName="greet",
            InvocationType="Event",
            Payload=json.dumps(event),
        )
    except Exception as error:
        problems.append(error)
    if event["amount"] >= 500:
        try:
            start(stateMachineArn="approval", input=json.dumps(event))
        except Exception as error:
            problems.append(error)
    if problems:
        raise RuntimeError(
            f"Some have heard of it, some have not: {problems}"
        )
