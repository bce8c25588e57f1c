"""SendMessage and SendMessageBatch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.services.ports import Caller, Json, Refusal
from flows.services.sqs import checks, refusals
from flows.services.sqs.digests import md5_of_attributes, md5_of_text
from flows.services.sqs.messages import NO_EXTRAS, Extras
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS, SECOND_US

if TYPE_CHECKING:
    from flows.services.world import World

GROUP_REASON = "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length."


@dataclass(frozen=True, slots=True)
class Checked:
    """A message that may be sent."""

    body: str
    attributes: Json
    system: Json
    trace_header: Json
    delay_us: int
    size: int


def send_message(world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    checked = _check(queue, params)
    if isinstance(checked, Refusal):
        return checked
    if checked.size > queue.maximum_bytes:
        return refusals.too_long(queue.maximum_bytes)
    return _send(world, caller, queue, checked)


def send_message_batch(world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    """Entries are refused one by one; only what concerns the request as a whole refuses all."""
    entries = checks.entries(params, "SendMessageBatchRequestEntry")
    if isinstance(entries, Refusal):
        return entries
    checked = [_check(queue, entry) for entry in entries]
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
    if params.get("MessageDeduplicationId") is not None:
        return refusals.invalid("The request includes a parameter that is not valid for this queue type.")
    system = {name: value["StringValue"] for name, value in trace.items()}
    group = params.get("MessageGroupId")
    if group is not None:
        if not isinstance(group, str) or not checks.GROUP_ID.fullmatch(group):
            return refusals.out_of_range(group, "MessageGroupId", GROUP_REASON)
        system["MessageGroupId"] = group
    delay_us = queue.delay_us if delay is None else delay * SECOND_US
    return Checked(body, attributes, system, trace, delay_us, checks.size_of(body, attributes))


def _send(world: World, caller: Caller, queue: Queue, message: Checked) -> Json:
    environment = world.environment
    extras = Extras(message.attributes, message.system) if message.attributes or message.system else NO_EXTRAS
    link = caller.link if caller.link >= 0 else world.link_between(caller.node, queue.node)
    body = environment.bodies.number(message.body)
    subject = queue.send(body, link, caller.request, caller.cause, message.delay_us, extras, caller.parent)
    answer: Json = {"MessageId": message_id(environment.seed, subject), "MD5OfMessageBody": md5_of_text(message.body)}
    if message.attributes:
        answer["MD5OfMessageAttributes"] = md5_of_attributes(message.attributes)
    if message.trace_header:
        answer["MD5OfMessageSystemAttributes"] = md5_of_attributes(message.trace_header)
    return answer
