"""What a function's answer says about a batch of a stream: up to where it is done.

A partial batch response names records by sequence number; the lowest is where the mapping goes on (its *checkpoint*). An empty list,
null and an empty object are successes; an identifier that is empty, null or of no record in the batch fails the whole batch.
Recorded (lambda_esm/recorded.jsonl), and the developer guide's table of success and failure conditions.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.effects import Outcome

if TYPE_CHECKING:
    from flows.services.streaming.batch import StreamBatch

SAID_NOTHING = "null"


def first_failed(batch: StreamBatch, outcome: Outcome, *, partial: bool) -> int | None:
    """The index of the first record that failed; 0 for the whole batch; None if all is well."""
    if outcome.error_type:
        return 0
    if outcome.failed_items:
        return min(outcome.failed_items)
    if not partial or outcome.reply == SAID_NOTHING:
        return None
    return _reported(batch, outcome.reply)


def _reported(batch: StreamBatch, reply: str) -> int | None:
    places = {number: index for index, number in enumerate(batch.numbers())}
    try:
        answer = json.loads(reply)
        rows = answer.get("batchItemFailures") or [] if isinstance(answer, dict) else []
        return min((places[row["itemIdentifier"]] for row in rows), default=None)
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0
