"""S3's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.dates import iso
from flows.services.ports import NO_LINK, Answer, Caller, Json, Operation, Refusal, Run, operations
from flows.services.s3 import refusals
from flows.services.s3.bucket import CONTENT_TYPE, PLAIN, Bucket, Description
from flows.services.s3.config import BucketConfig
from flows.services.s3.event import Object
from flows.services.s3.quotas import QUOTAS
from flows.services.texts import size_of

if TYPE_CHECKING:
    from flows.services.world import World

A_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.-]{1,61}[a-zA-Z0-9]")
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
    made = bucket.put(key, body, came)
    described = Description(params.get("ContentType") or CONTENT_TYPE, dict(params.get("Metadata") or {}))
    if described != PLAIN:
        bucket.descriptions[key] = described
    checksum = base64.b64encode(zlib.crc32(text.encode()).to_bytes(4, "big")).decode()
    return {
        "ETag": f'"{made.etag}"',
        "ChecksumCRC32": checksum,
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }


def get_object(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    found = bucket.objects.get(str(params.get("Key")))
    if found is None:
        return refusals.no_such_key()
    described = bucket.descriptions.get(found.key, PLAIN)
    return {
        "AcceptRanges": "bytes",
        "ContentLength": found.size,
        "ContentType": described.content_type,
        "ETag": f'"{found.etag}"',
        "LastModified": iso(world.environment, found.at),
        "Metadata": described.metadata,
        "ServerSideEncryption": "AES256",
        "Body": world.environment.bodies.text(found.body) if found.body else "",
    }


def delete_object(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """An object that is not there is deleted all the same, as with AWS."""
    key = _key(params)
    if isinstance(key, Refusal):
        return key
    bucket.delete(key, _link(world, caller, bucket), caller.request, caller.cause)
    return {}


def list_objects_v2(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """By key, up to a thousand, on from a token."""
    prefix = str(params.get("Prefix") or "")
    after = str(params.get("ContinuationToken") or params.get("StartAfter") or "")
    maximum = min(params.get("MaxKeys") or QUOTAS.listed_keys, QUOTAS.listed_keys)
    keys = sorted(key for key in bucket.objects if key.startswith(prefix) and key > after)
    rows = [_row(world, bucket.objects[key]) for key in keys[:maximum]]
    answer: Json = {
        "Name": bucket.name,
        "Prefix": prefix,
        "KeyCount": len(rows),
        "MaxKeys": maximum,
        "IsTruncated": len(keys) > len(rows),
    }
    if len(keys) > len(rows):
        answer["NextContinuationToken"] = keys[maximum - 1]
    return {**answer, "Contents": rows} if rows else answer


def list_objects(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """The older listing: it goes on from a marker."""
    found = list_objects_v2(world, caller, bucket, {**params, "StartAfter": params.get("Marker")})
    if isinstance(found, Refusal):
        return found
    del found["KeyCount"]
    found.pop("NextContinuationToken", None)
    return {**found, "Marker": str(params.get("Marker") or "")}


def delete_objects(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    named = (params.get("Delete") or {}).get("Objects")
    keys = [each.get("Key") for each in named] if isinstance(named, list) else []
    for key in keys:
        bucket.delete(str(key), _link(world, caller, bucket), caller.request, caller.cause)
    return {"Deleted": [{"Key": key} for key in keys]}


# ── buckets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def create_bucket(world: World, caller: Caller, params: Json) -> Answer:
    """A bucket of one's own may be made again."""
    name = params.get("Bucket")
    if not isinstance(name, str) or not A_NAME.fullmatch(name):
        return Answer(refusal=refusals.invalid_name(str(name)))
    if world.addressed(name, "bucket") is None:
        properties = {"BucketName": name}
        world.create("AWS::S3::Bucket", name, BucketConfig(name), properties=properties, caller=caller)
    return Answer({"Location": f"/{name}"})


def delete_bucket(world: World, caller: Caller, bucket: Bucket, _params: Json) -> Json | Refusal:
    if bucket.objects:
        return refusals.not_empty()
    world.remove(bucket.node, caller)
    return {}


def list_buckets(world: World, _caller: Caller, _params: Json) -> Answer:
    found = [noun for noun in world.nouns_of("s3") if isinstance(noun, Bucket)]
    rows = [{"Name": bucket.name, "CreationDate": iso(world.environment, bucket.made_at)} for bucket in found]
    return Answer({"Buckets": rows})


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
    Operation("DeleteObjects", on_bucket(delete_objects)),
    Operation("ListObjectsV2", on_bucket(list_objects_v2), mutates=False),
    Operation("ListObjects", on_bucket(list_objects), mutates=False),
    Operation("CreateBucket", create_bucket),
    Operation("DeleteBucket", on_bucket(delete_bucket)),
    Operation("ListBuckets", list_buckets, mutates=False),
)
