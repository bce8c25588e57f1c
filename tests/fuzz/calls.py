"""Calls every operation of AWS's that the simulation has, with requests made from botocore's models, and keeps the books.

After each call: an answer or a refusal came (an exception is our bug), the refusal's code is one that AWS documents, and the ledger
adds up over everything that was written. Time goes on between calls, so that timers, retries and expiries take their turns.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from botocore.model import OperationNotFoundError

from flows.conformance.scenarios import an_empty_account
from flows.services.kinds import KINDS
from flows.services.ports import Answer, Pending
from flows.services.shapes import service_model
from flows.simulation import SERVICES
from flows.traces.projections.ledger import Books
from flows.traces.reading import Reading
from tests.fuzz.params import Maker, Memory

COMMON = {
    "SerializationException",
    "ValidationException",
    "ValidationError",
    "InvalidParameterValue",
    "MissingParameter",
    "InvalidParameterValueException",
    "InvalidParameterCombination",
    "InvalidAction",
    "UnknownOperationException",
    "InvalidRequestContentException",
    "AccessDeniedException",
    "RequestThrottled",
    "InvalidAttributeValue",
    "InvalidAttributeName",
    "MissingRequiredParameterException",
    "MalformedInput",
}
"""Codes that any operation may be refused with (each service's page of common errors)."""
S3 = {
    "NoSuchBucket",
    "NoSuchKey",
    "InvalidBucketName",
    "BucketAlreadyExists",
    "BucketAlreadyOwnedByYou",
    "BucketNotEmpty",
    "InvalidArgument",
    "KeyTooLongError",
    "MalformedXML",
    "EntityTooLarge",
    "InvalidRequest",
    "InvalidRange",
    "PreconditionFailed",
    "NotModified",
    "NoSuchVersion",
    "MethodNotAllowed",
    "NoSuchUpload",
    "InvalidPart",
    "InvalidPartOrder",
}
"""S3's errors are on a page of their own and not in its model."""
STEPS = (0, 0, 1, 1_000, 100_000, 1_000_000, 30_000_000, 400_000_000)
"""How much time may pass between two calls, in µs."""


@dataclass
class Report:
    calls: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    """An exception, or books that do not balance."""
    undocumented: dict[str, str] = field(default_factory=dict)
    """Operation and code that AWS does not document together → the first request refused so."""


class Fuzz:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.memory = Memory()
        self.maker = Maker(self.chance, self.memory)
        self.report = Report()
        self.operations = [
            (service, name)
            for service, room in sorted(SERVICES.items())
            if service_model(service)
            for name, row in sorted(room.operations.items())
            if row.aws
        ]
        self.begin()

    def begin(self) -> None:
        self.simulation = an_empty_account()
        self.books = Books()

    def run(self, calls: int, fresh_every: int = 2_000) -> Report:
        for number in range(calls):
            if number and number % fresh_every == 0:
                self.begin()
            self.one()
            if len(self.report.problems) > 20:
                break
        return self.report

    def one(self) -> None:
        service, name = self.chance.choice(self.operations)
        model = service_model(service)
        assert model is not None
        try:
            operation = model.operation_model(name)
        except OperationNotFoundError:
            self.report.problems.append(f"{service}:{name} is no operation of AWS's")
            return
        params = self.maker.params(service, operation.input_shape)
        said = f"{service}:{name} {params!r:.600}"
        self.report.calls += 1
        simulation = self.simulation
        try:
            answer = simulation.call(simulation.world.caller("Alice"), service, name, params)
            self.judge(said, f"{service}:{name}", operation, answer)
            simulation.run_until(simulation.now_at + self.chance.choice(STEPS), records=5_000)
            segment = simulation.drain()
        except Exception as error:  # noqa: BLE001 - what the fuzz is for
            self.report.problems.append(f"{said}\n    {error!r}")
            self.begin()
            return
        self.books.read(Reading(KINDS, [segment]))
        if self.books.found:
            self.report.problems += [f"{said}\n    {found}" for found in self.books.found[:3]]
            self.begin()

    def judge(self, said: str, name: str, operation: object, answer: Answer | Pending) -> None:
        if isinstance(answer, Pending):
            self.report.answered[name] += 1
        elif answer.refusal is None:
            self.report.answered[name] += 1
            self.memory.learn(answer.output)
        else:
            self.report.refused[f"{name} {answer.refusal.code}"] += 1
            documented = {code for shape in operation.error_shapes for code in (shape.name, shape.error_code)}  # type: ignore[attr-defined]
            if not {answer.refusal.code, answer.refusal.query_code} & (
                documented | COMMON | (S3 if name.startswith("s3:") else set())
            ):
                self.report.undocumented.setdefault(f"{name} {answer.refusal.code}", said)
