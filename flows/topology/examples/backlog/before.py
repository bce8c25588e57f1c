import json
from concurrent.futures import ThreadPoolExecutor

import boto3

queue = boto3.client("sqs")
REPORTS = "reports"


def main():
    with ThreadPoolExecutor(max_workers=2) as workers:
        while True:
            answer = queue.receive_message(
                QueueUrl=REPORTS, MaxNumberOfMessages=2, WaitTimeSeconds=20
            )
            for message in answer.get("Messages", []):
                workers.submit(work, message)


def work(message):
    render(json.loads(message["Body"]))
    queue.delete_message(
        QueueUrl=REPORTS, ReceiptHandle=message["ReceiptHandle"]
    )
