import json

import boto3


def handler(event, context):
    boto3.client("kinesis").put_record(
        StreamName="measurements",
        PartitionKey="readings",
        Data=json.dumps(event),
    )
