"""The event that a bucket tells: version 2.1 of AWS's notification, one record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from flows.engine.identifiers import request_id
from flows.services.dates import iso
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.services.s3.bucket import Bucket

OWNER = "AREDRIVEPLAYGROUND"
CREATED_PUT, CREATED_COPY = "ObjectCreated:Put", "ObjectCreated:Copy"
CREATED_UPLOAD = "ObjectCreated:CompleteMultipartUpload"
REMOVED_DELETE, REMOVED_MARKER = "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated"
NULL = "null"
"""The version of an object that was put while versioning was off."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object as it lies in its bucket: `sequencer` orders the events about one key. An empty object has body 0."""

    subject: int
    key: str
    body: int
    size: int
    at: int
    sequencer: int
    etag: str
    version: str = ""
    """"" where the bucket never had versions."""
    marker: bool = False
    """No object: it says that there is none any more."""


def event_text(bucket: Bucket, configuration: str, name: str, about: Object) -> str:
    """The JSON of the event `name` (without `s3:`) about an object."""
    environment = bucket.environment
    thing: Json = {"key": quote_plus(about.key, safe="/")}
    if name != REMOVED_DELETE:
        thing |= {"eTag": about.etag} if about.marker else {"size": about.size, "eTag": about.etag}
    if about.version and about.version != NULL:
        thing["versionId"] = about.version
    thing["sequencer"] = f"{about.sequencer:018X}"
    request = request_id(environment.seed, about.subject)
    record: Json = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": iso(environment),
        "eventName": name,
        "userIdentity": {"principalId": f"AWS:{OWNER}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": request.replace("-", "")[:16].upper(), "x-amz-id-2": request},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {"name": bucket.name, "ownerIdentity": {"principalId": OWNER}, "arn": bucket.arn},
            "object": thing,
        },
    }
    return json.dumps({"Records": [record]}, separators=(",", ":"), ensure_ascii=False)
