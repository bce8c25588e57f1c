import time

import boto3

kinesis = boto3.client("kinesis")
queue = boto3.client("sqs")


def read(shard, checkpoint):
    iterator = kinesis.get_shard_iterator(
        StreamName="readings",
        ShardId=shard,
        ShardIteratorType="AFTER_SEQUENCE_NUMBER",
        StartingSequenceNumber=checkpoint,
    )["ShardIterator"]
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator, Limit=8)
        settle(answer["Records"], attempts=0)
        iterator = answer["NextShardIterator"]
        time.sleep(1)


def settle(records, attempts):
    try:
        work(records)
    except Exception as error:
        if len(records) > 1:
            settle(records[: len(records) // 2], attempts)
            settle(records[len(records) // 2 :], attempts)
        elif attempts < 3:
            time.sleep(2**attempts)
            settle(records, attempts + 1)
        else:
            aside = f"{records[0]['SequenceNumber']} {error!r}"
            queue.send_message(QueueUrl="put-aside", MessageBody=aside)
