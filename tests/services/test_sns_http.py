"""Deliveries to customers' endpoints: the waits of every delivery policy, to the microsecond, and the throttle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.services.sns.delivery_policy import RetryPolicy, retries_of
from flows.services.sns.quotas import CUSTOMERS
from tests.builders import SECOND, Run, arn
from tests.services.sns_cast import EVENTS, attributes_of, bodies, with_topic

HOOK = "http://example.com/hook"
POLICY = {"minDelayTarget": 1, "maxDelayTarget": 4, "numRetries": 7, "numNoDelayRetries": 1, "numMinDelayRetries": 1}


def hooked(run: Run, **attributes: object) -> str:
    """A confirmed HTTP subscription, by ARN; its link is `events:http://…`."""
    given = {name: json.dumps(value) for name, value in attributes.items()}
    params: dict[str, Any] = {"TopicArn": EVENTS, "Protocol": "http", "Endpoint": HOOK, "Attributes": given}
    made = run.ok("sns:Subscribe", **params, ReturnSubscriptionArn=True)["SubscriptionArn"]
    token = run.simulation.world.shared["sns"].subscriptions[made].token
    run.ok("sns:ConfirmSubscription", TopicArn=EVENTS, Token=token)
    run.records()
    return str(made)


def failures(run: Run, until: int = 4000 * SECOND) -> list[tuple[int, int]]:
    """(instant, wait to the next attempt) of a message to an endpoint that is out."""
    run.ok("playground:PutFault", Target=HOOK, Kind="outage")
    begun = run.simulation.now_at
    run.ok("sns:Publish", TopicArn=EVENTS, Message="hello")
    run.until(until)
    return [(row["at"] - begun, row["retry_at"]) for row in run.records() if row["kind"] == "NotificationFailed"]


def test_without_a_policy_it_is_three_retries_twenty_seconds_apart():
    run = with_topic()
    hooked(run)
    assert failures(run) == [(at * SECOND, 20 * SECOND) for at in (0, 20, 40)] + [(60 * SECOND, -1)]
    assert run.simulation.quiet


def test_the_four_phases_of_a_policy_come_in_order():
    run = with_topic()
    hooked(run, DeliveryPolicy={"healthyRetryPolicy": {**POLICY, "numMaxDelayRetries": 1}})
    waits = [wait for _, wait in failures(run)]
    assert waits == [0, 1 * SECOND, 1 * SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND, 4 * SECOND, -1]


@pytest.mark.parametrize(
    ("function", "seconds"),
    [
        ("linear", [10, 20, 30, 40, 50, 60]),
        ("arithmetic", [10, 13.333333, 20, 30, 43.333333, 60]),
        ("geometric", [10, 14.309690, 20.476725, 29.301560, 41.929627, 60]),
        ("exponential", [10, 11.612903, 14.838709, 21.290322, 34.193548, 60]),
    ],
)
def test_each_back_off_function_goes_from_the_minimum_to_the_maximum(function, seconds):
    retries = retries_of(RetryPolicy(10, 60, 6, function=function))
    assert list(retries.backoff_us) == [round(wait * SECOND) for wait in seconds]


def test_the_topics_default_holds_where_the_subscription_has_none_or_may_have_none():
    run = with_topic()
    made = hooked(run, DeliveryPolicy={"healthyRetryPolicy": {**POLICY, "numRetries": 2}})
    default = {"defaultHealthyRetryPolicy": {"minDelayTarget": 5, "maxDelayTarget": 5, "numRetries": 1}}
    _set_topic(run, {"http": default})
    assert _effective(run, made)["numRetries"] == 2
    _set_topic(run, {"http": {**default, "disableSubscriptionOverrides": True}})
    assert _effective(run, made)["numRetries"] == 1
    assert failures(run) == [(0, 5 * SECOND), (5 * SECOND, -1)]


def _set_topic(run: Run, policy: dict) -> None:
    run.ok("sns:SetTopicAttributes", TopicArn=EVENTS, AttributeName="DeliveryPolicy", AttributeValue=json.dumps(policy))


def _effective(run: Run, subscription: str) -> dict:
    return json.loads(attributes_of(run, subscription)["EffectiveDeliveryPolicy"])["healthyRetryPolicy"]


def test_a_throttle_policy_spaces_deliveries():
    run = with_topic()
    hooked(run, DeliveryPolicy={"throttlePolicy": {"maxReceivesPerSecond": 4}})
    for number in range(4):
        run.ok("sns:Publish", TopicArn=EVENTS, Message=str(number))
    run.until(10 * SECOND)
    rows = run.records()
    assert [row["at"] for row in rows if row["kind"] == "StubReached"] == [0, 250_000, 500_000, 750_000]
    assert [row["until"] for row in rows if row["kind"] == "NotificationHeld"] == [250_000, 500_000, 750_000]


def test_a_web_endpoints_dead_letter_is_the_envelope():
    run = with_topic()
    hooked(run, RedrivePolicy={"deadLetterTargetArn": arn("letters")})
    failures(run)
    (letter,) = bodies(run, "letters")
    assert json.loads(letter)["Message"] == "hello"


def test_mail_is_tried_fifty_times_over_six_hours():
    run = with_topic()
    run.ok("sns:Subscribe", TopicArn=EVENTS, Protocol="sms", Endpoint="+4312345")
    run.ok("playground:PutFault", Target="+4312345", Kind="outage")
    run.records()
    run.ok("sns:Publish", TopicArn=EVENTS, Message="hello")
    run.until(7 * 3600 * SECOND)
    failed = [row for row in run.records() if row["kind"] == "NotificationFailed"]
    assert (len(failed), CUSTOMERS.attempts) == (50, 50)
    assert [row["retry_at"] for row in failed[:3]] == [10 * SECOND, 10 * SECOND, 15_760_586]
    assert 6 * 3600 * SECOND < failed[-1]["at"] == CUSTOMERS.length_us < 7 * 3600 * SECOND


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("[]", "failed to parse JSON."),
        ('{"healthyRetryPolicy": 1}', "healthyRetryPolicy must be an object"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 0, "maxDelayTarget": 1, "numRetries": 1}}', "healthyRetryPolicy.minDelayTarget must be greater than or equal to 1"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 9, "maxDelayTarget": 1, "numRetries": 1}}', "healthyRetryPolicy.maxDelayTarget must be greater than or equal to healthyRetryPolicy.minDelayTarget"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 3601, "numRetries": 1}}', "healthyRetryPolicy.maxDelayTarget must be less than or equal to 3600"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 101}}', "healthyRetryPolicy.numRetries must be less than or equal to 100"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": "many"}}', "healthyRetryPolicy.numRetries must be an integer"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 1, "numNoDelayRetries": 2}}', "healthyRetryPolicy.numRetries must be greater than or equal to the sum of numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 1, "backoffFunction": "random"}}', "healthyRetryPolicy.backoffFunction must be one of linear, arithmetic, geometric, exponential"),
        ('{"healthyRetryPolicy": {"minDelayTarget": 100, "maxDelayTarget": 100, "numRetries": 37}}', "healthyRetryPolicy: the total retry time must not be greater than 3600 seconds"),
        ('{"throttlePolicy": {"maxReceivesPerSecond": 0}}', "throttlePolicy.maxReceivesPerSecond must be greater than or equal to 1"),
    ],
)  # fmt: skip
def test_policies_that_are_none(policy, problem):
    run = with_topic()
    made = hooked(run)
    params = {"SubscriptionArn": made, "AttributeName": "DeliveryPolicy", "AttributeValue": policy}
    assert run.no("sns:SetSubscriptionAttributes", **params)[1] == f"Invalid parameter: DeliveryPolicy: {problem}"
