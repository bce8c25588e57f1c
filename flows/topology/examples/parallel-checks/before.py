import json
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

import boto3

invoke = boto3.client("lambda").invoke
CHECKS = ("check-identity", "check-credit", "check-address")


def handler(account, context):
    with ThreadPoolExecutor(len(CHECKS)) as workers:
        running = [workers.submit(call, check, account) for check in CHECKS]
        done, others = wait(running, return_when=FIRST_EXCEPTION)
        for each in others:
            each.cancel()
        return [each.result() for each in done]


def call(name, account):
    answer = invoke(FunctionName=name, Payload=json.dumps(account))
    if "FunctionError" in answer:
        raise RuntimeError(answer["Payload"].read())
    return json.load(answer["Payload"])
