import time
import uuid

import boto3

table = boto3.resource("dynamodb").Table("open-questions")


def ask(expense):
    question = {
        "id": uuid.uuid4().hex,
        "expense": expense,
        "asked": 1,
        "at": int(time.time()),
    }
    table.put_item(Item=question)
    send_mail(question)


def answered(question_id, decision):
    question = table.delete_item(
        Key={"id": question_id}, ReturnValues="ALL_OLD"
    ).get("Attributes")
    if question and decision == "yes":
        pay_out(question["expense"])


def every_minute(event, context):
    for question in table.scan()["Items"]:
        if time.time() - int(question["at"]) < 900:
            continue
        if question["asked"] == 3:
            table.delete_item(Key={"id": question["id"]})
            nobody_answered(question)
        else:
            table.put_item(
                Item=question
                | {"asked": question["asked"] + 1, "at": int(time.time())}
            )
            send_mail(question)
