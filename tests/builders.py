"""The cast: an `orders` queue with its `orders-dlq`, and a `charge-card` function that fails on cue."""

from __future__ import annotations

from typing import Any

from flows.engine.segment import Segment
from flows.services.kinds import KINDS
from flows.services.ports import Answer, Pending
from flows.simulation import Command, Simulation
from flows.topology.compile import compile_topology
from flows.topology.compiled import CompiledTopology

SECOND = 1_000_000
MINUTE = 60 * SECOND
ACCOUNT, REGION = "123456789012", "eu-west-1"


def arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def a_queue(name: str, dead_letters: str = "", maximum: int = 3, **properties: Any) -> dict[str, Any]:
    """A queue's resource; keyword arguments are CloudFormation properties."""
    if dead_letters:
        properties["RedrivePolicy"] = {"deadLetterTargetArn": arn(dead_letters), "maxReceiveCount": maximum}
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def a_function(
    name: str, ms: int = 100, failures: list[dict[str, Any]] | None = None, **properties: Any
) -> dict[str, Any]:
    """A function that takes `ms` milliseconds and fails by these rules."""
    behaviour = {"duration": {"kind": "constant", "ms": ms}, "failures": failures or [], "output": None}
    code = {
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Code": {"ZipFile": "…"},
        "Role": "arn:aws:iam::123456789012:role/r",
    }
    properties = {"FunctionName": name, **code, **properties}
    return {"Type": "AWS::Lambda::Function", "Properties": properties, "playground": {"behaviour": behaviour}}


def a_mapping(queue: str, function: str, **properties: Any) -> dict[str, Any]:
    given = {"EventSourceArn": arn(queue), "FunctionName": function_arn(function), **properties}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": given}


def a_topology(**resources: dict[str, Any]) -> CompiledTopology:
    """Resources by logical id."""
    return compile_topology(
        {"format": 1, "name": "orders", "region": REGION, "account": ACCOUNT, "resources": resources, "report": []}
    )


def an_order_topology(
    failures: list[dict[str, Any]] | None = None,
    ms: int = 100,
    queue: dict[str, Any] | None = None,
    mapping: dict[str, Any] | None = None,
    maximum: int = 3,
    **function: Any,
) -> CompiledTopology:
    """orders → charge-card, and orders-dlq for what fails."""
    return a_topology(
        Orders=a_queue("orders", "orders-dlq", maximum, **(queue or {})),
        OrdersDlq=a_queue("orders-dlq"),
        ChargeCard=a_function("charge-card", ms, failures, **function),
        Mapping=a_mapping("orders", "charge-card", **(mapping or {})),
    )


def queues_only(maximum: int = 3, dlq: dict[str, Any] | None = None, **queue: Any) -> CompiledTopology:
    """orders and orders-dlq, and nobody who polls."""
    return a_topology(
        Orders=a_queue("orders", "orders-dlq", maximum, **queue), OrdersDlq=a_queue("orders-dlq", **(dlq or {}))
    )


class Run:
    """A simulation in a test: commands by name, the queue `orders` unless said otherwise, records as readable rows."""

    def __init__(self, topology: CompiledTopology, seed: int = 1) -> None:
        self.topology = topology
        self.simulation = Simulation.begin(topology, seed)
        self.ordinal = 0
        self.answered: list[Answer] = []

    def command(self, operation: str, at: int | None = None, **params: Any) -> Answer:
        self.ordinal += 1
        at = self.simulation.now_at if at is None else at
        return self.simulation.apply(Command(self.ordinal, at, "Alice", operation, params))

    def ok(self, operation: str, at: int | None = None, **params: Any) -> dict[str, Any]:
        """The output of a command that AWS says yes to."""
        answer = self.command(operation, at, **params)
        assert answer.refusal is None, answer.refusal
        assert answer.output is not None
        return answer.output

    def no(self, operation: str, at: int | None = None, **params: Any) -> tuple[str, str]:
        """(code, message) of a command that AWS says no to."""
        answer = self.command(operation, at, **params)
        assert answer.refusal is not None, answer.output
        return answer.refusal.code, answer.refusal.message

    def send(self, body: str = "order", at: int | None = None, queue: str = "orders", **params: Any) -> str:
        """A message's id."""
        return self.ok("sqs:SendMessage", at, QueueUrl=url(queue), MessageBody=body, **params)["MessageId"]

    def receive(
        self, maximum: int = 10, at: int | None = None, queue: str = "orders", **params: Any
    ) -> list[dict[str, Any]]:
        return self.ok("sqs:ReceiveMessage", at, QueueUrl=url(queue), MaxNumberOfMessages=maximum, **params).get(
            "Messages", []
        )

    def delete(self, message: dict[str, Any], at: int | None = None, queue: str = "orders") -> None:
        self.ok("sqs:DeleteMessage", at, QueueUrl=url(queue), ReceiptHandle=message["ReceiptHandle"])

    def until(self, at: int) -> None:
        assert self.simulation.run_until(at)

    def attributes(self, queue: str = "orders", *names: str) -> dict[str, str]:
        wanted = list(names) or ["All"]
        return self.ok("sqs:GetQueueAttributes", QueueUrl=url(queue), AttributeNames=wanted).get("Attributes", {})

    def counts(self, queue: str = "orders") -> tuple[int, int, int]:
        """(visible, in flight, delayed)"""
        found = self.attributes(queue)
        names = ("", "NotVisible", "Delayed")
        visible, in_flight, delayed = (int(found[f"ApproximateNumberOfMessages{name}"]) for name in names)
        return visible, in_flight, delayed

    def records(self) -> list[dict[str, Any]]:
        """Every record since they were last asked for, with its fields by name."""
        return rows(self.simulation.drain())

    def story(self, *without: str) -> list[tuple[int, str, str]]:
        """(instant, node id, kind) of every record that is about AWS, leaving out some kinds."""
        skipped = {"ExecutionStarted", "CommandApplied", *without}
        nodes = self.topology.nodes
        return [(row["at"], nodes[row["node"]].id, row["kind"]) for row in self.records() if row["kind"] not in skipped]


def rows(segment: Segment) -> list[dict[str, Any]]:
    """A segment's records as dictionaries: the columns (`cause` absolute), the detail's fields by name."""
    found = []
    for index in range(segment.count):
        row = {name: column[index].item() for name, column in segment.columns.items()}
        kind = KINDS.by_number[row["kind"]]
        sequence = segment.first + index
        detail = segment.details[row["detail"] - 1] if row["detail"] else ()
        names = (field.name for field in kind.fields)
        cause = sequence - row["cause"] if row["cause"] else 0
        found.append(
            {
                **row,
                "sequence": sequence,
                "kind": kind.name,
                "cause": cause,
                **dict(zip(names, detail, strict=bool(detail))),
            }
        )
    return found


def pending(answer: Answer | Pending) -> Pending:
    assert isinstance(answer, Pending)
    return answer
