import json
import time

import boto3

kinesis = boto3.client("kinesis")
queue = boto3.client("sqs")


def handler(event, context):
    for wait_s in (0, 1, 2, 4, 8, 16, 32):
        time.sleep(wait_s)
        try:
            kinesis.put_record(
                StreamName="measurements",
                PartitionKey="readings",
                Data=json.dumps(event),
            )
            return
        except Exception as error:
            print("attempt failed", error)
    try:
        queue.send_message(
            QueueUrl="forward-dlq", MessageBody=json.dumps(event)
        )
    except Exception as error:
        print("and this one is gone", error)
