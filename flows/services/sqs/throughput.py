"""How many calls a FIFO queue takes a second.

AWS: 300 calls a second of each operation (batches count as one) for the queue; at high throughput 300 a second for each message
group, where the quota of the region (tens of thousands) is left out. Counted by the second of the execution, approximately
as AWS does: nobody knows where AWS's seconds begin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flows.services.sqs.quotas import QUOTAS, SECOND_US

PER_GROUP = "perMessageGroupId"
ONE = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}
"""A batch and its single form share a quota."""


class Throughput:
    def __init__(self) -> None:
        self._second = -1
        self._calls: Counter[str] = Counter()

    def exceeds(self, operation: str, limit: str, groups: Iterable[str], now_at: int) -> bool:
        """Whether a call is one too many; if it is not, it is counted."""
        second = now_at // SECOND_US
        if second != self._second:
            self._second = second
            self._calls.clear()
        name = ONE.get(operation, operation)
        keys = [f"{name} {group}" for group in dict.fromkeys(groups)] if limit == PER_GROUP else [name]
        if any(self._calls[key] >= QUOTAS.fifo_calls for key in keys):
            return True
        self._calls.update(keys)
        return False
