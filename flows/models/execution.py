"""One run of a topology version: how far it is, what is asked of it, who works on it.

Instants (`…_at`, but for `created_at` and `updated_at`) are virtual microseconds since the execution's epoch; only
`lease_until` is wall clock. Every field below "how far" changes in a slice's one transaction (`flows.runs.commit`) or by a
filtered update; nobody saves a whole row.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from flows.models.owned import Owned
from flows.models.topology import TopologyVersion


class ExecutionState(models.TextChoices):
    IDLE = "idle", "nothing is asked of it"
    RUNNING = "running", "a worker goes on with it, or will"
    STOPPED = "stopped", "somebody stopped it; the next demand goes on"
    FAILED = "failed", "the simulator could not go on; `error` says why"


class DemandKind(models.TextChoices):
    NONE = ""
    UNTIL = "until", "until an instant"
    STEP = "step", "one event notice"
    NEXT = "next", "until the next thing is recorded"
    QUIET = "quiet", "until nothing is under way"
    END = "end", "until the calendar is empty"


class Execution(Owned):
    CLOCKS: ClassVar = [("pulled", "as far as a viewer asks")]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topology_version = models.ForeignKey(TopologyVersion, on_delete=models.CASCADE, related_name="executions")
    name = models.CharField(max_length=200, blank=True)
    seed = models.BigIntegerField()
    epoch = models.CharField(max_length=32)
    clock = models.CharField(max_length=16, choices=CLOCKS, default="pulled")
    engine_fingerprint = models.CharField(max_length=64)
    created_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # lineage
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="forks")
    forked_at = models.BigIntegerField(null=True, blank=True)
    fork_key = models.CharField(max_length=64, blank=True, help_text="the command that could only be given to a fork")

    # how far
    state = models.CharField(max_length=16, choices=ExecutionState, default=ExecutionState.IDLE)
    generation = models.PositiveIntegerField(default=1)
    frontier_at = models.BigIntegerField(default=0, help_text="no record will be added before this instant")
    head = models.BigIntegerField(default=0, help_text="sequence of the last stored record")
    compacted = models.BigIntegerField(
        default=0, help_text="the records up to here are packed (`flows.runs.compaction`)"
    )
    keyframed = models.BigIntegerField(default=0, help_text="the last keyframe's record (`flows.runs.keyframes`)")
    digest = models.CharField(max_length=64, blank=True, help_text="rolling digest of the records up to head")
    next_at = models.BigIntegerField(null=True, blank=True)
    quiet = models.BooleanField(default=False)
    seen_at = models.BigIntegerField(default=0, help_text="the driver's playhead; what lies after it is speculative")
    effective_speed = models.FloatField(
        null=True, blank=True, help_text="virtual seconds simulated and stored per second"
    )
    error = models.TextField(blank=True)

    # what is asked
    demand_kind = models.CharField(max_length=8, choices=DemandKind, default=DemandKind.NONE, blank=True)
    demand_at = models.BigIntegerField(null=True, blank=True)
    demand_token = models.PositiveBigIntegerField(
        default=0, help_text="raised by every demand, so that none is met by mistake"
    )
    wanted = models.BooleanField(default=False, help_text="a worker should go on: the sweeper's question")
    next_ordinal = models.PositiveIntegerField(default=1, help_text="of the next command")

    # who works
    lease_owner = models.CharField(max_length=200, blank=True)
    lease_token = models.PositiveBigIntegerField(
        default=0, help_text="fencing token: raised whenever the lease is taken"
    )
    lease_until = models.DateTimeField(default=timezone.now)
    long_running = models.BooleanField(default=False, help_text="its demand goes on in the queue for long ones")

    class Meta:
        ordering = ("-created_at", "id")
        indexes = [models.Index(fields=["lease_until"], condition=Q(wanted=True), name="wanted_executions")]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "fork_key"], condition=~Q(fork_key=""), name="one_fork_per_command"
            ),
            models.CheckConstraint(
                condition=Q(frontier_at__gte=0, seen_at__gte=0, head__gte=0, generation__gte=1),
                name="counts_from_the_start",
            ),
            models.CheckConstraint(
                condition=~Q(demand_kind=DemandKind.UNTIL) | Q(demand_at__isnull=False), name="until_has_an_instant"
            ),
            models.CheckConstraint(
                condition=Q(forked_at__isnull=True) | Q(forked_at__gte=0), name="forked_at_an_instant"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"execution {self.pk}"
