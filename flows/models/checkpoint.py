"""A simulation in a box: a cache, and nothing but time is lost with it.

It lives in a database of its own (`dashboard.routers`), so it names its execution without a foreign key, and it is signed
with the installation's secret, because restoring it runs `pickle`.
"""

from __future__ import annotations

from django.db import models


class Checkpoint(models.Model):
    execution_id = models.UUIDField()
    generation = models.PositiveIntegerField()
    at = models.BigIntegerField()
    sequence = models.BigIntegerField()
    command_at = models.BigIntegerField(help_text="the last command in the box: its instant,")
    command_ordinal = models.PositiveIntegerField(help_text="and its ordinal; 0 when there is none")
    fingerprint = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    blob = models.BinaryField()

    class Meta:
        ordering = ("execution_id", "id")
        indexes = [models.Index(fields=["execution_id", "sequence"], name="checkpoints_by_sequence")]

    def __str__(self) -> str:
        return f"checkpoint at {self.at}, record {self.sequence}"
