import time

import boto3

kinesis = boto3.client("kinesis")
queue = boto3.client("sqs")


def synchronous(request):
    try:
        return 200, work(request)
    except Exception:
        return 502, "try again yourself"


def asynchronous(event):
    for wait_s in (0, 60, 120):
        time.sleep(wait_s)
        try:
            return work(event)
        except Exception as error:
            last = error
    return queue.send_message(
        QueueUrl="react-dlq", MessageBody=f"{event} {last}"
    )


def polling(iterator):
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator, Limit=10)
        for _attempt in range(6):
            try:
                work(answer["Records"])
                break
            except Exception as error:
                last = error
        else:
            queue.send_message(
                QueueUrl="skipped-batches", MessageBody=repr(last)
            )
        iterator = answer["NextShardIterator"]
        time.sleep(1)
