import json


def handler(event, context):
    for record in event["Records"]:
        for upload in json.loads(record["Sns"]["Message"])["Records"]:
            resize(upload["s3"]["object"]["key"])
