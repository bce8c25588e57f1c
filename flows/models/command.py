"""Something somebody did: an operation, at an instant and under an ordinal that the server assigned once.

Commands are applied in the order (instant, ordinal). A truncation makes the later ones pending again: they are applied once
more when the simulation gets there, so what somebody scheduled is not lost.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from flows.models.execution import Execution
from flows.models.written_json import WrittenJSON


class CommandStatus(models.TextChoices):
    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused", "applied, and the service refused: `error` says why"


class Command(models.Model):
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="commands")
    ordinal = models.PositiveIntegerField()
    at = models.BigIntegerField()
    actor = models.CharField(max_length=150, blank=True)
    key = models.CharField(max_length=64, help_text="made by the client; a repeated key is the same command")
    operation = models.CharField(max_length=80)
    params = WrittenJSON()
    status = models.CharField(max_length=16, choices=CommandStatus, default=CommandStatus.PENDING)
    result = WrittenJSON(null=True, blank=True)
    error = WrittenJSON(null=True, blank=True, help_text="code, message")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("execution", "at", "ordinal")
        indexes = [models.Index(fields=["execution", "at", "ordinal"], name="commands_in_order")]
        constraints = [
            models.UniqueConstraint(fields=["execution", "key"], name="one_command_per_key"),
            models.UniqueConstraint(fields=["execution", "ordinal"], name="one_command_per_ordinal"),
            models.CheckConstraint(condition=Q(at__gte=0, ordinal__gte=1) & ~Q(key=""), name="a_command_has_its_place"),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}: {self.operation} at {self.at}"
