import json
import time

import boto3

queue = boto3.client("sqs")


def handler(event, context):
    for record in event["Records"]:
        for upload in json.loads(record["Sns"]["Message"])["Records"]:
            for wait_s in (0, 60, 120):
                time.sleep(wait_s)
                try:
                    resize(upload["s3"]["object"]["key"])
                    break
                except Exception as error:
                    last = error
            else:
                letter = {
                    "event": event,
                    "error": repr(last),
                    "request": context.aws_request_id,
                }
                queue.send_message(
                    QueueUrl="resize-dlq", MessageBody=json.dumps(letter)
                )
