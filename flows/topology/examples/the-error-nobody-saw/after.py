import boto3


def handler(event, context):
    data = event["Records"][0]["Sns"]["Message"]
    boto3.client("kinesis").put_record(
        StreamName="measurements", PartitionKey="1", Data=data
    )
