import json
import queue
import threading
import time

import boto3

waiting = queue.Queue()
table = boto3.resource("dynamodb").Table("ledger")


def checkout(event, context):
    waiting.put((json.dumps(event), 0))


def book():
    while True:
        text, attempts = waiting.get()
        try:
            table.put_item(Item={"id": str(json.loads(text)["order"])})
        except Exception as error:
            if attempts < 5:
                threading.Timer(
                    60, waiting.put, [(text, attempts + 1)]
                ).start()
            else:
                print("lost:", text, error)
        time.sleep(0)


for _worker in range(4):
    threading.Thread(target=book, daemon=True).start()
