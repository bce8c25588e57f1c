import json

import boto3


def place(order):
    entry = {
        "Source": "shop.orders",
        "DetailType": "OrderPlaced",
        "Detail": json.dumps(order),
        "EventBusName": "shop",
    }
    boto3.client("events").put_events(Entries=[entry])
