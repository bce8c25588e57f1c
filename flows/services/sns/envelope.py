"""What subscribers get: the envelope for a queue, the event for a function, the bare message with its attributes (raw)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.services.dates import iso
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.services.sns.subscription import Subscription
    from flows.services.sns.topic import Topic

SIGNATURE = "UmVkcml2ZSBzaWducyBub3RoaW5nLg=="
CERTIFICATE = "https://sns.{region}.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem"
UNSUBSCRIBE = "https://sns.{region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Publication:
    """A message as it was published. `texts` is by protocol, with a `default`; `attributes` are in SQS's and SNS's spelling."""

    subject: int
    at: int
    texts: dict[str, str]
    title: str = ""
    attributes: Json = field(default_factory=dict)

    def text(self, protocol: str) -> str:
        return self.texts.get(protocol, self.texts[DEFAULT])


def envelope(topic: Topic, subscription: Subscription, publication: Publication) -> str:
    """The JSON that a queue's message holds."""
    body: Json = {
        "Type": "Notification",
        "MessageId": message_id(topic.environment.seed, publication.subject),
        "TopicArn": topic.arn,
    }
    if publication.title:
        body["Subject"] = publication.title
    region = topic.region
    body |= {
        "Message": publication.text(subscription.protocol),
        "Timestamp": iso(topic.environment, publication.at),
        "SignatureVersion": "1",
        "Signature": SIGNATURE,
        "SigningCertURL": CERTIFICATE.format(region=region),
        "UnsubscribeURL": UNSUBSCRIBE.format(region=region, arn=subscription.arn),
    }
    if publication.attributes:
        body["MessageAttributes"] = _attributes(publication.attributes)
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def event(topic: Topic, subscription: Subscription, publication: Publication) -> str:
    """The event that a function is invoked with."""
    return event_of(json.loads(envelope(topic, subscription, publication)), subscription.arn)


def event_of(notification: Json, subscription_arn: str) -> str:
    """The same event, from an envelope: its members are spelled a little differently."""
    message: Json = {
        "Type": "Notification",
        "MessageId": notification.get("MessageId"),
        "TopicArn": notification.get("TopicArn"),
        "Subject": notification.get("Subject"),
        "Message": notification.get("Message"),
        "Timestamp": notification.get("Timestamp"),
        "SignatureVersion": notification.get("SignatureVersion"),
        "Signature": notification.get("Signature"),
        "SigningCertUrl": notification.get("SigningCertURL"),
        "UnsubscribeUrl": notification.get("UnsubscribeURL"),
        "MessageAttributes": notification.get("MessageAttributes", {}),
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "Sns": message,
    }
    return json.dumps({"Records": [record]}, separators=(",", ":"), ensure_ascii=False)


def _attributes(given: Json) -> Json:
    return {
        name: {
            "Type": value["DataType"],
            "Value": value["BinaryValue"] if value["DataType"].startswith("Binary") else value["StringValue"],
        }
        for name, value in given.items()
    }
