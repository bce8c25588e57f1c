"""The other peer: LocalStack's queue object, in process, with neither HTTP nor threads around it.

`localstack-core` is no dependency of ours. Where it can be imported (it brings its own Python requirements) it is measured,
else the table says that it was not. Messages are put, received and removed; none fails, nothing waits, nothing is written
down: the lightest thing that one can ask of it.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tests.benchmarks.workload import BATCH_SIZE, Tally

ACCOUNT, REGION = "123456789012", "eu-west-1"
AT_MOST = 20_000
"""It is linear in the number of messages; more of them tell nothing new."""


def missing() -> str:
    """Why it cannot be measured here, "" if it can."""
    if find_spec("localstack") is None:
        return "localstack-core is not installed"
    try:
        import_module("localstack.services.sqs.models")
    except (ImportError, SyntaxError) as error:
        return f"localstack-core does not import: {error}"
    return ""


def run(messages: int) -> Tally:
    queue = import_module("localstack.services.sqs.models").StandardQueue("orders", REGION, ACCOUNT)
    received = deleted = sent = 0
    while deleted < messages:
        for _ in range(min(BATCH_SIZE, messages - sent)):
            sent += 1
            queue.put({"MessageId": str(sent), "Body": '{"order": "one of many"}', "MD5OfBody": ""})
        result = queue.receive(num_messages=BATCH_SIZE, wait_time_seconds=0, visibility_timeout=30)
        received += len(result.successful)
        for handle in result.receipt_handles:
            queue.remove(handle)
            deleted += 1
    return Tally(received, deleted, 0)
