"""A simulation: a topology, a seed, and the commands given to it. The only file that wires services together.

A simulation is a fold: the same topology, seed, engine and commands give the same records. Nothing here sleeps, reads a
clock or knows who watches. Whoever drives it asks for time (`run_until`, `step`), gives commands (`apply`), takes the records
(`drain`) and may put the whole state in a box (`checkpoint`), from which it goes on as if nothing had been.

A command at t sees everything that happens up to and including t; what it brings about at t happens in the next run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from flows.asl.expressions import SPENT
from flows.engine.box import pack, unpack
from flows.engine.environment import EPOCH, Environment
from flows.engine.segment import Segment
from flows.engine.subjects import SubjectKind
from flows.services import (
    apigateway,
    appsync,
    client,
    dynamodb,
    ecs,
    eventbridge,
    external,
    firehose,
    kinesis,
    lambda_,
    pipes,
    playground,
    playground_records,
    rds,
    s3,
    scheduler,
    schemas,
    sns,
    sqs,
    stepfunctions,
)
from flows.services.client.records import REFUSED as REQUEST_REFUSED
from flows.services.door import OperationsDoor, is_data_plane
from flows.services.effects import EffectLog, Effects
from flows.services.kinds import KINDS
from flows.services.ports import NO_LINK, Answer, Caller, Json, Pending, Service
from flows.services.rds import data_api
from flows.services.sqs.records import REFUSED as OPERATION_REFUSED
from flows.services.world import World
from flows.topology.compiled import CLIENT, CompiledTopology

SERVICES: dict[str, Service] = {
    room.SERVICE.kind: room.SERVICE
    for room in (
        client,
        sqs,
        lambda_,
        sns,
        s3,
        stepfunctions,
        eventbridge,
        scheduler,
        pipes,
        apigateway,
        schemas,
        dynamodb,
        kinesis,
        firehose,
        ecs,
        appsync,
        rds,
        data_api,
        external,
        playground,
    )
}
DOOR = OperationsDoor(SERVICES)
PLACES = (
    "QueueUrl",
    "SourceArn",
    "FunctionName",
    "TargetArn",
    "TopicArn",
    "Bucket",
    "EventBusName",
    "stateMachineArn",
    "StreamName",
    "StreamARN",
    "TableName",
    "DeliveryStreamName",
    "taskDefinition",
    "resourceArn",
    "service",
)
"""The parameters that say whom a request is about, for the record of a refusal."""
STEPS_OF_A_RUN = 300_000
"""About a second of expressions (`flows.asl.expressions.spending`)."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asked for at an instant: `operation` is "sqs:SendMessage"."""

    ordinal: int
    at: int
    actor: str
    operation: str
    params: Json = field(default_factory=dict)


class Simulation:
    def __init__(self, world: World) -> None:
        self.world = world
        self.environment = world.environment

    # ── beginning, and going on from a box ──────────────────────────────────────────────────────────────────────────

    @classmethod
    def begin(cls, topology: CompiledTopology, seed: int, epoch: str = EPOCH, effects: Effects | None = None) -> Self:
        """A new execution at instant 0: every node's noun is built, then joined to its neighbours."""
        environment = Environment.begin(seed, epoch)
        environment.recorder.write(playground_records.EXECUTION_STARTED, 0)
        world = World(environment, topology, EffectLog() if effects is None else effects, DOOR)
        for node in topology.nodes:
            world.nouns[node.index] = DOOR.room(node.service).build(world, node)
        for node in topology.nodes:
            DOOR.room(node.service).connect(world, node)
        playground.plan(world)
        return cls(world)

    def checkpoint(self) -> bytes:
        """The whole state in a box: a cache, to be opened by `restore` with the same topology."""
        return pack(self.world, _definitions(self.world.topology.base, self.world.effects))

    @classmethod
    def restore(cls, blob: bytes, topology: CompiledTopology, effects: Effects | None = None) -> Self:
        return cls(unpack(blob, _definitions(topology, EffectLog() if effects is None else effects)))

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def now_at(self) -> int:
        return self.environment.now_at

    @property
    def next_at(self) -> int | None:
        """The next instant at which something happens, if anything ever does."""
        return self.environment.calendar.next_at()

    @property
    def quiet(self) -> bool:
        """Nothing will happen but old messages expiring."""
        return self.environment.calendar.next_foreground_at() is None

    def run_until(self, until_at: int, records: int | None = None) -> bool:
        """Process every notice up to and including `until_at`; False if the record budget stopped it between two."""
        if records is None:
            return self.environment.calendar.run_until(until_at)
        return self.environment.calendar.run_until(until_at, _Budget(self.environment, records).spent)

    def step(self) -> bool:
        """Process exactly one notice; False if there is none."""
        return self.environment.calendar.step()

    # ── calls and commands ──────────────────────────────────────────────────────────────────────────────────────────

    def call(self, caller: Caller, service: str, operation: str, params: Json) -> Answer | Pending:
        """An AWS operation: the one door from outside."""
        answer = DOOR.call(self.world, caller, service, operation, params)
        row = DOOR.row(service, operation)
        if row is not None and row.mutates and isinstance(answer, Answer) and answer.refusal is not None:
            self._refused(caller, service, operation, params, answer)
        return answer

    def when(self, pending: Pending, method: Callable[..., object], *args: Any) -> None:
        """Call the bound method with `args` and the answer, once it is there."""
        self.world.when(pending, method, *args)

    def apply(self, command: Command) -> Answer:
        """Run up to the command's instant, then do what it asks. An answer that comes later is said to be pending."""
        self.run_until(command.at)
        service, _, operation = command.operation.partition(":")
        row = DOOR.row(service, operation)
        if row is not None and not row.mutates:
            caller = self.world.caller(command.actor)
        else:
            request = self.environment.subjects.new(int(SubjectKind.COMMAND))
            detail = (command.operation, command.ordinal)
            write = self.environment.recorder.write
            cause = write(playground_records.COMMAND_APPLIED, 0, request, request, 0, 0, detail)
            caller = self.world.caller(command.actor, request, cause)
            if self.world.faults.live and is_data_plane(service, operation):
                return self._through_sdk(command, request, cause)
        answer = self.call(caller, service, operation, command.params)
        return Answer({"Pending": answer.handle}) if isinstance(answer, Pending) else answer

    def _through_sdk(self, command: Command, request: int, cause: int) -> Answer:
        """Something is wrong somewhere: a person's request is tried again as the client's SDK does."""
        found = self.world.addressed(next((command.params[name] for name in PLACES if name in command.params), None))
        link = NO_LINK if found is None else self.world.link_between(CLIENT, found.index)
        answer = self.world.through_sdk(command.operation, command.params, link, request, cause)
        return Answer({"Pending": answer.handle}) if isinstance(answer, Pending) else answer

    def _refused(self, caller: Caller, service: str, operation: str, params: Json, answer: Answer) -> None:
        """A refusal is a record at the place it concerns."""
        refusal = answer.refusal
        assert refusal is not None
        found = (self.world.addressed(params.get(name)) for name in PLACES)
        node = next((place.index for place in found if place is not None), caller.node)
        kind: int = REQUEST_REFUSED
        detail: tuple[str, ...] = (refusal.code, refusal.message)
        if service == "sqs":
            kind, detail = OPERATION_REFUSED, (operation, *detail)
        self.environment.recorder.write(kind, node, 0, caller.request, answer.cause or caller.cause, 0, detail)

    # ── records ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def sequence(self) -> int:
        """How many records have been written."""
        return self.environment.recorder.sequence

    def drain(self) -> Segment:
        """Every record since the last drain."""
        return self.environment.recorder.drain()

    def digest(self) -> str:
        """The digest of every record so far, however they were drained."""
        return self.environment.recorder.digest()


class _Budget:
    """Stops a run when so many records have been written, or when expressions took long: then somebody looks at the clock."""

    def __init__(self, environment: Environment, records: int) -> None:
        self._recorder = environment.recorder
        self._end = environment.recorder.sequence + records
        self._steps = SPENT.steps + STEPS_OF_A_RUN

    def spent(self) -> bool:
        return self._recorder.sequence >= self._end or SPENT.steps >= self._steps


def _definitions(topology: CompiledTopology, effects: Effects) -> tuple[Any, ...]:
    return topology, effects, KINDS, DOOR


def _fingerprint() -> str:
    """SHA-256 over the simulator's own source files, and the version of the JSONata that runs in it."""
    here = Path(__file__).parent
    digest = sha256()
    rooms = (
        path
        for room in ("engine", "asl", "patterns", "services", "topology")
        for path in (here / room).rglob("*.[pj][ys]")
    )
    for path in sorted([*rooms, Path(__file__)], key=lambda path: path.relative_to(here).as_posix()):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    jsonata = here.parent / "static" / "node_modules" / "jsonata" / "package.json"
    if jsonata.exists():
        digest.update(json.loads(jsonata.read_bytes())["version"].encode())
    return digest.hexdigest()


ENGINE_FINGERPRINT = _fingerprint()
