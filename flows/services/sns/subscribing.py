"""Subscribe, ConfirmSubscription, Unsubscribe, and what can be asked and set of a subscription.

Endpoints inside AWS and phone numbers are subscribed at once. An address on the web or of mail is asked first: it gets a token, and
nothing else before somebody sends it back (ConfirmSubscription). Subscriptions that are drawn are confirmed from the beginning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.ports import NO_LINK, Caller, Json, Refusal
from flows.services.sns import arns, records, refusals, subscription_attributes
from flows.services.sns.account import account_of
from flows.services.sns.config import SubscriptionConfig
from flows.services.sns.envelope import DEFAULT, Publication, confirmation
from flows.services.sns.quotas import PROTOCOLS, QUOTAS
from flows.services.sns.subscription import Subscription
from flows.topology.names import bare_arn

if TYPE_CHECKING:
    from flows.services.sns.topic import Topic
    from flows.services.world import World

MESSAGE = int(SubjectKind.MESSAGE)
STUB = "Redrive::Stub"
OUTSIDE = frozenset({"http", "https", "email", "email-json", "sms", "application", "firehose"})
"""Protocols whose endpoint is drawn as a stub where no node stands at it."""
ASKED = frozenset({"http", "https", "email", "email-json"})
ARNS = {
    "sqs": "SQS endpoint ARN",
    "lambda": "Lambda endpoint ARN",
    "firehose": "Firehose endpoint ARN",
    "application": "ApplicationEndpoint endpoint ARN",
}
PHONE = re.compile(r"\+?[1-9]\d{1,14}")
TOKEN_HANDLES = 3 << 30
"""Tokens are made like message ids, of handles that neither messages nor subscriptions have."""
TOKEN = re.compile(r"[0-9a-f]{288}")
TOKEN_PARTS = 9
UNSUBSCRIBED = "its subscription was deleted"


def subscribe(world: World, caller: Caller, topic: Topic, params: Json) -> Json | Refusal:
    """A new subscription; the one there is, if it is asked for again with nothing that differs."""
    protocol, endpoint = params.get("Protocol"), params.get("Endpoint")
    if protocol is None:
        return refusals.missing("Protocol")
    refusal = _wrong_endpoint(topic, str(protocol), str(endpoint or ""))
    if refusal is not None:
        return refusal
    given = {str(name): str(value) for name, value in (params.get("Attributes") or {}).items()}
    config = SubscriptionConfig(f"{topic.name}:{endpoint}", topic.node, None, str(protocol), endpoint=str(endpoint))
    known = next((each for each in topic.subscriptions.values() if _is_at(each, config)), None)
    made = known or Subscription(topic, config, NO_LINK)
    refusal = subscription_attributes.wrong(made, given, subscribing=True)
    if refusal is not None:
        return refusal
    if known is None:
        _begin(world, caller, made)
        subscription_attributes.put(made, given)
    elif not subscription_attributes.is_same(made, given):
        return refusals.because("Attributes", "Subscription already exists with different attributes")
    named = made.confirmed or str(params.get("ReturnSubscriptionArn")).lower() == "true"
    return {"SubscriptionArn": made.arn if named else "pending confirmation"}


def _is_at(subscription: Subscription, config: SubscriptionConfig) -> bool:
    return (subscription.protocol, subscription.endpoint) == (config.protocol, config.endpoint)


def _wrong_endpoint(topic: Topic, protocol: str, endpoint: str) -> Refusal | None:
    """Why nothing can be subscribed there."""
    if protocol not in PROTOCOLS:
        return refusals.invalid(f"Amazon SNS does not support this protocol string: {protocol}")
    if topic.fifo and protocol != "sqs":
        return refusals.invalid(f"Invalid protocol type: {protocol}")
    if not endpoint:
        return Refusal("NotFound", "Endpoint not specified in subscription", 404)
    if protocol in {"http", "https"} and not endpoint.startswith(f"{protocol}://"):
        return refusals.invalid("Endpoint must match the specified protocol")
    if protocol in {"email", "email-json"} and "@" not in endpoint:
        return refusals.invalid("Email address")
    if protocol == "sms" and not PHONE.fullmatch(endpoint):
        return refusals.plainly(f"Invalid SMS endpoint: {endpoint}")
    if protocol in ARNS and isinstance(arns.parse(endpoint), int):
        return refusals.invalid(ARNS[protocol])
    if endpoint.endswith(".fifo") and not topic.fifo:
        said = "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
        return refusals.invalid(said)
    return None


def _begin(world: World, caller: Caller, made: Subscription) -> None:
    """The subscription is there: drawn, if something stands at its endpoint; asked for confirmation, if it lies outside."""
    there = world.topology.by_arn.get(bare_arn(made.endpoint))
    if there is None and made.protocol in OUTSIDE:
        there = world.create(STUB, made.endpoint, None, arn=made.endpoint, caller=caller)
    if there is not None:
        made.join(there.index)
    made.enrol()
    _record(made.topic, caller, records.SUBSCRIBED, (made.link, made.arn))
    if made.protocol in ASKED:
        made.confirmed = made.authenticated = False
        _ask(world, caller, made)


def _ask(world: World, caller: Caller, made: Subscription) -> None:
    topic, environment = made.topic, world.environment
    first = TOKEN_HANDLES + made.number * TOKEN_PARTS
    parts = (message_id(environment.seed, (first + part) % 2**32) for part in range(TOKEN_PARTS))
    made.token = "".join(parts).replace("-", "")
    made.token_until_at = environment.now_at + QUOTAS.token_us
    account_of(world).tokens[made.token] = made
    subject = environment.subjects.new(MESSAGE)
    text = confirmation(topic, subject, made.token)
    environment.subjects.body[subject] = environment.bodies.number(text)
    cause = _record(topic, caller, records.CONFIRMATION_ASKED, (made.link, made.arn))
    publication = Publication(subject, environment.now_at, {DEFAULT: text})
    made.deliveries.ask_confirmation(publication, caller.request, cause)


def confirm_subscription(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """Somebody sends a token back. It can be used again, and the topic's name in the request does not matter (recorded)."""
    if params.get("TopicArn") is None:
        return refusals.no_value("TopicArn")
    token = params.get("Token")
    if token is None:
        return refusals.missing("Token")
    if not TOKEN.fullmatch(str(token)):
        return refusals.plainly("Invalid token")
    found = account_of(world).tokens.get(str(token))
    arn = arns.parse(str(params["TopicArn"]))
    if isinstance(arn, int) or (found is not None and arn.region != found.topic.region):
        return refusals.invalid("Topic")
    if found is None or world.environment.now_at >= found.token_until_at:
        return refusals.invalid("Token")
    if not found.confirmed:
        found.confirmed = found.authenticated = True
        _record(found.topic, caller, records.CONFIRMED, (found.link, found.arn))
    return {"SubscriptionArn": found.arn}


def unsubscribe(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """What was not delivered yet ends here; a subscription that is not there is no error."""
    arn = arns.subscription_arn(params)
    if isinstance(arn, Refusal):
        return arn
    found = account_of(world).subscriptions.get(arn.text)
    if found is not None:
        _record(found.topic, caller, records.UNSUBSCRIBED, (found.link, found.arn))
        found.end(UNSUBSCRIBED, caller)
    return {}


def get_subscription_attributes(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _subscription(world, params)
    return found if isinstance(found, Refusal) else {"Attributes": subscription_attributes.as_json(found)}


def set_subscription_attributes(world: World, caller: Caller, params: Json) -> Json | Refusal:
    found = _subscription(world, params)
    if isinstance(found, Refusal):
        return found
    name, value = params.get("AttributeName"), params.get("AttributeValue")
    if name is None:
        return refusals.missing("AttributeName")
    given = {str(name): "" if value is None else str(value)}
    refusal = subscription_attributes.wrong(found, given, subscribing=False)
    if refusal is not None:
        return refusal
    subscription_attributes.put(found, given)
    said = ", ".join(f"{each} = {text}" for each, text in given.items())
    _record(found.topic, caller, records.SUBSCRIPTION_CHANGED, (found.link, found.arn, said))
    return {}


def _subscription(world: World, params: Json) -> Subscription | Refusal:
    arn = arns.subscription_arn(params)
    if isinstance(arn, Refusal):
        return arn
    return account_of(world).subscriptions.get(arn.text) or refusals.no_such_subscription()


def _record(topic: Topic, caller: Caller, kind: int, detail: tuple[object, ...]) -> int:
    return topic.environment.recorder.write(kind, topic.node, 0, caller.request, caller.cause, 0, detail)
