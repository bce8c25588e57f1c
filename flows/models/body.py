"""A long text of the trace (message, payload, error), once per execution; records refer to it by number."""

from __future__ import annotations

from django.db import models

from flows.models.execution import Execution


class Body(models.Model):
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="bodies")
    number = models.PositiveBigIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256")

    class Meta:
        ordering = ("execution", "number")
        verbose_name_plural = "bodies"
        constraints = [models.UniqueConstraint(fields=["execution", "number"], name="one_body_per_number")]

    def __str__(self) -> str:
        return f"body {self.number}"
