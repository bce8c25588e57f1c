"""A generation that ended: a command at `at` cut off what had been simulated after it; records up to `after` survived."""

from __future__ import annotations

from django.db import models

from flows.models.execution import Execution


class Truncation(models.Model):
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="truncations")
    generation = models.PositiveIntegerField(help_text="the one that began")
    at = models.BigIntegerField()
    after = models.BigIntegerField()

    class Meta:
        ordering = ("execution", "generation")
        constraints = [
            models.UniqueConstraint(fields=["execution", "generation"], name="one_truncation_per_generation")
        ]

    def __str__(self) -> str:
        return f"generation {self.generation} from {self.at}"
