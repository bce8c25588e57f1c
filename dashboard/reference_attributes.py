"""The reference page of attributes: of queues, topics and subscriptions, what each one does here.

The names are the services' own tables (a test holds this page against them); what one does in the simulation is said here.
"""

from __future__ import annotations

from flows.services.sns import subscription_attributes, topic_attributes
from flows.services.sqs import attributes as queue_attributes

KEPT = "kept and answered, without effect"
BEGINNING = """\
# Attributes

What queues, topics and subscriptions can be told, by AWS's names, and what of it makes a difference here.
"""
QUEUE = {
    "VisibilityTimeout": "simulated: how long a received message stays hidden",
    "DelaySeconds": "simulated: how long a new message waits",
    "ReceiveMessageWaitTimeSeconds": "simulated: long polling",
    "MaximumMessageSize": "simulated: larger messages are refused",
    "MessageRetentionPeriod": "simulated: how long a message is kept, its time in another queue included",
    "RedrivePolicy": "simulated: the dead-letter queue, and after how many receives",
    "RedriveAllowPolicy": "simulated: whose dead-letter queue it may be",
    "FifoQueue": "simulated: groups and deduplication",
    "ContentBasedDeduplication": "simulated: the body is the deduplication id",
    "DeduplicationScope": "simulated: duplicates are looked for in the queue or in the group",
    "FifoThroughputLimit": "simulated: 300 calls a second for the queue or for each group",
    "Policy": KEPT,
    "KmsMasterKeyId": KEPT,
    "KmsDataKeyReusePeriodSeconds": KEPT,
    "SqsManagedSseEnabled": KEPT,
    "ApproximateNumberOfMessages": "read only: exact here",
    "ApproximateNumberOfMessagesNotVisible": "read only: exact here",
    "ApproximateNumberOfMessagesDelayed": "read only: exact here",
    "CreatedTimestamp": "read only",
    "LastModifiedTimestamp": "read only",
    "QueueArn": "read only",
}
TOPIC = {
    "FifoTopic": "simulated: groups, deduplication, sequence numbers",
    "ContentBasedDeduplication": "simulated: the message is the deduplication id",
    "FifoThroughputScope": "simulated: duplicates are looked for in the topic or in the group",
    "DeliveryPolicy": "simulated: how deliveries over HTTP are tried again",
    "DisplayName": KEPT,
    "Policy": KEPT,
    "KmsMasterKeyId": KEPT,
    "SignatureVersion": "simulated: it stands in the envelope; the signature itself is made up",
    "TracingConfig": KEPT,
    "ArchivePolicy": KEPT,
}
SUBSCRIPTION = {
    "RawMessageDelivery": "simulated: the message without its envelope",
    "FilterPolicy": "simulated: with every operator",
    "FilterPolicyScope": "simulated: message attributes or body",
    "RedrivePolicy": "simulated: where undeliverable messages go",
    "DeliveryPolicy": "simulated: how deliveries over HTTP are tried again, instead of the topic's",
    "SubscriptionRoleArn": KEPT,
    "ReplayPolicy": KEPT,
}


def attributes() -> str:
    queue = sorted(queue_attributes.KNOWN)
    topic = sorted({topic_attributes.FIFO, *topic_attributes.SETTABLE})
    subscription = sorted(subscription_attributes.NAMES)
    lines = [BEGINNING]
    for title, names, says in (
        ("Queues", queue, QUEUE),
        ("Topics", topic, TOPIC),
        ("Subscriptions", subscription, SUBSCRIPTION),
    ):
        lines += ["", f"## {title}", "", "| attribute | |", "|---|---|"]
        lines += [f"| `{name}` | {says.get(name, KEPT)} |" for name in names]
    return "\n".join(lines)
