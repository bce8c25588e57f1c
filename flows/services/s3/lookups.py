"""Finding what a request is about: a bucket, and a key that can be one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.ports import NO_LINK, Answer, Caller, Json, Refusal, Run
from flows.services.s3 import refusals
from flows.services.s3.bucket import Bucket, Came
from flows.services.s3.quotas import QUOTAS
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.world import World

OnBucket: TypeAlias = "Callable[[World, Caller, Bucket, Json], Json | Refusal]"


def on_bucket(run: OnBucket) -> Run:
    """The operation of a bucket: it is found first, and an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        node = world.addressed(params.get("Bucket"), "bucket")
        noun = None if node is None else world.nouns[node.index]
        if isinstance(noun, Bucket):
            result = run(world, caller, noun, params)
        elif node is not None and node.index in world.problems:
            result = refusals.not_simulated(world.problems[node.index])
        else:
            result = refusals.no_such_bucket()
        return Answer(refusal=result) if isinstance(result, Refusal) else Answer(result)

    return operation


def key_of(params: Json) -> str | Refusal:
    key = params.get("Key")
    if not isinstance(key, str) or not key:
        return refusals.invalid("The request must contain the parameter Key.")
    if size_of(key) < 0:
        return refusals.invalid("Key must be a text.")
    return refusals.key_too_long() if size_of(key) > QUOTAS.key_bytes else key


def text_of(params: Json) -> str | Refusal:
    """A request's Body."""
    text = params.get("Body") or ""
    return text if isinstance(text, str) and size_of(text) >= 0 else refusals.invalid("Body must be a text.")


def came_of(world: World, caller: Caller, bucket: Bucket) -> Came:
    """Over which link a request came, and on whose behalf."""
    link = caller.link if caller.link != NO_LINK else world.link_between(caller.node, bucket.node)
    return link, caller.request, caller.cause, caller.parent
