import boto3

data = boto3.client("rds-data")


def handler(event, context):
    for record in event["Records"]:
        data.execute_statement(
            resourceArn=DATABASE, secretArn=SECRET, sql=insert(record["body"])
        )
