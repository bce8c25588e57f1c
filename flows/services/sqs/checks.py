"""What is checked of every request before a queue sees it. A check answers the value to use, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.services.ports import Answer, Caller, Json, Pending, Refusal, Run
from flows.services.sqs import refusals
from flows.services.sqs.digests import attribute_value
from flows.services.sqs.fifo import FifoQueue
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import FORBIDDEN, QUOTAS

if TYPE_CHECKING:
    from flows.services.world import World

OnQueue: TypeAlias = "Callable[[World, Caller, Queue, Json], Json | Refusal | Pending]"
OnAccount: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"
ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
ACCOUNT_ID = re.compile(r"\d{12}")
NAME_LENGTH = 80
LABEL_REASON = "A label can only include alphanumeric characters, hyphens and underscores. 1 to 80 in length."
GROUP_ID = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
ATTRIBUTE_NAME = re.compile(r"(?!aws\.|amazon\.|\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)", re.IGNORECASE)
DATA_TYPE = re.compile(r"(String|Number|Binary)(\..{1,249})?")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def on_queue(run: OnQueue, parameter: str = "QueueUrl") -> Run:
    """The operation of a queue: it is found first, and an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer | Pending:
        queue = queue_of(world, params, parameter)
        return answer(queue if isinstance(queue, Refusal) else run(world, caller, queue, params))

    return operation


def on_messages(name: str, run: OnQueue) -> Run:
    """The operation on a queue's messages: a FIFO queue takes only so many calls of it a second."""

    def unless_throttled(world: World, caller: Caller, queue: Queue, params: Json) -> Json | Refusal | Pending:
        if isinstance(queue, FifoQueue):
            given = params.get("Entries")
            sent = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else [params]
            groups = [str(each["MessageGroupId"]) for each in sent if each.get("MessageGroupId")]
            if queue.throughput.exceeds(name, queue.throughput_limit, groups, world.environment.now_at):
                return refusals.throttled()
        return run(world, caller, queue, params)

    return on_queue(unless_throttled)


def on_account(run: OnAccount) -> Run:
    """The operation of an account: an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer | Pending:
        return answer(run(world, caller, params))

    return operation


def answer(result: Json | Refusal | Pending) -> Answer | Pending:
    if isinstance(result, Pending):
        return result
    return Answer(refusal=result) if isinstance(result, Refusal) else Answer(result)


def queue_of(world: World, params: Json, parameter: str) -> Queue | Refusal:
    """The queue that a URL or an ARN stands for. A URL may end in a slash."""
    value = params.get(parameter)
    if not value:
        return refusals.missing(parameter)
    if parameter == "QueueUrl" and isinstance(value, str):
        value = value.rstrip("/")
    node = world.addressed(value)
    noun = None if node is None else world.nouns[node.index]
    if isinstance(noun, Queue):
        return noun
    if node is not None and node.index in world.problems:
        return refusals.not_simulated(world.problems[node.index])
    return refusals.no_such_queue() if parameter == "QueueUrl" else refusals.no_such_resource(parameter)


def integer(params: Json, name: str, low: int, high: int, reason: str) -> int | Refusal | None:
    """An integer within its range; None if it was not given."""
    value = params.get(name)
    if value is None:
        return None
    number = as_integer(value)
    if number is None or not low <= number <= high:
        return refusals.out_of_range(value, name, reason)
    return number


def as_integer(value: object) -> int | None:
    """An integer given as a number or as its text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value) else None


def body(params: Json) -> str | Refusal:
    """A message's body."""
    text = params.get("MessageBody")
    if text is None or text == "":
        return refusals.missing("MessageBody")
    if not isinstance(text, str):
        return refusals.invalid("Value for parameter MessageBody is invalid. Reason: it must be a string.")
    if FORBIDDEN.search(text):
        return refusals.invalid_content()
    return text


def attributes(given: Any, what: str = "user") -> Json | Refusal:
    """A message's attributes."""
    if given in (None, {}):
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, dict) for value in given.values()):
        return refusals.invalid(
            "Value for parameter MessageAttributes is invalid. Reason: it must be an object of objects."
        )
    if len(given) > QUOTAS.message_attributes:
        return refusals.invalid(
            f"Number of message attributes [{len(given)}] exceeds the allowed maximum [{QUOTAS.message_attributes}]."
        )
    for name, value in given.items():
        refusal = _attribute(name, value, what)
        if refusal is not None:
            return refusal
    return dict(given)


def _attribute(name: str, value: Json, what: str) -> Refusal | None:
    kind = value.get("DataType")
    if not ATTRIBUTE_NAME.fullmatch(name):
        return refusals.invalid(f"Message ({what}) attribute name '{name}' is invalid.")
    if not kind:
        return refusals.invalid(f"The message attribute '{name}' must contain message attribute type.")
    if not isinstance(kind, str) or not DATA_TYPE.fullmatch(kind):
        return refusals.invalid(
            f"The type of message ({what}) attribute '{name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String."
        )
    field = "BinaryValue" if kind.startswith("Binary") else "StringValue"
    if not value.get(field):
        return refusals.invalid(
            f"Message ({what}) attribute '{name}' must contain a non-empty value of type '{kind.split('.')[0]}'."
        )
    if kind.startswith("Number") and not NUMBER.fullmatch(str(value[field])):
        return refusals.invalid(f"Can't cast the value of message ({what}) attribute '{name}' to a number.")
    if field == "StringValue" and FORBIDDEN.search(str(value[field])):
        return refusals.invalid(refusals.invalid_content().message)
    try:
        attribute_value(value)
    except ValueError:
        return refusals.invalid(f"Message ({what}) attribute '{name}' has a value that is not base64.")
    return None


def size_of(text: str, given: Json) -> int:
    """What counts towards the maximum message size: the body, and every attribute's name, type and value."""
    size = len(text.encode())
    return size + sum(
        len(name.encode()) + len(str(v["DataType"])) + len(attribute_value(v)[1]) for name, v in given.items()
    )


def entries(params: Json, entry: str) -> list[Json] | Refusal:
    """A batch's entries, each with an id of its own."""
    given = params.get("Entries")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        return refusals.empty_batch(entry)
    if len(given) > QUOTAS.batch_entries:
        return refusals.too_many_entries(QUOTAS.batch_entries, len(given))
    seen: set[str] = set()
    for each in given:
        entry_id = each.get("Id")
        if not isinstance(entry_id, str) or not ENTRY_ID.fullmatch(entry_id):
            return refusals.invalid_entry_id()
        if entry_id in seen:
            return refusals.repeated_entry_id(entry_id)
        seen.add(entry_id)
    return given


def failed(entry: Json, refusal: Refusal) -> Json:
    """One entry of a batch that was refused."""
    return {"Id": entry["Id"], "SenderFault": refusal.status < 500, "Code": refusal.code, "Message": refusal.message}


def outcome(successful: list[Json], unsuccessful: list[Json]) -> Json:
    """A batch's answer; AWS leaves out an empty list."""
    return {key: rows for key, rows in (("Successful", successful), ("Failed", unsuccessful)) if rows}
