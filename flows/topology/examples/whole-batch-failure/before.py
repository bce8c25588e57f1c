import json

import boto3

done = boto3.resource("dynamodb").Table("charged")


def handler(event, context):
    failures = []
    for record in event["Records"]:
        if "Item" in done.get_item(Key={"id": record["messageId"]}):
            continue
        try:
            charge(json.loads(record["body"]))
        except Exception as error:
            failures.append(error)
        else:
            done.put_item(Item={"id": record["messageId"]})
    if failures:
        raise RuntimeError(
            f"{len(failures)} of the batch failed: all come back"
        )
