import json


def handler(event, context):
    for record in event["Records"]:
        render(json.loads(record["body"]))
