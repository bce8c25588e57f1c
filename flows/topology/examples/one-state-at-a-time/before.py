import time

import boto3

table = boto3.resource("dynamodb").Table("letters")


def run(letter):
    state = "Received"
    while state not in ("Delivered", "BackToSender", "TooHeavy"):
        table.put_item(
            Item={
                "id": letter["id"],
                "state": state,
                "at": int(time.time()),
            }
        )
        if state == "Received":
            state = "Stamped?"
        elif state == "Stamped?":
            if not letter["stamped"]:
                state = "BackToSender"
            elif letter["weight"] < 50:
                state = "Letter"
            elif letter["weight"] < 2000:
                state = "Parcel"
            else:
                state = "TooHeavy"
        elif state in ("Letter", "Parcel"):
            time.sleep(5 if state == "Letter" else 20)
            state = "Delivered"
    table.put_item(
        Item={"id": letter["id"], "state": state, "at": int(time.time())}
    )
