"""What subscribers get: the envelope, or the bare message; and how each protocol wants it.

A fan-out makes the same envelope for every subscription but for one text, the subscription's ARN inside `UnsubscribeURL`. So an
envelope is made once per publication (and protocol, where the texts differ) as what stands before that ARN and what stands after.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.services.dates import iso
from flows.services.ports import Json
from flows.services.sns.message_attributes import as_typed

if TYPE_CHECKING:
    from flows.services.sns.topic import Topic

SIGNATURE = "UmVkcml2ZSBzaWducyBub3RoaW5nLg=="
CERTIFICATE = "https://sns.{region}.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem"
ACTION = "https://sns.{region}.amazonaws.com/?Action={action}"
DEFAULT = "default"
RAW_PROTOCOLS = frozenset({"sqs", "http", "https", "firehose"})
BARE = frozenset({"email", "sms", "application"})
"""What is read by people or phones is the text alone, raw or not."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A message as it was published. `texts` is by protocol, with a `default`; `attributes` are in SQS's and SNS's spelling."""

    subject: int
    at: int
    texts: dict[str, str]
    title: str = ""
    attributes: Json = field(default_factory=dict)
    group: str = ""
    deduplication: str = ""
    sequence: str = ""

    def text(self, protocol: str) -> str:
        texts = self.texts
        return texts[protocol] if protocol in texts else texts[DEFAULT]

    @property
    def system(self) -> Json:
        """The group and the deduplication id, as a queue takes them."""
        found: Json = {"MessageGroupId": self.group} if self.group else {}
        if self.deduplication:
            found["MessageDeduplicationId"] = self.deduplication
        return found


class Envelopes:
    """The envelopes of one publication, by the text they hold. It lives as long as the fan-out lasts."""

    __slots__ = ("_halves", "_publication", "_topic")

    def __init__(self, topic: Topic, publication: Publication) -> None:
        self._topic, self._publication = topic, publication
        self._halves: dict[str, tuple[str, str]] = {}

    def of(self, protocol: str, subscription_arn: str) -> str:
        text = self._publication.text(protocol)
        halves = self._halves.get(text)
        if halves is None:
            halves = self._halves[text] = _halves(self._topic, self._publication, text)
        return f"{halves[0]}{subscription_arn}{halves[1]}"


def form(envelopes: Envelopes, publication: Publication, protocol: str, subscription_arn: str, *, raw: bool) -> str:
    """The text that an endpoint of that protocol gets."""
    if protocol == "lambda":
        return event_of(json.loads(envelopes.of(protocol, subscription_arn)), subscription_arn)
    if raw or protocol in BARE:
        return publication.text(protocol)
    return envelopes.of(protocol, subscription_arn)


def confirmation(topic: Topic, subject: int, token: str) -> str:
    """What an endpoint outside AWS gets before anything else: it has to send the token back."""
    region = topic.region
    subscribe = ACTION.format(region=region, action="ConfirmSubscription")
    body: Json = {
        "Type": "SubscriptionConfirmation",
        "MessageId": message_id(topic.environment.seed, subject),
        "Token": token,
        "TopicArn": topic.arn,
        "Message": f"You have chosen to subscribe to the topic {topic.arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message.",
        "SubscribeURL": f"{subscribe}&TopicArn={topic.arn}&Token={token}",
        "Timestamp": iso(topic.environment),
        **_signature(topic),
    }
    return _dump(body)


def _halves(topic: Topic, publication: Publication, text: str) -> tuple[str, str]:
    """A notification's JSON up to the subscription's ARN, and from there on. FIFO topics number their messages and sign none
    (recorded: shapes.json, sns_fifo_dlq).
    """
    body: Json = {
        "Type": "Notification",
        "MessageId": message_id(topic.environment.seed, publication.subject),
    }
    if publication.sequence:
        body["SequenceNumber"] = publication.sequence
    body["TopicArn"] = topic.arn
    if publication.title:
        body["Subject"] = publication.title
    body |= {"Message": text, "Timestamp": iso(topic.environment, publication.at)}
    if not publication.sequence:
        body |= _signature(topic)
    unsubscribe = ACTION.format(region=topic.region, action="Unsubscribe")
    before = f'{_dump(body)[:-1]},"UnsubscribeURL":"{unsubscribe}&SubscriptionArn='
    typed = as_typed(publication.attributes)
    return before, f'","MessageAttributes":{_dump(typed)}}}' if typed else '"}'


def _signature(topic: Topic) -> Json:
    return {
        "SignatureVersion": topic.settings.get("SignatureVersion", "1"),
        "Signature": SIGNATURE,
        "SigningCertURL": CERTIFICATE.format(region=topic.region),
    }


def _dump(body: Json) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def event_of(notification: Json, subscription_arn: str) -> str:
    """A function's event, from an envelope: its members are spelled a little differently."""
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
