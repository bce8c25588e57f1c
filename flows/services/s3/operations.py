"""S3's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.dates import iso
from flows.services.ports import NO_LINK, Answer, Caller, Json, Operation, Refusal, Run, operations
from flows.services.s3 import refusals
from flows.services.s3.bucket import Bucket
from flows.services.s3.event import Object
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


def put_object(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    key = _key(params)
    if isinstance(key, Refusal):
        return key
    text = params.get("Body") or ""
    if not isinstance(text, str) or size_of(text) < 0:
        return refusals.invalid("Body must be a text.")
    body = world.environment.bodies.number(text) if text else 0
    came = (_link(world, caller, bucket), caller.request, caller.cause, caller.parent)
    return {"ETag": f'"{bucket.put(key, body, came).etag}"'}


def get_object(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    found = bucket.objects.get(str(params.get("Key")))
    if found is None:
        return refusals.no_such_key()
    return {
        "Body": world.environment.bodies.text(found.body) if found.body else "",
        "ContentLength": found.size,
        "ETag": f'"{found.etag}"',
        "LastModified": iso(world.environment, found.at),
    }


def delete_object(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """An object that is not there is deleted all the same, as with AWS."""
    key = _key(params)
    if isinstance(key, Refusal):
        return key
    bucket.delete(key, _link(world, caller, bucket), caller.request, caller.cause)
    return {}


def list_objects(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """By key, up to a thousand."""
    prefix = str(params.get("Prefix") or "")
    keys = sorted(key for key in bucket.objects if key.startswith(prefix))
    rows = [_row(world, bucket.objects[key]) for key in keys[: QUOTAS.listed_keys]]
    answer: Json = {
        "Name": bucket.name,
        "Prefix": prefix,
        "KeyCount": len(rows),
        "MaxKeys": QUOTAS.listed_keys,
        "IsTruncated": len(keys) > len(rows),
    }
    return {**answer, "Contents": rows} if rows else answer


def _row(world: World, found: Object) -> Json:
    return {
        "Key": found.key,
        "LastModified": iso(world.environment, found.at),
        "ETag": f'"{found.etag}"',
        "Size": found.size,
        "StorageClass": "STANDARD",
    }


def _key(params: Json) -> str | Refusal:
    key = params.get("Key")
    if not isinstance(key, str) or not key:
        return refusals.invalid("The request must contain the parameter Key.")
    if size_of(key) < 0:
        return refusals.invalid("Key must be a text.")
    return refusals.key_too_long() if size_of(key) > QUOTAS.key_bytes else key


def _link(world: World, caller: Caller, bucket: Bucket) -> int:
    return caller.link if caller.link != NO_LINK else world.link_between(caller.node, bucket.node)


OPERATIONS = operations(
    Operation("PutObject", on_bucket(put_object)),
    Operation("GetObject", on_bucket(get_object), mutates=False),
    Operation("DeleteObject", on_bucket(delete_object)),
    Operation("ListObjectsV2", on_bucket(list_objects), mutates=False),
)
