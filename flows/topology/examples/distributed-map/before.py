import json
from concurrent.futures import ThreadPoolExecutor

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    body = s3.get_object(Bucket=event["bucket"], Key=event["key"])[
        "Body"
    ].read()
    lines, failed = json.loads(body), []
    with ThreadPoolExecutor(max_workers=50) as workers:
        for line, error in workers.map(attempt, lines):
            if error:
                failed.append({"line": line, "error": repr(error)})
            if len(failed) > 0.05 * len(lines):
                raise RuntimeError("More than five per cent failed")
    s3.put_object(
        Bucket=event["bucket"], Key="failed.json", Body=json.dumps(failed)
    )


def attempt(line):
    try:
        import_line(line)
    except Exception as error:
        return line, error
    return line, None
