"""A bucket that has EventBridge switched on tells the default event bus of all that happens to its objects.

The events are those of "Amazon S3 event notifications" for EventBridge: they name the operation (`reason`), and unlike notifications have
the key as it is, not URL-encoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.announcing import announce
from flows.services.ports import NO_LINK, Announcement, Json
from flows.services.s3.event import (
    CREATED_COPY,
    CREATED_PUT,
    CREATED_UPLOAD,
    NULL,
    REMOVED_DELETE,
    REMOVED_MARKER,
)

if TYPE_CHECKING:
    from flows.services.s3.bucket import Bucket
    from flows.services.s3.event import Object

SOURCE, LINK = "aws.s3", "s3-eventbridge"
NAMES = {
    CREATED_PUT: ("Object Created", "PutObject"),
    CREATED_COPY: ("Object Created", "CopyObject"),
    CREATED_UPLOAD: ("Object Created", "CompleteMultipartUpload"),
    REMOVED_DELETE: ("Object Deleted", "DeleteObject"),
    REMOVED_MARKER: ("Object Deleted", "DeleteObject"),
}
"""A notification's event → the event's detail type, and its reason."""
DELETIONS = {REMOVED_DELETE: "Permanently Deleted", REMOVED_MARKER: "Delete Marker Created"}


def tell(bucket: Bucket, name: str, about: Object, request: int, cause: int) -> None:
    """Say what happened to an object."""
    detail_type, reason = NAMES[name]
    topology = bucket.world.topology
    thing: Json = {"key": about.key}
    if name not in DELETIONS:
        thing |= {"size": about.size, "etag": about.etag}
    elif about.marker:
        thing["etag"] = about.etag
    if about.version and about.version != NULL:
        thing["version-id"] = about.version
    detail: Json = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": {**thing, "sequencer": f"{about.sequencer:018X}"},
        "request-id": request_id(bucket.environment.seed, about.subject).replace("-", "")[:16].upper(),
        "requester": topology.account,
        "source-ip-address": "127.0.0.1",
        "reason": reason,
    }
    if name in DELETIONS:
        detail["deletion-type"] = DELETIONS[name]
    link = next((each.index for each in topology.links_from(bucket.node) if each.kind == LINK), NO_LINK)
    said = Announcement(SOURCE, detail_type, detail, (bucket.arn,), link, request, cause, about.subject)
    announce(bucket.world, bucket.region, topology.account, said)
