"""A queue's life from outside: made, found, listed, tagged, emptied, deleted.

CreateQueue is idempotent: with the attributes that the queue has it answers its URL; an attribute with another value refuses it
(attributes that are not given are not compared). A name is free again a minute after its queue was deleted.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.sqs import attributes, checks, refusals
from flows.services.sqs.config import QueueConfig, RedrivePolicy
from flows.services.sqs.dead_letters import set_redrive, sources_of
from flows.services.sqs.messages import NONE_AT
from flows.services.sqs.queue import Queue
from flows.services.sqs.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.world import World

QUEUE = "AWS::SQS::Queue"
FIFO_SUFFIX = ".fifo"
SERVICE = "sqs"
DELETED = "deleted"
"""In `world.shared["sqs"]`: ARN → the instant at which its queue was deleted."""


def create_queue(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, given = params.get("QueueName"), dict(params.get("Attributes") or {})
    if not isinstance(name, str) or not name:
        return refusals.missing("QueueName")
    fifo = _kind_of(name, given)
    if isinstance(fifo, Refusal):
        return fifo
    tags = params.get("tags") or params.get("Tags") or {}
    arn = f"arn:aws:sqs:{caller.region}:{caller.account}:{name}"
    there = world.addressed(arn, "queue")
    queue = None if there is None else world.nouns[there.index]
    found = attributes.changes(world, given, arn, fifo=fifo, has={"DeduplicationScope": "queue"} if fifo else {})
    if queue is not None:
        if isinstance(found, Refusal):
            return found
        other = next((name for name, value in found if not attributes.same(queue, name, value)), None)
        return {"QueueUrl": queue.url} if other is None else refusals.name_exists(other)
    deleted_at = _deleted(world).get(arn, NONE_AT)
    if deleted_at != NONE_AT and world.environment.now_at < deleted_at + QUOTAS.between_names_us:
        return refusals.deleted_recently()
    if isinstance(found, Refusal):
        return found
    scope = dict(found).get("DeduplicationScope", "queue")
    config = QueueConfig(name, fifo=fifo, deduplication_scope=scope)
    return {"QueueUrl": _make(world, caller, config, arn, found, tags).url}


def _kind_of(name: str, given: Json) -> bool | Refusal:
    """Whether a queue of this name is FIFO; `FifoQueue` is taken out of what is given."""
    said = given.pop("FifoQueue", None)
    fifo = str(said).lower() == "true"
    if said is not None and not fifo:
        return refusals.unknown_attribute("FifoQueue")
    base = name.removesuffix(FIFO_SUFFIX) if fifo else name
    if fifo and (base == name or not checks.ENTRY_ID.fullmatch(base) or len(name) > checks.NAME_LENGTH):
        return refusals.bad_fifo_name()
    return fifo if checks.ENTRY_ID.fullmatch(base) else refusals.bad_name()


def _make(
    world: World, caller: Caller, config: QueueConfig, arn: str, found: list[attributes.Change], tags: Json
) -> Queue:
    properties = {"QueueName": config.name, **({"FifoQueue": True} if config.fifo else {})}
    url = f"https://sqs.{caller.region}.amazonaws.com/{caller.account}/{config.name}"
    node = world.create(QUEUE, config.name, config, arn=arn, url=url, properties=properties, caller=caller)
    queue: Queue = world.nouns[node.index]
    attributes.apply(world, queue, found)
    queue.tags |= {str(key): str(value) for key, value in tags.items()}
    _deleted(world).pop(arn, None)
    for each in world.nouns_of(SERVICE):
        policy = each.redrive
        if policy is not None and each.dead_letter_queue is None and _arn(world, policy) == arn:
            set_redrive(each, RedrivePolicy(node.index, policy.max_receive_count), world)
    return queue


def delete_queue(world: World, caller: Caller, queue: Queue, _params: Json) -> Json | Refusal:
    """The queue and all its messages go at once (AWS takes up to a minute)."""
    _deleted(world)[queue.arn] = world.environment.now_at
    world.remove(queue.node, caller)
    return {}


def purge_queue(world: World, caller: Caller, queue: Queue, _params: Json) -> Json | Refusal:
    """Everything goes at once (AWS takes up to a minute), at most once a minute."""
    now = world.environment.now_at
    if queue.purged_at != NONE_AT and now < queue.purged_at + QUOTAS.between_purges_us:
        return refusals.purge_in_progress(queue.name)
    queue.purged_at = now
    queue.purge(caller.request, caller.cause)
    return {}


def get_queue_url(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, owner = params.get("QueueName"), params.get("QueueOwnerAWSAccountId")
    if not name:
        return refusals.missing("QueueName")
    node = world.addressed(f"arn:aws:sqs:{caller.region}:{owner or caller.account}:{name}", "queue")
    queue = None if node is None else world.nouns[node.index]
    return {"QueueUrl": queue.url} if isinstance(queue, Queue) else refusals.no_such_queue()


def list_queues(world: World, caller: Caller, params: Json) -> Json | Refusal:
    prefix = str(params.get("QueueNamePrefix") or "")
    here = f"arn:aws:sqs:{caller.region}:{caller.account}:"
    found = [queue for queue in world.nouns_of(SERVICE) if queue.arn.startswith(here + prefix)]
    return _page(found, params, "QueueUrls", always=False)


def list_dead_letter_source_queues(world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    return _page(sources_of(world, queue), params, "queueUrls", always=True)


def _page(queues: list[Queue], params: Json, key: str, *, always: bool) -> Json | Refusal:
    """The queues' URLs, a page of them if a size is given; the token names the last node of the page."""
    reason = f"MaxResults must be an integer between 1 and {QUOTAS.listed_queues}."
    size = checks.integer(params, "MaxResults", 1, QUOTAS.listed_queues, reason)
    if isinstance(size, Refusal):
        return size
    token = params.get("NextToken")
    if token:
        after = _read_token(token)
        if after is None or size is None:
            return refusals.out_of_range(token, "NextToken", "It goes with MaxResults, and is what was answered last.")
        queues = [queue for queue in queues if queue.node > after]
    page = queues[: size or QUOTAS.listed_queues]
    answer: Json = {key: [queue.url for queue in page]} if page or always else {}
    if size is not None and len(page) < len(queues):
        answer["NextToken"] = base64.b64encode(f"after {page[-1].node}".encode()).decode()
    return answer


def _read_token(token: object) -> int | None:
    try:
        word, _, number = base64.b64decode(str(token), validate=True).decode().partition(" ")
    except (binascii.Error, ValueError):
        return None
    return int(number) if word == "after" and number.isdecimal() else None


# ── tags ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def tag_queue(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    tags = params.get("Tags")
    if not tags:
        return refusals.missing("Tags")
    both = queue.tags | {str(key): str(value) for key, value in tags.items()}
    if len(both) > QUOTAS.tags:
        return refusals.too_many_tags(QUOTAS.tags)
    queue.tags = both
    return {}


def untag_queue(_world: World, _caller: Caller, queue: Queue, params: Json) -> Json | Refusal:
    if not params.get("TagKeys"):
        return refusals.missing("TagKeys")
    for key in params["TagKeys"]:
        queue.tags.pop(str(key), None)
    return {}


def list_queue_tags(_world: World, _caller: Caller, queue: Queue, _params: Json) -> Json | Refusal:
    return {"Tags": dict(queue.tags)} if queue.tags else {}


def _arn(world: World, policy: RedrivePolicy) -> str:
    return world.topology.nodes[policy.dead_letter_target].arn


def _deleted(world: World) -> dict[str, int]:
    found: dict[str, int] = world.shared.setdefault(SERVICE, {}).setdefault(DELETED, {})
    return found
