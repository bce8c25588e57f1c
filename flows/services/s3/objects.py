"""Objects: putting, copying, reading and deleting them, one version or the newest."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from flows.services.dates import iso
from flows.services.ports import Caller, Json, Refusal
from flows.services.s3 import refusals
from flows.services.s3.bucket import CONTENT_TYPE, PLAIN, Bucket, Description
from flows.services.s3.event import CREATED_COPY, NULL, Object
from flows.services.s3.lookups import came_of, key_of, text_of

if TYPE_CHECKING:
    from flows.services.world import World

VERSION = "?versionId="


def put_object(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    key, text = key_of(params), text_of(params)
    if isinstance(key, Refusal) or isinstance(text, Refusal):
        return key if isinstance(key, Refusal) else text if isinstance(text, Refusal) else refusals.no_such_key()
    body = world.environment.bodies.number(text) if text else 0
    made = bucket.put(key, body, came_of(world, caller, bucket))
    describe(bucket, key, params)
    checksum = base64.b64encode(zlib.crc32(text.encode()).to_bytes(4, "big")).decode()
    return {
        "ETag": f'"{made.etag}"',
        "ChecksumCRC32": checksum,
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
        **version_json(made),
    }


def describe(bucket: Bucket, key: str, params: Json) -> None:
    """What was said of an object when it was put."""
    described = Description(params.get("ContentType") or CONTENT_TYPE, dict(params.get("Metadata") or {}))
    if described != PLAIN:
        bucket.descriptions[key] = described


def version_json(made: Object) -> Json:
    return {"VersionId": made.version} if made.version and made.version != NULL else {}


def copy_object(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """Within a bucket or from another; the copy has the metadata of the original unless they are replaced."""
    key = key_of(params)
    if isinstance(key, Refusal):
        return key
    source = source_of(world, params.get("CopySource"))
    if isinstance(source, Refusal):
        return source
    origin, found = source
    described = origin.descriptions.get(found.key, PLAIN)
    came = came_of(world, caller, bucket)
    made = bucket.put(key, found.body, (*came[:3], came[3] or found.subject), name=CREATED_COPY, etag=found.etag)
    if params.get("MetadataDirective") == "REPLACE":
        describe(bucket, key, params)
    elif described != PLAIN:
        bucket.descriptions[key] = described
    result = {"ETag": f'"{made.etag}"', "LastModified": iso(world.environment, made.at)}
    return {"CopyObjectResult": result, "ServerSideEncryption": "AES256", **version_json(made)}


def source_of(world: World, given: object) -> tuple[Bucket, Object] | Refusal:
    """The object that a CopySource names: `bucket/key`, or a structure of the same."""
    version = ""
    if isinstance(given, dict):
        name, key, version = (str(given.get(each) or "") for each in ("Bucket", "Key", "VersionId"))
    else:
        path, _, version = str(given or "").partition(VERSION)
        name, _, key = unquote(path).lstrip("/").partition("/")
    node = world.addressed(name, "bucket")
    bucket = None if node is None else world.nouns[node.index]
    if not isinstance(bucket, Bucket):
        return refusals.no_such_bucket()
    found = found_in(bucket, {"Key": key, "VersionId": version})
    return found if isinstance(found, Refusal) else (bucket, found)


def found_in(bucket: Bucket, params: Json) -> Object | Refusal:
    """The object that a request names, or the version of it."""
    key, version = str(params.get("Key")), params.get("VersionId")
    if not version:
        return bucket.objects.get(key) or refusals.no_such_key()
    found = bucket.versions.find(key, str(version)) if bucket.versions.kept else None
    if found is None:
        return refusals.no_such_version()
    return refusals.method_not_allowed() if found.marker else found


def get_object(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    told = head_object(world, caller, bucket, params)
    found = found_in(bucket, params)
    if isinstance(told, Refusal) or isinstance(found, Refusal):
        return told
    return {**told, "Body": world.environment.bodies.text(found.body) if found.body else ""}


def head_object(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    found = found_in(bucket, params)
    if isinstance(found, Refusal):
        return found
    described = bucket.descriptions.get(found.key, PLAIN)
    return {
        "AcceptRanges": "bytes",
        "ContentLength": found.size,
        "ContentType": described.content_type,
        "ETag": f'"{found.etag}"',
        "LastModified": iso(world.environment, found.at),
        "Metadata": described.metadata,
        "ServerSideEncryption": "AES256",
        **version_json(found),
    }


def delete_object(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """An object that is not there is deleted all the same, as with AWS."""
    key = key_of(params)
    if isinstance(key, Refusal):
        return key
    return _deleted(bucket.delete(key, came_of(world, caller, bucket), str(params.get("VersionId") or "")))


def _deleted(found: Object | None) -> Json:
    if found is None or not found.version:
        return {}
    return {"VersionId": found.version, **({"DeleteMarker": True} if found.marker else {})}


def delete_objects(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    named: Any = (params.get("Delete") or {}).get("Objects")
    rows = []
    for each in named if isinstance(named, list) else []:
        key, version = str(each.get("Key")), str(each.get("VersionId") or "")
        told = _deleted(bucket.delete(key, came_of(world, caller, bucket), version))
        marked = {"DeleteMarker": True, "DeleteMarkerVersionId": told["VersionId"]} if "DeleteMarker" in told else {}
        rows.append({"Key": key, **({"VersionId": version} if version else {}), **marked})
    return {"Deleted": rows}
