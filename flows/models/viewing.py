"""Who looks at an execution at this moment, and who of them drives it: an agreement between web processes."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Viewing(models.Model):
    """One open websocket. A row whose process no longer renews it is nobody."""

    execution = models.ForeignKey("flows.Execution", on_delete=models.CASCADE, related_name="viewings")
    viewer = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=150)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    may_drive = models.BooleanField()
    joined_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    drives = models.BooleanField(default=False)

    class Meta:
        ordering = ("joined_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("execution",), condition=models.Q(drives=True), name="one_driver_per_execution"
            ),
        )

    def __str__(self) -> str:
        return self.name
