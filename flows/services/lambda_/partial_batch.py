"""A partial batch response: which messages of a batch a function's reply reports as failed.

An empty list, null, an empty object and null altogether are successes; an identifier that is empty, null, unknown or under
another name fails the whole batch (AWS's table of conditions, recorded too).
"""

from __future__ import annotations

import json

from flows.engine.environment import Environment
from flows.engine.identifiers import message_id
from flows.services.ports import Batch


def reported(environment: Environment, batch: Batch, reply: str) -> tuple[int, ...]:
    """The indices that a reply's `batchItemFailures` name; all of them, if AWS cannot read it."""
    seed, identity = environment.seed, environment.subjects.identity
    places = {message_id(seed, identity[subject]): index for index, subject in enumerate(batch.subjects())}
    try:
        answer = json.loads(reply)
        rows = answer.get("batchItemFailures") or [] if isinstance(answer, dict) else []
        return tuple(sorted({places[row["itemIdentifier"]] for row in rows}))
    except (ValueError, KeyError, TypeError, RecursionError):
        return tuple(range(len(batch)))
