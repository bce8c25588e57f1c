import json


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            charge(json.loads(record["body"]))
        except CardDeclined:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
