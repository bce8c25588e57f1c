import json
import traceback

import boto3

invoke = boto3.client("lambda").invoke
queue = boto3.client("sqs")


def handler(event, context):
    record = {
        "requestContext": {"requestId": context.aws_request_id},
        "requestPayload": event,
    }
    for attempt in (1, 2):
        record["requestContext"]["approximateInvokeCount"] = attempt
        try:
            result = convert(event)
        except Exception as error:
            record["responsePayload"] = {
                "errorMessage": str(error),
                "stackTrace": traceback.format_exc(),
            }
        else:
            record["responsePayload"] = result
            invoke(
                FunctionName="store",
                InvocationType="Event",
                Payload=json.dumps(record),
            )
            return result
    return queue.send_message(
        QueueUrl="failures", MessageBody=json.dumps(record)
    )
