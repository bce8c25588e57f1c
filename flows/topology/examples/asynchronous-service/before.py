import json
import time

import boto3

s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table("orders")
queue = boto3.client("sqs")


def handler(event, context):
    for key in unfinished():
        for wait_s in (0, 60, 120):
            time.sleep(wait_s)
            try:
                table.put_item(Item={"id": key})
            except Exception as error:
                last = error
            else:
                break
        else:
            queue.send_message(
                QueueUrl="not-taken-in",
                MessageBody=json.dumps({"key": key, "error": repr(last)}),
            )
        s3.put_object_tagging(
            Bucket="inbox",
            Key=key,
            Tagging={"TagSet": [{"Key": "done", "Value": "yes"}]},
        )


def unfinished():
    for each in s3.list_objects_v2(Bucket="inbox").get("Contents", []):
        tags = s3.get_object_tagging(Bucket="inbox", Key=each["Key"])[
            "TagSet"
        ]
        if not tags:
            yield each["Key"]
