"""How an impure handler's invocation ended. A replay reads this log and never runs code."""

from __future__ import annotations

from django.db import models

from flows.models.execution import Execution
from flows.models.written_json import WrittenJSON


class Effect(models.Model):
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="effects")
    ordinal = models.PositiveIntegerField(help_text="of the invocation")
    code_hash = models.CharField(max_length=64)
    input_hash = models.CharField(max_length=64)
    outcome = WrittenJSON(help_text="reply or error, virtual duration, calls with their answers")
    at = models.BigIntegerField(help_text="effects past a truncation are discarded")

    class Meta:
        ordering = ("execution", "ordinal")
        constraints = [models.UniqueConstraint(fields=["execution", "ordinal"], name="one_effect_per_invocation")]

    def __str__(self) -> str:
        return f"invocation {self.ordinal} at {self.at}"
