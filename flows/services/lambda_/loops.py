"""Loops through a queue: a function that sends, over whatever way, into the queue it is invoked from.

Theory of operation. Lambda counts how often one chain of requests came through the same function, and stops it at about the
sixteenth time (AWS follows its trace header; here: who sent what). An invocation's chain is that of the message in its batch
that came through this function most often. The messages of a batch that is not handed on come back after their visibility
timeout, so that they end in the dead-letter queue if there is one. A chain is only written down where the topology has a way
from the function back to itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_.quotas import QUOTAS
from flows.services.ports import Batch

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function


class Loops:
    def __init__(self, function: Function) -> None:
        self._function = function
        self._looked_at = -1
        self._possible = False

    def closed(self, request: int, batch: Batch) -> bool:
        """Whether this batch is one round too many; if not, its chain is written down."""
        if not self._is_possible():
            return False
        function = self._function
        chains, node = function.account.chains, function.node
        most, came_of = 0, 0
        for subject in batch.subjects():
            invocation = self._sender(subject)
            rounds = self._rounds(invocation)
            if rounds >= most:
                most, came_of = rounds, invocation
        if most >= QUOTAS.recursion and function.recursion_terminates:
            return True
        chains[request] = (node, most + 1, came_of)
        return False

    def _sender(self, subject: int) -> int:
        """The invocation in whose course the message was sent; 0 if it came from elsewhere."""
        parents, chains = self._function.environment.subjects.parent, self._function.account.chains
        ancestor = parents[subject]
        while ancestor and ancestor not in chains:
            ancestor = parents[ancestor]
        return ancestor

    def _rounds(self, invocation: int) -> int:
        """How often the chain that ends with this invocation came through the function."""
        chains, node = self._function.account.chains, self._function.node
        while invocation:
            at, rounds, invocation = chains[invocation]
            if at == node:
                return rounds
        return 0

    def _is_possible(self) -> bool:
        topology, start = self._function.world.topology, self._function.node
        if self._looked_at != len(topology.links):
            self._looked_at = len(topology.links)
            reached, ahead = {start}, [start]
            self._possible = False
            while ahead:
                for link in topology.links_from(ahead.pop()):
                    self._possible = self._possible or link.target == start
                    if link.target not in reached:
                        reached.add(link.target)
                        ahead.append(link.target)
        return self._possible
