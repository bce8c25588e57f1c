import json
import signal

import boto3

queue = boto3.client("sqs")
VIDEOS = "for-containers"
stopping = False


def stop(*_signal):
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)
while not stopping:
    answer = queue.receive_message(
        QueueUrl=VIDEOS, MaxNumberOfMessages=1, WaitTimeSeconds=20
    )
    for message in answer.get("Messages", []):
        try:
            render(json.loads(message["Body"]))
        except Exception as error:
            print("comes back in a minute", error)
        else:
            queue.delete_message(
                QueueUrl=VIDEOS, ReceiptHandle=message["ReceiptHandle"]
            )
