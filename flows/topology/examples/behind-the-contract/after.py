import json

import boto3


def place_order(order):
    entry = {
        "Source": "shop.web",
        "DetailType": "OrderPlaced",
        "Detail": json.dumps(order),
        "EventBusName": "shop",
    }
    boto3.client("events").put_events(Entries=[entry])
