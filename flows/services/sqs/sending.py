"""SendMessage and SendMessageBatch.

A message is checked as a whole before anything is sent. In a batch, entries are refused one by one; what concerns the request as
a whole refuses all, and with a FIFO queue so do an entry's group, deduplication id and delay (recorded).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.services.ports import Caller, Json, Refusal
from flows.services.sqs import checks, refusals
from flows.services.sqs.delivering import DEDUPLICATION, GROUP, kept
from flows.services.sqs.digests import md5_of_attributes, md5_of_text, sha256_of
from flows.services.sqs.fifo import FifoQueue, sequence_number
from flows.services.sqs.messages import NO_EXTRAS, Extras
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS, SECOND_US

if TYPE_CHECKING:
    from flows.services.world import World

ENTRY = "SendMessageBatchRequestEntry"


@dataclass(frozen=True, slots=True)
class Checked:
    """A message that may be sent."""

    body: str
    attributes: Json
    system: Json
    trace_header: Json
    delay_us: int
    size: int
    group: str
    deduplication: str


def send_message(world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    refusal = _unfit(queue, params)
    checked = _check(queue, params) if refusal is None else refusal
    if isinstance(checked, Refusal):
        return checked
    if checked.size > queue.maximum_bytes:
        return refusals.too_long(queue.maximum_bytes)
    return _send(world, caller, queue, checked)


def send_message_batch(world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    entries = checks.entries(params, ENTRY)
    if isinstance(entries, Refusal):
        return entries
    for index, entry in enumerate(entries, 1):
        if entry.get("MessageBody") in (None, ""):
            return refusals.missing_in_batch(f"{ENTRY}.{index}.MessageBody")
        refusal = _unfit(queue, entry) if queue.fifo else None
        if refusal is not None:
            return refusals.invalid(refusal.message)
    checked = [
        _check(queue, entry) if queue.fifo else _unfit(queue, entry) or _check(queue, entry) for entry in entries
    ]
    total = sum(0 if isinstance(each, Refusal) else each.size for each in checked)
    if total > QUOTAS.message_bytes:
        return refusals.batch_too_long(QUOTAS.message_bytes, total)
    successful, unsuccessful = [], []
    for entry, each in zip(entries, checked, strict=True):
        if isinstance(each, Refusal):
            unsuccessful.append(checks.failed(entry, each))
        elif each.size > queue.maximum_bytes:
            unsuccessful.append(checks.failed(entry, refusals.too_long_in_batch(queue.maximum_bytes)))
        else:
            successful.append({"Id": entry["Id"], **_send(world, caller, queue, each)})
    return checks.outcome(successful, unsuccessful)


def _unfit(queue: Queue, params: Json) -> Refusal | None:
    """What does not fit the type of the queue: group, deduplication id, delay."""
    group, deduplication, delay = params.get(GROUP), params.get(DEDUPLICATION), params.get("DelaySeconds")
    if queue.fifo:
        if delay not in (None, 0, "0"):
            return refusals.no_delay_here(delay)
        if group is None:
            return refusals.missing(GROUP)
    elif deduplication is not None:
        return refusals.wrong_queue_type(deduplication, DEDUPLICATION)
    for value, name in ((group, GROUP), (deduplication, DEDUPLICATION)):
        if value is not None and (not isinstance(value, str) or not checks.GROUP_ID.fullmatch(value)):
            reason = f"{name} can only include alphanumeric and punctuation characters. 1 to 128 in length."
            return refusals.out_of_range(value, name, reason)
    if queue.fifo and deduplication is None and not queue.content_based:
        return refusals.no_deduplication_id()
    return None


def _check(queue: Queue, params: Json) -> Checked | Refusal:
    body = checks.body(params)
    if isinstance(body, Refusal):
        return body
    delay = checks.integer(
        params, "DelaySeconds", 0, QUOTAS.delay_us // SECOND_US, "DelaySeconds must be >= 0 and <= 900."
    )
    if isinstance(delay, Refusal):
        return delay
    attributes = checks.attributes(params.get("MessageAttributes"))
    if isinstance(attributes, Refusal):
        return attributes
    trace = checks.attributes(params.get("MessageSystemAttributes"), "system")
    if isinstance(trace, Refusal):
        return trace
    if set(trace) - {"AWSTraceHeader"}:
        return refusals.invalid("Message system attribute name is invalid: only AWSTraceHeader is supported.")
    system = {name: value["StringValue"] for name, value in trace.items()}
    group, deduplication = params.get(GROUP) or "", params.get(DEDUPLICATION) or ""
    if queue.fifo and not deduplication:
        deduplication = sha256_of(body)
    delay_us = queue.delay_us if delay is None else delay * SECOND_US
    system = kept(system | ({GROUP: group} if group else {}), fifo=queue.fifo)
    size = checks.size_of(body, attributes)
    return Checked(body, attributes, system, trace, delay_us, size, group, deduplication)


def _send(world: World, caller: Caller, queue: Queue, message: Checked) -> Json:
    environment = world.environment
    extras = Extras(message.attributes, message.system) if message.attributes or message.system else NO_EXTRAS
    link = caller.link if caller.link >= 0 else world.link_between(caller.node, queue.node)
    at = (environment.bodies.number(message.body), link, caller.request, caller.cause)
    subject = queue.send(*at, message.delay_us, extras, caller.parent, message.group, message.deduplication)
    identity = environment.subjects.identity[subject]
    answer: Json = {"MessageId": message_id(environment.seed, identity), "MD5OfMessageBody": md5_of_text(message.body)}
    if message.attributes:
        answer["MD5OfMessageAttributes"] = md5_of_attributes(message.attributes)
    if message.trace_header:
        answer["MD5OfMessageSystemAttributes"] = md5_of_attributes(message.trace_header)
    if isinstance(queue, FifoQueue):
        answer["SequenceNumber"] = sequence_number(queue.sent_serial)
    return answer
