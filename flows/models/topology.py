"""What somebody drew, and each document it has had. A version never changes: executions refer to it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from flows.models.owned import Owned
from flows.models.written_json import WrittenJSON


class Topology(Owned):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, blank=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    is_example = models.BooleanField(default=False)
    guide = WrittenJSON(default=dict, blank=True, help_text="an example's: order, watch, try, traffic")
    source_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the files an example was made of")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at", "id")
        verbose_name_plural = "topologies"
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=Q(is_example=True), name="one_example_per_slug"),
            models.CheckConstraint(condition=~Q(is_example=True) | ~Q(slug=""), name="an_example_has_a_slug"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def listed_for_all(cls) -> Q:
        return Q(is_example=True)

    @property
    def is_open_to_all(self) -> bool:
        return self.is_example or super().is_open_to_all

    @property
    def is_read_only(self) -> bool:
        """Examples are the installation's: change a copy."""
        return self.is_example

    @property
    def latest(self) -> TopologyVersion | None:
        return self.versions.order_by("-number").first()


class TopologyVersion(models.Model):
    topology = models.ForeignKey(Topology, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = WrittenJSON()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical document")
    report = WrittenJSON(default=list, blank=True, help_text="what the importer modelled, approximated, ignored")
    problems = WrittenJSON(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("topology", "number")
        constraints = [
            models.UniqueConstraint(fields=["topology", "number"], name="one_version_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.topology.name}, version {self.number}"
