import json
import time

import boto3

seen = boto3.resource("dynamodb").Table("sequence")


def handler(event, context):
    failures, blocked = [], set()
    for record in event["Records"]:
        order = json.loads(record["body"])
        last = seen.get_item(
            Key={"customer": order["customer"]}, ConsistentRead=True
        ).get("Item", {"number": 0})
        if order["number"] <= last["number"]:
            continue
        if (
            order["customer"] in blocked
            or order["number"] != last["number"] + 1
        ):
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        try:
            handle(order)
        except Exception:
            blocked.add(order["customer"])
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            mark = {
                "customer": order["customer"],
                "number": order["number"],
                "at": int(time.time()),
            }
            seen.put_item(Item=mark)
    return {"batchItemFailures": failures}
