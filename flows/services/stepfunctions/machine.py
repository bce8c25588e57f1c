"""A state machine: its definition and earlier revisions, versions and aliases, and who starts it.

An execution runs by the revision it was started with, whatever becomes of the machine since. Versions are numbered from 1 and
never change; an alias divides what is started through it between at most two versions by weight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.dates import iso
from flows.services.ports import NO_LINK, Delivery, Refusal
from flows.services.stepfunctions import arns, refusals
from flows.services.stepfunctions.account import Account, account_of
from flows.services.stepfunctions.payloads import wrong_json
from flows.services.stepfunctions.quotas import QUOTAS
from flows.services.stepfunctions.revision import Alias, Revision, Version
from flows.services.stepfunctions.run import Run
from flows.services.stepfunctions.writing import Writer
from flows.topology.compiled import CompiledNode
from flows.topology.resources.machine import MachineConfig, MockAnswer

if TYPE_CHECKING:
    from flows.services.world import World

EXECUTION = int(SubjectKind.EXECUTION)
EXPRESS, STANDARD = "EXPRESS", "STANDARD"


@dataclass(frozen=True, slots=True)
class Start:
    """What is asked for when a machine is started. An empty name means: make one."""

    input: str
    name: str = ""
    qualifier: str = ""
    """A version's number or an alias's name."""
    link: int = NO_LINK
    parent: int = 0
    request: int = 0
    cause: int = 0
    trace: str = ""
    relayed: bool = False
    """Whether no person asks for it, but a service or another execution."""


@dataclass(eq=False)
class Machine:
    world: World
    node: int
    name: str
    arn: str
    kind: str
    revision: Revision
    mocks: dict[str, tuple[MockAnswer, ...]] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    last_version: int = 0
    made_at: int = 0
    deleting: bool = False
    changed: bool = False
    """Whether it was ever updated: only then it has a revision id."""
    _writer: Writer | None = None
    runs: dict[str, Run] = field(default_factory=dict)
    """Executions by ARN, in the order they began; of a Standard machine each name comes once."""

    @property
    def writer(self) -> Writer:
        """Who writes its executions' events."""
        if self._writer is None:
            self._writer = Writer(self.world.environment, self.node)
        return self._writer

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_writer": None}

    @property
    def account(self) -> Account:
        return account_of(self.world)

    @property
    def express(self) -> bool:
        return self.kind == EXPRESS

    # ── starting ────────────────────────────────────────────────────────────────────────────────────────────────────

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """An asynchronous start by another service (`Recipient`): the body is the input."""
        text = self.world.environment.bodies.text(delivery.body)
        came = (delivery.link, delivery.parent, delivery.request, delivery.cause)
        start = Start(text, "", "", *came, relayed=True)
        run = self.start(start)
        return run if isinstance(run, Refusal) else run.subject

    def start(self, start: Start) -> Run | Refusal:
        """A new execution; or the one that runs already under that name with that input."""
        refusal = self._refused(start)
        if refusal is not None:
            return refusal
        routed = self.routed(start.qualifier)
        if isinstance(routed, Refusal):
            return routed
        revision, version, alias = routed
        environment = self.world.environment
        if start.name and not self.express:
            arn = arns.execution_arn(self.arn, start.name, express=False)
            known = self.runs.get(arn)
            if known is not None:
                same = known.running and environment.bodies.text(known.input) == start.input
                return known if same else refusals.execution_exists(arn)
        body = environment.bodies.number(start.input)
        subject = environment.subjects.new(EXECUTION, start.parent, 0, body)
        made = message_id(environment.seed, subject)
        name = start.name or made
        arn = arns.execution_arn(self.arn, name, express=self.express, start=made)
        run = Run(self, revision, subject, name, arn, self.kind, body, environment.now_at, start.cause, start.request)
        run.link, run.version_arn, run.alias_arn, run.trace = start.link, version, alias, start.trace
        self.runs[arn] = self.account.runs[arn] = run
        run.begin(QUOTAS.relayed_us if start.relayed else 0)
        return run

    def _refused(self, start: Start) -> Refusal | None:
        if self.deleting:
            return Refusal("StateMachineDeleting", f"State Machine is being deleted: '{self.arn}'")
        if start.name:
            bad = arns.bad_name(start.name)
            if bad is not None:
                return bad
        wrong = wrong_json(start.input)
        if wrong:
            return refusals.invalid_input(wrong)
        if not self.express and self.account.running >= QUOTAS.open_executions:
            return Refusal("ExecutionLimitExceeded", "The maximum number of running executions has been reached.")
        return None

    def routed(self, qualifier: str) -> tuple[Revision, str, str] | Refusal:
        """(revision, version ARN, alias ARN) of what a qualifier stands for; an alias draws between its versions."""
        if not qualifier:
            return self.revision, "", ""
        if qualifier.isdigit():
            version = self.versions.get(int(qualifier))
            if version is None:
                return refusals.no_such_machine(f"{self.arn}:{qualifier}")
            return version.revision, f"{self.arn}:{qualifier}", ""
        alias = self.aliases.get(qualifier)
        if alias is None:
            return refusals.no_such_machine(f"{self.arn}:{qualifier}")
        chosen = alias.routes[0][0]
        if len(alias.routes) > 1:
            stream = self.world.environment.streams.stream(f"{self.arn}/{alias.name}")
            chosen = alias.routes[0 if stream.below(100) < alias.routes[0][1] else 1][0]
        version = self.versions[int(chosen.rpartition(":")[2])]
        return version.revision, chosen, alias.arn

    # ── what it is ──────────────────────────────────────────────────────────────────────────────────────────────────

    def publish(self, description: str) -> Version:
        """The present revision as a version; the newest one, if it is of this revision already."""
        newest = self.versions.get(self.last_version)
        if newest is not None and newest.revision is self.revision:
            return newest
        self.last_version += 1
        now = self.world.environment.now_at
        version = self.versions[self.last_version] = Version(self.last_version, self.revision, description, now)
        return version

    def removed(self, _caller: object = None) -> None:
        """The machine is gone; what runs, goes on to its end (AWS lets it run out), but nothing starts any more."""
        self.deleting = True

    def stamp(self, at: int) -> str:
        return iso(self.world.environment, at)


def build_machine(world: World, node: CompiledNode) -> Machine | None:
    """The node's state machine."""
    config = node.config
    if not isinstance(config, MachineConfig):
        return None
    now = world.environment.now_at
    revision = Revision(config.definition, config.kind, config.role_arn, now)
    return Machine(world, node.index, node.name, node.arn, config.kind, revision, dict(config.mocks), made_at=now)
