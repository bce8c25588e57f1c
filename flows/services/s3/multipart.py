"""Multipart uploads: parts under an id, until they are completed as one object or aborted.

An object of several parts is told of as ObjectCreated:CompleteMultipartUpload, and its ETag is the MD5 of its parts' MD5s with their number.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import request_id
from flows.services.ports import Caller, Json, Refusal
from flows.services.s3 import refusals
from flows.services.s3.bucket import CONTENT_TYPE, PLAIN, Bucket, Description, Upload
from flows.services.s3.event import CREATED_UPLOAD
from flows.services.s3.lookups import came_of, key_of, text_of
from flows.services.s3.objects import version_json

if TYPE_CHECKING:
    from flows.services.world import World

UPLOADS_FROM = 2**29
"""Numbers of uploads, apart from those of subjects."""


def create_multipart_upload(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    key = key_of(params)
    if isinstance(key, Refusal):
        return key
    world.shared["s3"] = number = world.shared.get("s3", 0) + 1
    id_ = request_id(world.environment.seed, UPLOADS_FROM + number).replace("-", "")
    described = Description(params.get("ContentType") or CONTENT_TYPE, dict(params.get("Metadata") or {}))
    bucket.uploads[id_] = Upload(key, described)
    return {"Bucket": bucket.name, "Key": key, "UploadId": id_, "ServerSideEncryption": "AES256"}


def _upload(bucket: Bucket, params: Json) -> Upload | Refusal:
    found = bucket.uploads.get(str(params.get("UploadId")))
    return found if found is not None and found.key == params.get("Key") else refusals.no_such_upload()


def upload_part(_world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    upload, text, number = _upload(bucket, params), text_of(params), params.get("PartNumber")
    if isinstance(upload, Refusal):
        return upload
    if isinstance(text, Refusal):
        return text
    if not isinstance(number, int) or not 1 <= number <= 10_000:
        return refusals.invalid("Part number must be an integer between 1 and 10000, inclusive")
    upload.parts[number] = text
    return {"ETag": f'"{_md5(text).hexdigest()}"', "ServerSideEncryption": "AES256"}


def complete_multipart_upload(world: World, caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    upload = _upload(bucket, params)
    if isinstance(upload, Refusal):
        return upload
    named: Any = (params.get("MultipartUpload") or {}).get("Parts")
    numbers = [each.get("PartNumber") for each in named] if isinstance(named, list) else []
    if not numbers or any(number not in upload.parts for number in numbers):
        return refusals.invalid_part()
    if numbers != sorted(set(numbers)):
        return refusals.invalid_part_order()
    texts = [upload.parts[number] for number in numbers]
    digest = hashlib.md5(b"".join(_md5(text).digest() for text in texts), usedforsecurity=False).hexdigest()
    whole = "".join(texts)
    body = world.environment.bodies.number(whole) if whole else 0
    etag = f"{digest}-{len(texts)}"
    made = bucket.put(upload.key, body, came_of(world, caller, bucket), name=CREATED_UPLOAD, etag=etag)
    if upload.described != PLAIN:
        bucket.descriptions[upload.key] = upload.described
    del bucket.uploads[str(params["UploadId"])]
    location = f"https://{bucket.name}.s3.{bucket.region}.amazonaws.com/{upload.key}"
    return {"Location": location, "Bucket": bucket.name, "Key": upload.key, "ETag": f'"{etag}"', **version_json(made)}


def abort_multipart_upload(_world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    upload = _upload(bucket, params)
    if isinstance(upload, Refusal):
        return upload
    del bucket.uploads[str(params["UploadId"])]
    return {}


def _md5(text: str) -> Any:
    return hashlib.md5(text.encode(), usedforsecurity=False)
