import json
from concurrent.futures import ThreadPoolExecutor

import boto3

table = boto3.resource("dynamodb").Table("orders")
events = boto3.client("events")
pool = ThreadPoolExecutor(8)


def handler(event, context):
    order, wanted = json.loads(event["body"]), fields_of(event)
    table.put_item(Item=order, ConditionExpression="attribute_not_exists(id)")
    events.put_events(
        Entries=[
            {
                "EventBusName": "shop-events",
                "Source": "shop",
                "DetailType": "OrderPlaced",
                "Detail": json.dumps(order),
            }
        ]
    )
    asked = {}
    if "lines" in wanted:
        asked["prices"] = pool.submit(ask_prices, order["lines"])
    if "delivery" in wanted:
        asked["delivery"] = pool.submit(ask_delivery, order["to"])
    answer, errors = dict(order), []
    for name, future in asked.items():
        try:
            answer[name] = future.result(timeout=5)
        except Exception as error:
            answer[name] = None
            errors.append({"path": [name], "message": str(error)})
    answer["thanks"] = f"Thank you for order {order['id']}"
    for connection in connections_that_listen("placed"):
        try:
            push(connection, answer)
        except ConnectionError:
            forget(connection)
    kept = {name: answer.get(name) for name in wanted}
    return {
        "statusCode": 200,
        "body": json.dumps({"data": kept, "errors": errors}),
    }
