"""Where everyone was after a record, every 64 chunks: a cache, so that an instant is shown from one of them and at most 64 chunks."""

from __future__ import annotations

from django.db import models

from flows.models.execution import Execution


class Keyframe(models.Model):
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="keyframes")
    sequence = models.BigIntegerField(help_text="the last record in it")
    at = models.BigIntegerField(help_text="that record's instant")
    blob = models.BinaryField(help_text="`flows.traces.keyframe`")

    class Meta:
        ordering = ("execution", "sequence")
        constraints = [models.UniqueConstraint(fields=["execution", "sequence"], name="one_keyframe_per_sequence")]

    def __str__(self) -> str:
        return f"after record {self.sequence}"
