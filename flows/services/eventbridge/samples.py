"""Events of AWS's own services, for people to put as if those services had: services that are not simulated, or not running here.

The samples are those of AWS's documentation, with an account and a region of this execution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json

if TYPE_CHECKING:
    from flows.services.world import World

INSTANCE = "i-0123456789abcdef0"
SAMPLES: tuple[tuple[str, str, str, Json], ...] = (
    (
        "aws.ec2",
        "EC2 Instance State-change Notification",
        "arn:aws:ec2:{region}:{account}:instance/" + INSTANCE,
        {"instance-id": INSTANCE, "state": "stopped"},
    ),
    (
        "aws.s3",
        "Object Created",
        "arn:aws:s3:::uploads",
        {
            "version": "0",
            "bucket": {"name": "uploads"},
            "object": {"key": "photo.jpg", "size": 1024, "etag": "b1946ac92492d2347c6235b4d2611184"},
            "reason": "PutObject",
        },
    ),
    (
        "aws.states",
        "Step Functions Execution Status Change",
        "arn:aws:states:{region}:{account}:execution:orders:one",
        {"status": "FAILED", "name": "one", "error": "PaymentFailed", "cause": "The card was declined."},
    ),
    (
        "aws.autoscaling",
        "EC2 Instance Launch Successful",
        "arn:aws:ec2:{region}:{account}:instance/" + INSTANCE,
        {"StatusCode": "InProgress", "AutoScalingGroupName": "workers", "EC2InstanceId": INSTANCE},
    ),
    (
        "aws.health",
        "AWS Health Event",
        "",
        {"service": "SQS", "eventTypeCode": "AWS_SQS_OPERATIONAL_ISSUE", "eventTypeCategory": "issue"},
    ),
)
"""(source, detail type, resource, detail)."""


def list_sample_events(world: World, _caller: Caller, _params: Json) -> Json:
    """Entries for AnnounceEvents."""
    where = {"region": world.topology.region, "account": world.topology.account}
    return {
        "Entries": [
            {
                "Source": source,
                "DetailType": detail_type,
                "Resources": [resource.format(**where)] if resource else [],
                "Detail": detail,
            }
            for source, detail_type, resource, detail in SAMPLES
        ]
    }
