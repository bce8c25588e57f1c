"""The execution environments of one version of a function: cold starts, warm ones, provisioned ones.

Theory of operation. An invocation needs an environment to itself. A warm one that stands idle is taken (the one that became
idle last); without one a new one begins, and the invocation waits for it: a *cold start*, whose length the behaviour says
(`init`). Initialisation counts as running, but not towards the timeout. An environment that stood idle for ten minutes is
reaped (AWS promises no number). *Provisioned* environments were begun beforehand, are never reaped, and are taken first.

A behaviour that says nothing about `init` has environments that begin at once: then nothing is counted here (`Function.environments`
is None), and no invocation pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.engine.environment import Environment
from flows.engine.random_streams import Stream
from flows.services.lambda_ import version_records as records
from flows.services.lambda_.quotas import QUOTAS


class Environments:
    def __init__(
        self, environment: Environment, node: int, version: str, stream: Stream, quantiles: Sequence[int] | None
    ) -> None:
        self._environment = environment
        self._node = node
        self._version = version
        self._stream = stream
        self.quantiles = quantiles
        """How long one takes to begin; None: no time."""
        self.provisioned = 0
        self._provisioned_busy: set[int] = set()
        self.busy = 0
        """On demand, and running something."""
        self.idle: list[int] = []
        """Since when each warm one is idle, the longest first."""
        self._reaping = False

    @property
    def has_provisioned(self) -> bool:
        """Whether a provisioned one is free."""
        return len(self._provisioned_busy) < self.provisioned

    def take(self, invocation: int, started: int) -> int:
        """An environment for an invocation that the record `started` began; answers how long it waits for it."""
        if len(self._provisioned_busy) < self.provisioned:
            self._provisioned_busy.add(invocation)
            return 0
        self.busy += 1
        if self.idle:
            self.idle.pop()
            return 0
        if self.quantiles is None:
            return 0
        init_us = self._stream.sample(self.quantiles)
        detail = (init_us, self._version)
        self._environment.recorder.write(records.COLD_STARTED, self._node, invocation, invocation, started, 0, detail)
        return init_us

    def give_back(self, invocation: int) -> None:
        """The invocation is over: its environment is warm."""
        if invocation in self._provisioned_busy:
            self._provisioned_busy.remove(invocation)
            return
        self.busy -= 1
        if self.quantiles is None:
            return
        now = self._environment.now_at
        self.idle.append(now)
        if not self._reaping:
            self._reaping = True
            self._environment.calendar.schedule(now + QUOTAS.idle_environment_us, self.reap, background=True)

    def reap(self) -> None:
        """Those that stood idle for too long go; the rest are looked at when the first of them has."""
        now, idle = self._environment.now_at, self.idle
        gone = 0
        while gone < len(idle) and idle[gone] + QUOTAS.idle_environment_us <= now:
            gone += 1
        if gone:
            del idle[:gone]
            self._environment.recorder.write(records.REAPED, self._node, 0, 0, 0, 0, (gone, self._version))
        self._reaping = bool(idle)
        if idle:
            at = idle[0] + QUOTAS.idle_environment_us
            self._environment.calendar.schedule(at, self.reap, background=True)
