"""What was answered to a request that came with a key: the same key gets the same answer, and nothing is done twice."""

from __future__ import annotations

from django.db import models


class Answered(models.Model):
    who = models.CharField(max_length=64, blank=True, help_text="the user's key; empty for the local owner")
    key = models.CharField(max_length=64)
    route = models.CharField(max_length=300, help_text="method and path: a key belongs to one request")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "id")
        verbose_name_plural = "answered"
        constraints = (models.UniqueConstraint(fields=("who", "key"), name="one_answer_per_key"),)

    def __str__(self) -> str:
        return f"{self.route}: {self.status}"
