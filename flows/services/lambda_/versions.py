"""Versions and aliases: code and settings that stay as they were published, and names that point at them.

Theory of operation. `$LATEST` is the function itself and changes. Publishing copies its code and settings under the next
number; if neither has changed since the last publication, AWS makes no new version and answers the last. A version has
execution environments of its own. An alias names a version; with routing it sends a share of its invocations to a second one,
drawn from a stream of the alias's own for each invocation (for an asynchronous event: for each attempt).

What is invoked is a `Runnable`: the function, or one of its versions. Neither knows who invokes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flows.services.lambda_ import version_records as records
from flows.services.lambda_.config import BehaviourCall, FunctionConfig
from flows.services.lambda_.environments import Environments
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function
    from flows.services.lambda_.handler import Handler

LATEST = "$LATEST"


class Runnable(Protocol):
    number: str
    handler: Handler
    calls: tuple[BehaviourCall, ...]
    timeout_us: int
    memory_mb: int
    environments: Environments | None


@dataclass(slots=True)
class Version:
    """A published version."""

    number: str
    handler: Handler
    calls: tuple[BehaviourCall, ...]
    timeout_us: int
    memory_mb: int
    environments: Environments | None
    properties: Json
    description: str = ""
    revision: int = 0
    """How often the function had been changed when it was published."""
    published_at: int = 0


@dataclass(slots=True)
class Provisioned:
    """Provisioned concurrency of a version, asked for under a qualifier."""

    qualifier: str
    version: str
    requested: int
    ready_at: int
    allocated: int = 0


@dataclass(slots=True)
class Alias:
    name: str
    version: str
    description: str = ""
    second: str = ""
    second_ppm: int = 0
    revision: int = 0


class Versions:
    """The versions and aliases of one function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.published: dict[str, Version] = {}
        self.aliases: dict[str, Alias] = {}
        self.provisioned: dict[str, Provisioned] = {}
        """By the qualifier under which it was asked for."""
        self.last = 0

    def begin(self, config: FunctionConfig) -> None:
        """The versions and aliases that the topology has from the start; what is provisioned stands ready."""
        for number, _ in config.versions:
            self.last = int(number) - 1
            self.publish("")
            self.function.revision += 1
        for alias in config.aliases:
            self.aliases[alias.name] = Alias(
                alias.name, alias.version, second=alias.second, second_ppm=alias.second_ppm
            )
        for qualifier, provisioned in (*config.versions, *((each.name, each.provisioned) for each in config.aliases)):
            if provisioned:
                self.provision(qualifier, provisioned, self.function.environment.now_at)

    # ── finding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def runnable(self, number: str) -> Runnable | None:
        return self.function if number == LATEST else self.published.get(number)

    def known(self, qualifier: str) -> bool:
        return qualifier in {"", LATEST} or qualifier in self.published or qualifier in self.aliases

    def route(self, qualifier: str, invocation: int, cause: int) -> Runnable | None:
        """What an invocation of that version or alias runs; None if there is none of that name."""
        alias = self.aliases.get(qualifier)
        if alias is None:
            return self.runnable(qualifier or LATEST)
        number = alias.version
        if alias.second:
            function = self.function
            stream = function.environment.streams.stream(f"{function.id}/{qualifier}")
            if stream.chance_ppm(alias.second_ppm):
                number = alias.second
            detail = (qualifier, number)
            function.write(records.ROUTED, function.node, invocation, invocation, cause, 0, detail)
        return self.runnable(number)

    # ── publishing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def publish(self, description: str, request: int = 0, cause: int = 0) -> Version:
        """The next version, or the last one if nothing has changed since."""
        function = self.function
        latest = self.published.get(str(self.last))
        if latest is not None and latest.revision == function.revision:
            return latest
        self.last += 1
        number = str(self.last)
        version = self.published[number] = Version(
            number,
            function.handler,
            function.calls,
            function.timeout_us,
            function.memory_mb,
            function.new_environments(number),
            dict(function.properties),
            description,
            function.revision,
            function.environment.now_at,
        )
        function.write(records.PUBLISHED, function.node, 0, request, cause, 0, (number,))
        return version

    # ── provisioned concurrency ─────────────────────────────────────────────────────────────────────────────────────

    def provision(self, qualifier: str, requested: int, ready_at: int) -> Provisioned:
        """So many environments are begun for what the qualifier names; they stand ready at `ready_at`."""
        self.release(qualifier)
        function = self.function
        alias = self.aliases.get(qualifier)
        number = qualifier if alias is None else alias.version
        found = self.provisioned[qualifier] = Provisioned(qualifier, number, requested, ready_at)
        function.claim()
        if ready_at <= function.environment.now_at:
            self.allocate(qualifier, requested)
        else:
            function.environment.calendar.schedule(ready_at, self.allocate, qualifier, requested)
        return found

    def allocate(self, qualifier: str, requested: int) -> None:
        """They stand ready, if they are still wanted."""
        found, function = self.provisioned.get(qualifier), self.function
        if found is None or found.requested != requested or found.allocated:
            return
        found.allocated = requested
        version = self.published[found.version]
        if version.environments is None:
            version.environments = function.counted_environments(found.version)
        version.environments.provisioned = self._allocated(found.version)
        function.write(records.PROVISIONED, function.node, 0, 0, 0, 0, (found.version, requested))

    def release(self, qualifier: str) -> bool:
        """No more environments are kept ready for it; False if none were."""
        found, function = self.provisioned.pop(qualifier, None), self.function
        if found is None:
            return False
        function.claim()
        version = self.published.get(found.version)
        if version is not None and version.environments is not None:
            version.environments.provisioned = self._allocated(found.version)
        return True

    @property
    def all_provisioned(self) -> int:
        return sum(each.requested for each in self.provisioned.values())

    def _allocated(self, number: str) -> int:
        return sum(each.allocated for each in self.provisioned.values() if each.version == number)
