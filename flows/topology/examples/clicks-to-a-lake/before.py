import base64
import json
import time

import boto3

kinesis = boto3.client("kinesis")
s3 = boto3.client("s3")


def read(iterator):
    gathered, broken, since = [], [], time.time()
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            try:
                gathered.append(clean(json.loads(record["Data"])))
            except Exception as error:
                data = base64.b64encode(record["Data"]).decode()
                broken.append({"error": repr(error), "data": data})
        if time.time() - since > 60 or len(gathered) > 10_000:
            write("clicks", gathered)
            write("broken", broken)
            gathered, broken, since = [], [], time.time()
        iterator = answer["NextShardIterator"]
        time.sleep(1)


def write(prefix, lines):
    if not lines:
        return
    body = "\n".join(map(json.dumps, lines))
    for attempt in range(5):
        try:
            return s3.put_object(
                Bucket="lake",
                Key=f"{prefix}/{time.time_ns()}.json",
                Body=body,
            )
        except Exception:
            time.sleep(2**attempt)
