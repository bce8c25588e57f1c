"""Texts of the trace (messages, payloads, errors), each once per execution; records refer to them by number.

A row holds consecutive numbers, compressed together (`flows.runs.bodies`): a run in which every message is different has as
many texts as messages, and a row for each cost more than the simulation.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from flows.models.execution import Execution


class BodyBlock(models.Model):
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="body_blocks")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    blob = models.BinaryField(help_text="zstd of a JSON array of strings")

    class Meta:
        ordering = ("execution", "first")
        constraints = [
            models.UniqueConstraint(fields=["execution", "first"], name="one_body_block_per_first"),
            models.CheckConstraint(condition=Q(first__gte=1, last__gte=F("first")), name="a_body_block_holds_texts"),
        ]

    def __str__(self) -> str:
        return f"bodies {self.first} to {self.last}"
