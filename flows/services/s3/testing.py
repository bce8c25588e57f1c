"""The test event that a queue or a topic gets when a bucket is told to notify it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.engine.subjects import SubjectKind
from flows.services.dates import iso
from flows.services.deliveries import deliver
from flows.services.ports import Caller, Delivery

if TYPE_CHECKING:
    from flows.services.s3.bucket import Bucket
    from flows.services.s3.notification import Notification

TITLE = "Amazon S3 Notification"
FUNCTION = "function"


def tell_test(bucket: Bucket, notification: Notification, caller: Caller) -> None:
    """Functions get none."""
    world, environment, target = bucket.world, bucket.environment, notification.config.target
    if world.topology.nodes[target].kind == FUNCTION:
        return
    subject = environment.subjects.new(int(SubjectKind.REQUEST), caller.parent)
    id_ = request_id(environment.seed, subject)
    said = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso(environment),
        "Bucket": bucket.name,
        "RequestId": id_.replace("-", "")[:16].upper(),
        "HostId": id_,
    }
    body = environment.bodies.number(json.dumps(said, separators=(",", ":")))
    delivery = Delivery(body, subject, notification.link, caller.request, caller.cause, title=TITLE, source=bucket.node)
    deliver(world, target, delivery)
