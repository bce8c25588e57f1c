"""StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask, and the playground's own RedriveMessages."""

from __future__ import annotations

import base64
import binascii
import json
from collections import deque
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.ports import Caller, Json, Refusal
from flows.services.sqs import checks, refusals
from flows.services.sqs.dead_letters import sources_of
from flows.services.sqs.event import message_identity
from flows.services.sqs.messages import VISIBLE
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS
from flows.services.sqs.redrive import FAILED, RUNNING, Chosen, MoveTask
from flows.services.sqs.wide_redrive import holds_letters_of_others

if TYPE_CHECKING:
    from flows.services.world import World

RATE_REASON = "MaxNumberOfMessagesPerSecond must be between 1 and 500."


def start_message_move_task(world: World, caller: Caller, source: Queue, params: Json) -> Json | Refusal:
    return _start(world, caller, source, params, None)


def redrive_messages(world: World, caller: Caller, source: Queue, params: Json) -> Json | Refusal:
    """A selection, each with its body as it is or edited. All of them must be there and visible. With `AllOthers` whatever else is
    visible goes, too, as it is: whoever sees a page of many need not name them.
    """
    others = params.get("AllOthers") is True
    given = params.get("Messages", [] if others else None)
    if not isinstance(given, list) or not (given or others) or not all(isinstance(each, dict) for each in given):
        return refusals.missing("Messages")
    messages = source.messages
    visible = {message_identity(source, slot): slot for slot in messages.living() if messages.state[slot] == VISIBLE}
    selection: deque[Chosen] = deque()
    for each in given:
        slot = visible.pop(str(each.get("MessageId")), -1)
        if slot < 0:
            return refusals.out_of_range(
                each.get("MessageId"), "MessageId", "There is no such message visible in the source queue."
            )
        body = 0
        if each.get("MessageBody") is not None:
            text = checks.body(each)
            if isinstance(text, Refusal):
                return text
            if len(text.encode()) > QUOTAS.message_bytes:
                return refusals.too_long(QUOTAS.message_bytes)
            body = world.environment.bodies.number(text)
        selection.append(Chosen(slot, messages.subject[slot], body))
    if others:
        selection.extend(Chosen(slot, messages.subject[slot], 0) for slot in visible.values())
    return _start(world, caller, source, params, selection)


def list_message_move_tasks(_world: World, _caller: Caller, source: Queue, params: Json) -> Json | Refusal:
    """The newest first."""
    maximum = checks.integer(params, "MaxResults", 1, QUOTAS.listed_move_tasks, "MaxResults must be between 1 and 10.")
    if isinstance(maximum, Refusal):
        return maximum
    newest = source.move_tasks[::-1][: maximum or 1]
    return {"Results": [_task_json(task) for task in newest]}


def cancel_message_move_task(world: World, caller: Caller, params: Json) -> Json | Refusal:
    handle = params.get("TaskHandle")
    if not handle:
        return refusals.missing("TaskHandle")
    read = _read_handle(str(handle))
    if read is None:
        return refusals.invalid("Value for parameter TaskHandle is invalid.")
    task_id, arn = read
    source = checks.queue_of(world, {"SourceArn": arn}, "SourceArn")
    if isinstance(source, Refusal):
        return source
    task = next((task for task in source.move_tasks if _task_id(task) == task_id), None)
    if task is None or task.status != RUNNING:
        return refusals.no_such_task()
    task.cancel(caller.cause)
    return {"ApproximateNumberOfMessagesMoved": task.moved}


def _start(
    world: World, caller: Caller, source: Queue, params: Json, selection: deque[Chosen] | None
) -> Json | Refusal:
    rate = checks.integer(params, "MaxNumberOfMessagesPerSecond", 1, QUOTAS.move_task_rate, RATE_REASON)
    if isinstance(rate, Refusal):
        return rate
    destination = None
    if params.get("DestinationArn"):
        found = checks.queue_of(world, params, "DestinationArn")
        if isinstance(found, Refusal):
            return found
        if found is source:
            return refusals.invalid("Source queue arn and destination queue arn cannot be the same.")
        if found.fifo != source.fifo:
            return refusals.invalid("Source queue and destination queue must be of the same type.")
        destination = found
    if not sources_of(world, source) and not (selection is not None and holds_letters_of_others(world, source)):
        return refusals.invalid("Source queue must be configured as a Dead Letter Queue.")
    if any(task.status == RUNNING for task in source.move_tasks):
        return refusals.invalid(
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
        )
    task = MoveTask(world, source, destination, rate, caller.request, selection)
    task.start(caller.cause)
    source.move_tasks.append(task)
    return {"TaskHandle": _handle(task)}


def _task_json(task: MoveTask) -> Json:
    """As recorded: a handle while it runs, a reason if it failed."""
    answer: Json = {"TaskHandle": _handle(task)} if task.status == RUNNING else {}
    answer |= {
        "Status": task.status,
        "SourceArn": task.source.arn,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.total,
        "StartedTimestamp": task.world.environment.wall_us(task.started_at) // 1000,
    }
    if task.destination is not None:
        answer["DestinationArn"] = task.destination.arn
    if task.rate is not None:
        answer["MaxNumberOfMessagesPerSecond"] = task.rate
    if task.status == FAILED:
        answer["FailureReason"] = task.reason
    return answer


def _task_id(task: MoveTask) -> str:
    return request_id(task.world.environment.seed, task.subject)


def _handle(task: MoveTask) -> str:
    """AWS's shape: base64 of JSON with the task's id and its source."""
    text = json.dumps({"taskId": _task_id(task), "sourceArn": task.source.arn}, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def _read_handle(handle: str) -> tuple[str, str] | None:
    try:
        read = json.loads(base64.b64decode(handle, validate=True))
        return str(read["taskId"]), str(read["sourceArn"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
