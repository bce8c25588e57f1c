import functools
import json
import time

import boto3

queue = boto3.client("sqs")


def dead_letters_in(name, waits_s):
    """Around every call to somebody else, in every program."""

    def around(function):
        @functools.wraps(function)
        def tried(message):
            for wait_s in (0, *waits_s):
                time.sleep(wait_s)
                try:
                    return function(message)
                except Exception as error:
                    last = error
            letter = {
                "message": message,
                "error": repr(last),
                "attempts": 1 + len(waits_s),
            }
            return queue.send_message(
                QueueUrl=name, MessageBody=json.dumps(letter)
            )

        return tried

    return around


@dead_letters_in("rule-dlq", waits_s=(1, 2, 4))
def to_ledger(order):
    queue.send_message(QueueUrl="ledger", MessageBody=json.dumps(order))


@dead_letters_in("subscription-dlq", waits_s=())
def to_mail(order):
    queue.send_message(QueueUrl="mail", MessageBody=json.dumps(order))


@dead_letters_in("function-dlq", waits_s=(60, 120))
def to_invoice(order):
    write_invoice(order)
