"""The cast: an `orders` queue with its `orders-dlq`, and `charge-card`, which fails on poison and now and then by chance."""

from __future__ import annotations

from uuid import uuid4

import pytest

from flows.models import Topology
from flows.runs import api, dispatch, restore, slices
from flows.runs.cache import HOT
from flows.topology import compile_topology, normalise

ARN = "arn:aws:sqs:eu-west-1:123456789012:"
SECOND = 1_000_000

ORDERS = normalise(
    {
        "format": 1,
        "name": "Orders",
        "resources": {
            "OrdersDlq": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-dlq"}},
            "Orders": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "QueueName": "orders",
                    "VisibilityTimeout": 30,
                    "RedrivePolicy": {"deadLetterTargetArn": ARN + "orders-dlq", "maxReceiveCount": 3},
                },
            },
            "ChargeCard": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"FunctionName": "charge-card", "Timeout": 5},
                "playground": {
                    "behaviour": {
                        "duration": {"kind": "lognormal", "median_ms": 100, "p99_ms": 400},
                        "failures": [
                            {
                                "body": {"path": "$.poison", "equals": True},
                                "error": {"type": "PoisonMessage", "message": "This order cannot be charged."},
                                "how": "item",
                            },
                            {"rate": 0.05, "error": {"type": "Declined", "message": "Try again."}, "how": "raise"},
                        ],
                    }
                },
            },
            "OrdersToChargeCard": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": ARN + "orders",
                    "FunctionName": "charge-card",
                    "BatchSize": 10,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                },
            },
        },
    }
)


def traffic(count: int, *, rate: float | None = 100.0) -> dict:
    """Every tenth message is poison."""
    pace = {"Mode": "burst"} if rate is None else {"Mode": "rate", "RatePerSecond": rate}
    return {
        "TargetArn": ARN + "orders",
        "Count": count,
        "MessageBody": '{"order": {{index}}}',
        "Variants": [{"Every": 10, "MessageBody": '{"order": {{index}}, "poison": true}'}],
        **pace,
    }


@pytest.fixture(scope="module", autouse=True)
def on_both_grounds(ground):
    """Whatever stores runs is tested on SQLite and on PostgreSQL (`tests/grounds.py`)."""


@pytest.fixture
def version(db):
    topology = Topology.objects.create(name="Orders")
    return topology.versions.create(number=1, document=ORDERS, digest=compile_topology(ORDERS).digest)


@pytest.fixture(autouse=True)
def broker(monkeypatch, queues, priorities):
    """Hints go into a list instead of a broker; each test begins with nothing in memory."""
    sent: list[tuple] = []

    def hint(execution_id, *, long_running=False, token=None, priority=dispatch.FRESH):
        sent.append((execution_id, token))
        priorities.append(priority)
        queues.append(dispatch.worker_queue(execution_id, long_running=long_running))
        return True

    monkeypatch.setattr(dispatch, "hint", hint)
    HOT.clear()
    restore.PARTS.clear()
    return sent


@pytest.fixture
def priorities():
    """How urgent the hints were."""
    return []


@pytest.fixture
def queues():
    """The worker queues that hints went to."""
    return []


@pytest.fixture
def an_execution(version):
    def begin(seed: int = 7, **options):
        return api.create_execution(version, seed=seed, actor="Alice", **options)

    return begin


@pytest.fixture
def send():
    """Alice starts traffic."""

    def submit(execution, at: int = 0, count: int = 100, key: str | None = None, **options):
        return api.submit_command(
            execution.id,
            key=key or uuid4().hex,
            at=at,
            operation="client:StartTraffic",
            params=traffic(count, **options),
            actor="Alice",
        )

    return submit


@pytest.fixture
def work():
    """One worker, until nothing is wanted: the chain of tasks, without Celery between them."""

    def go_on(execution, *, bound=None, before_each=lambda: None):
        token = None
        while True:
            execution.refresh_from_db()
            if not execution.wanted:
                return execution
            before_each()
            row = slices.go_on(execution.id, token, bound() if bound else None)
            token = row.lease_token if row and row.wanted else None

    return go_on


@pytest.fixture
def run(work):
    """Ask for something, and have it done."""

    def demand(execution, kind: str = "until", until_at: int | None = None, **options):
        refusal = api.demand(execution.id, kind=kind, until_at=until_at, actor="Alice")
        assert refusal is None, refusal
        return work(execution, **options)

    return demand
