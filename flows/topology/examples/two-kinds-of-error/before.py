import random
import threading
import time

import boto3

at_once = threading.Semaphore(2)
queue = boto3.client("sqs")


def take(event):
    arrived, wait_s, attempts = time.time(), 1.0, 0
    while time.time() - arrived < 6 * 3600:
        if not at_once.acquire(blocking=False):
            time.sleep(wait_s * random.random())
            wait_s = min(wait_s * 2, 300)
            continue
        try:
            return shrink(event)
        except Exception as error:
            attempts += 1
            if attempts == 3:
                return given_up(event, repr(error))
        finally:
            at_once.release()
        time.sleep(60 * attempts)
    return given_up(event, "EventAgeExceeded")


def given_up(event, why):
    queue.send_message(QueueUrl="given-up", MessageBody=f"{why}: {event}")
