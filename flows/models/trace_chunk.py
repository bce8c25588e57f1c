"""Up to 4096 records, in the bytes that every browser gets (`flows.traces.chunk` says what is in them).

Chunks are aligned: one holds the records 1 to 4096, the next 4097 to 8192. The last block may be in several `provisional`
pieces, which become one when they are many or when the block is full. Behind that, compaction packs them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from flows.models.execution import Execution


class TraceChunk(models.Model):
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="chunks")
    generation = models.PositiveIntegerField(help_text="in which it was written")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    first_at = models.BigIntegerField()
    last_at = models.BigIntegerField()
    header = models.BinaryField(help_text="magic, length, JSON")
    hot = models.BinaryField(help_text="instant, node, kind, subject")
    cold = models.BinaryField(help_text="everything else")
    mentions = models.BinaryField(
        default=b"", help_text="of whom it speaks (`flows.traces.mentions`); empty: not known yet"
    )
    totals = models.BinaryField(
        default=b"", help_text="its share of what is counted (`flows.traces.totals`); empty: not known yet"
    )
    lasting = models.BinaryField(default=b"", help_text="records of it that matter at any later instant; JSON")
    provisional = models.BooleanField()

    class Meta:
        ordering = ("execution", "first")
        constraints = [
            models.UniqueConstraint(fields=["execution", "first"], name="one_chunk_per_first"),
            models.UniqueConstraint(fields=["execution", "last"], name="one_chunk_per_last"),
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first"), last_at__gte=F("first_at")),
                name="a_chunk_holds_records",
            ),
        ]

    def __str__(self) -> str:
        return f"records {self.first} to {self.last}"

    @property
    def frame(self) -> bytes:
        return bytes(self.header) + bytes(self.hot) + bytes(self.cold)
