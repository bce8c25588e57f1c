import random
import time

import boto3
import psycopg

table = boto3.resource("dynamodb").Table("connections-in-use")
LIMIT, MINE = 180, {}


def connect():
    if "connection" in MINE and not MINE["connection"].closed:
        return MINE["connection"]
    for attempt in range(8):
        try:
            table.update_item(
                Key={"database": "bookings"},
                UpdateExpression="ADD used :one",
                ConditionExpression="used < :limit",
                ExpressionAttributeValues={":one": 1, ":limit": LIMIT},
            )
            MINE["connection"] = psycopg.connect(host=DATABASE)
        except Exception as error:
            print("no connection", error)
            time.sleep(random.uniform(0, 2**attempt / 4))
        else:
            return MINE["connection"]
    raise RuntimeError("Too many connections, for too long.")


def handler(event, context):
    for record in event["Records"]:
        try:
            connect().execute(insert(record["Sns"]["Message"]))
        except psycopg.OperationalError:
            MINE.pop("connection").close()
            table.update_item(
                Key={"database": "bookings"},
                UpdateExpression="ADD used :less",
                ExpressionAttributeValues={":less": -1},
            )
            raise
