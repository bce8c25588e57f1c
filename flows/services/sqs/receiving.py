"""ReceiveMessage with long polling, DeleteMessage, ChangeMessageVisibility, and the batches of the last two."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.engine.identifiers import read_receipt_handle
from flows.services.ports import Caller, Json, Pending, Refusal
from flows.services.sqs import checks, refusals
from flows.services.sqs.attributes import KNOWN
from flows.services.sqs.event import Wanted, messages_json
from flows.services.sqs.messages import IN_FLIGHT
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS, SECOND_US

if TYPE_CHECKING:
    from flows.services.world import World

ATTEMPT = "ReceiveRequestAttemptId"
SYSTEM_NAMES = KNOWN | {
    "All",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
}
"""What a receive may ask for. AWS's older parameter takes the names of queue attributes too, and answers none of them."""
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
    names = _names(params, "AttributeNames") + _names(params, "MessageSystemAttributeNames")
    refusal = _unknown(names) or _unfit_attempt(queue, params.get(ATTEMPT))
    if refusal is not None:
        return refusal
    wanted = Wanted(
        maximum=maximum or 1,
        hidden_us=-1 if hidden is None else hidden * SECOND_US,
        system_names=frozenset(names),
        attribute_names=_names(params, "MessageAttributeNames"),
        request=caller.request,
        cause=caller.cause,
        attempt=params.get(ATTEMPT) or "",
    )
    wait_us = queue.receive_wait_us if wait is None else wait * SECOND_US
    if queue.in_flight_count >= QUOTAS.in_flight and not wait_us and not queue.fifo:
        return refusals.over_limit(QUOTAS.in_flight)
    slots = queue.answer_receive(wanted)
    if not slots and wait_us:
        return queue.long_polls.wait(wanted, wait_us, caller.deadline_at)
    return messages_json(queue, slots, wanted)


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
    """An old receipt handle, or a message that is gone: success, and nothing happens, as with AWS; with a FIFO queue a
    receipt handle whose message has come back has expired.
    """
    found = _find(queue, params)
    if isinstance(found, Refusal):
        return found
    slot, is_latest = found
    if slot >= 0 and queue.fifo and not (is_latest and queue.messages.state[slot] == IN_FLIGHT):
        return refusals.expired_receipt(str(params["ReceiptHandle"]))
    if slot >= 0 and is_latest:
        queue.delete(slot, caller.request, caller.cause)
        queue.settle()
    return None


def _change_visibility(caller: Caller, queue: Queue, params: Json) -> Refusal | None:
    """The twelve hours are counted from the receive, whatever was changed since."""
    reason = "VisibilityTimeout must be an integer between 0 and 43200."
    longest_s = QUOTAS.visibility_us // SECOND_US
    hidden = checks.integer(params, "VisibilityTimeout", 0, longest_s, reason)
    if isinstance(hidden, Refusal):
        return hidden
    if hidden is None:
        return refusals.missing("VisibilityTimeout")
    found = _find(queue, params)
    if isinstance(found, Refusal):
        return found
    slot, is_latest = found
    messages = queue.messages
    if slot < 0 or not is_latest or (queue.fifo and messages.state[slot] != IN_FLIGHT):
        return refusals.not_in_flight(str(params["ReceiptHandle"]))
    since_us = queue.environment.now_at - messages.received_at[slot]
    if since_us + hidden * SECOND_US > QUOTAS.visibility_us:
        return refusals.beyond_the_limit(hidden, longest_s)
    if messages.state[slot] != IN_FLIGHT and queue.in_flight_count >= QUOTAS.in_flight:
        return refusals.over_limit(QUOTAS.in_flight)
    queue.change_visibility(slot, hidden * SECOND_US, caller.request, caller.cause)
    return None


def _find(queue: Queue, params: Json) -> tuple[int, bool] | Refusal:
    """The slot a receipt handle stands for (-1 if the message is gone), and whether it is that of the latest receive."""
    receipt = params.get("ReceiptHandle")
    if not receipt:
        return refusals.missing("ReceiptHandle")
    read = read_receipt_handle(queue.environment.seed, str(receipt))
    if read is None:
        return refusals.invalid_receipt(str(receipt))
    subject, receive_count = read
    slot = queue.messages.slot_of(subject)
    return slot, slot >= 0 and queue.messages.receive_count[slot] == receive_count


def _unknown(names: tuple[str, ...]) -> Refusal | None:
    return next((refusals.unknown_attribute(name) for name in names if name not in SYSTEM_NAMES), None)


def _unfit_attempt(queue: Queue, attempt: object) -> Refusal | None:
    if attempt is None:
        return None
    if not queue.fifo:
        return refusals.wrong_queue_type(attempt, ATTEMPT)
    if isinstance(attempt, str) and checks.GROUP_ID.fullmatch(attempt):
        return None
    reason = f"{ATTEMPT} can only include alphanumeric and punctuation characters. 1 to 128 in length."
    return refusals.out_of_range(attempt, ATTEMPT, reason)


def _names(params: Json, parameter: str) -> tuple[str, ...]:
    given = params.get(parameter) or ()
    return tuple(str(name) for name in given) if isinstance(given, list | tuple) else (str(given),)
