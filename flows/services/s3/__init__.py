"""Amazon S3: buckets and their notifications.

**Simulated**: buckets made and deleted; putting, copying, getting, deleting and listing objects; multipart uploads; versions and delete markers,
switched on and suspended; notifications to queues, topics and functions by event name (Put, Copy, CompleteMultipartUpload, Delete,
DeleteMarkerCreated), prefix and suffix, with AWS's event (version 2.1), asynchronous, tried again while the way or the target fails; all events to the
default event bus, where the bucket has that switched on; notification configurations changed while a run goes, with AWS's test event.

**Approximated**: an event is delivered at once and once (AWS: within seconds, at least once); how often a failed one is tried
again is not documented: here after 1 s, doubling to 5 minutes, for a day; an empty object has no text; there is one owner.

**Left out**: delimiters and common prefixes of listings, metadata of older versions, lifecycle, access, encryption, replication, object
lock, presigned requests; parts have no least size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Service
from flows.services.s3.bucket import Bucket
from flows.services.s3.config import BucketConfig, NotificationConfig
from flows.services.s3.notification import Notification
from flows.services.s3.operations import OPERATIONS
from flows.services.s3.records import KINDS
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World


def build(world: World, node: CompiledNode) -> Bucket | None:
    return Bucket(world, node) if isinstance(node.config, BucketConfig) else None


def connect(world: World, node: CompiledNode) -> None:
    """Its notifications."""
    bucket = world.nouns[node.index]
    for link in world.topology.links_from(node.index):
        if isinstance(bucket, Bucket) and isinstance(link.config, NotificationConfig):
            notification = Notification(bucket, link.config, link.index)
            bucket.notifications.append(notification)
            world.links[link.index] = notification


SERVICE = Service("s3", OPERATIONS, KINDS, build, connect)
