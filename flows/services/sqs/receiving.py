"""ReceiveMessage with long polling, DeleteMessage, ChangeMessageVisibility, and the batches of the last two."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.engine.identifiers import read_receipt_handle
from flows.services.ports import Caller, Json, Pending, Refusal
from flows.services.sqs import checks, refusals
from flows.services.sqs.event import Wanted, messages_json
from flows.services.sqs.messages import IN_FLIGHT
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS, SECOND_US

if TYPE_CHECKING:
    from flows.services.world import World

One: TypeAlias = "Callable[[Caller, Queue, Json], Refusal | None]"


def receive_message(_world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal | Pending:
    """What is visible at once; nothing there and a wait asked for: the answer comes when something is, or the wait is over."""
    maximum = checks.integer(
        params, "MaxNumberOfMessages", 1, QUOTAS.receive_messages, "Must be between 1 and 10, if provided."
    )
    wait = checks.integer(
        params, "WaitTimeSeconds", 0, QUOTAS.receive_wait_us // SECOND_US, "Must be >= 0 and <= 20, if provided."
    )
    hidden = checks.integer(
        params, "VisibilityTimeout", 0, QUOTAS.visibility_us // SECOND_US, "Must be >= 0 and <= 43200, if provided."
    )
    for value in (maximum, wait, hidden):
        if isinstance(value, Refusal):
            return value
    assert not isinstance(maximum, Refusal)
    assert not isinstance(wait, Refusal)
    assert not isinstance(hidden, Refusal)
    wanted = Wanted(
        maximum=maximum or 1,
        hidden_us=-1 if hidden is None else hidden * SECOND_US,
        system_names=frozenset(_names(params, "AttributeNames") + _names(params, "MessageSystemAttributeNames")),
        attribute_names=_names(params, "MessageAttributeNames"),
        request=caller.request,
        cause=caller.cause,
    )
    wait_us = queue.receive_wait_us if wait is None else wait * SECOND_US
    if queue.in_flight_count >= QUOTAS.in_flight and not wait_us:
        return refusals.over_limit(QUOTAS.in_flight)
    batch = queue.receive(wanted.maximum, -1, wanted.request, wanted.hidden_us, wanted.cause)
    if not batch and wait_us:
        return queue.long_polls.wait(wanted, wait_us, caller.deadline_at)
    return messages_json(queue, batch.slots, wanted)


def delete_message(_world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    refusal = _delete(caller, queue, params)
    return {} if refusal is None else refusal


def delete_message_batch(_world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    return _each(caller, queue, params, "DeleteMessageBatchRequestEntry", _delete)


def change_message_visibility(_world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    refusal = _change_visibility(caller, queue, params)
    return {} if refusal is None else refusal


def change_message_visibility_batch(_world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    return _each(caller, queue, params, "ChangeMessageVisibilityBatchRequestEntry", _change_visibility)


def _each(caller: Caller, queue: Queue, params: Json, entry_name: str, one: One) -> Json | Refusal:
    entries = checks.entries(params, entry_name)
    if isinstance(entries, Refusal):
        return entries
    successful, unsuccessful = [], []
    for entry in entries:
        refusal = one(caller, queue, entry)
        if refusal is None:
            successful.append({"Id": entry["Id"]})
        else:
            unsuccessful.append(checks.failed(entry, refusal))
    return checks.outcome(successful, unsuccessful)


def _delete(caller: Caller, queue: Queue, params: Json) -> Refusal | None:
    """An old receipt handle, or a message that is gone: success, and nothing happens, as with AWS."""
    slot = _slot(queue, params)
    if isinstance(slot, Refusal):
        return slot
    if slot >= 0:
        queue.delete(slot, caller.request, caller.cause)
        queue.settle()
    return None


def _change_visibility(caller: Caller, queue: Queue, params: Json) -> Refusal | None:
    reason = "VisibilityTimeout must be an integer between 0 and 43200."
    hidden = checks.integer(params, "VisibilityTimeout", 0, QUOTAS.visibility_us // SECOND_US, reason)
    if isinstance(hidden, Refusal):
        return hidden
    if hidden is None:
        return refusals.missing("VisibilityTimeout")
    slot = _slot(queue, params)
    if isinstance(slot, Refusal):
        return slot
    if slot < 0:
        return refusals.not_in_flight(str(params["ReceiptHandle"]))
    if queue.messages.state[slot] != IN_FLIGHT and queue.in_flight_count >= QUOTAS.in_flight:
        return refusals.over_limit(QUOTAS.in_flight)
    queue.change_visibility(slot, hidden * SECOND_US, caller.request, caller.cause)
    return None


def _slot(queue: Queue, params: Json) -> int | Refusal:
    """The slot a receipt handle stands for; -1 if the message is gone or was received again since."""
    receipt = params.get("ReceiptHandle")
    if not receipt:
        return refusals.missing("ReceiptHandle")
    read = read_receipt_handle(queue.environment.seed, str(receipt))
    if read is None:
        return refusals.invalid_receipt(str(receipt))
    subject, receive = read
    slot = queue.messages.slot_of(subject)
    return slot if slot >= 0 and queue.messages.receive_count[slot] == receive else -1


def _names(params: Json, parameter: str) -> tuple[str, ...]:
    given = params.get(parameter) or ()
    return tuple(str(name) for name in given) if isinstance(given, list | tuple) else (str(given),)
