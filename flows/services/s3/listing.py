"""Listing: keys in their order, up to a thousand, on from where the last page ended; versions newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.dates import iso
from flows.services.ports import Caller, Json, Refusal
from flows.services.s3.bucket import Bucket
from flows.services.s3.event import NULL, Object
from flows.services.s3.quotas import QUOTAS
from flows.services.s3.refusals import invalid

if TYPE_CHECKING:
    from flows.services.world import World

MOST_KEYS = 2**31 - 1
"""More is no number of keys to AWS; none is told more than `QUOTAS.listed_keys` of them."""


def list_objects_v2(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    """By key, up to a thousand, on from a token."""
    prefix = str(params.get("Prefix") or "")
    after = str(params.get("ContinuationToken") or params.get("StartAfter") or "")
    given = params.get("MaxKeys")
    if given is not None and type(given) is not int:
        return invalid("Provided max-keys not an integer or within integer range")
    if given is not None and not 0 <= given <= MOST_KEYS:
        return invalid(f"Argument maxKeys must be an integer between 0 and {MOST_KEYS}")
    maximum = QUOTAS.listed_keys if given is None else min(given, QUOTAS.listed_keys)
    keys = sorted(key for key in bucket.objects if key.startswith(prefix) and key > after)
    rows = [_row(world, bucket.objects[key]) for key in keys[:maximum]]
    answer: Json = {
        "Name": bucket.name,
        "Prefix": prefix,
        "KeyCount": len(rows),
        "MaxKeys": maximum,
        "IsTruncated": 0 < maximum < len(keys),
    }
    if answer["IsTruncated"]:
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


def list_object_versions(world: World, _caller: Caller, bucket: Bucket, params: Json) -> Json | Refusal:
    prefix = str(params.get("Prefix") or "")
    entries = bucket.versions.everything() if bucket.versions.kept else list(bucket.objects.values())
    newest = {each.key: each for each in sorted(entries, key=lambda each: each.sequencer)}
    rows: dict[str, list[Json]] = {"Versions": [], "DeleteMarkers": []}
    for each in entries:
        if each.key.startswith(prefix):
            told = {**_row(world, each), "VersionId": each.version or NULL, "IsLatest": newest[each.key] is each}
            if each.marker:
                told = {name: told[name] for name in ("Key", "LastModified", "VersionId", "IsLatest")}
            rows["DeleteMarkers" if each.marker else "Versions"].append(told)
    return {
        "Name": bucket.name,
        "Prefix": prefix,
        "IsTruncated": False,
        **{name: told for name, told in rows.items() if told},
    }


def _row(world: World, found: Object) -> Json:
    return {
        "Key": found.key,
        "LastModified": iso(world.environment, found.at),
        "ETag": f'"{found.etag}"',
        "Size": found.size,
        "StorageClass": "STANDARD",
    }
