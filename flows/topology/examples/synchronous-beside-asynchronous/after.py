import json


def charge_later(event, context):
    for record in event["Records"]:
        charge(json.loads(record["body"]))
