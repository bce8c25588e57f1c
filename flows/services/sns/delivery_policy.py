"""Delivery policies for HTTP and HTTPS: what a topic and a subscription may say, and the waits that come of it.

Theory of operation. A policy's retries have four phases, in order: without delay, at the minimum delay, backing off from the minimum
to the maximum, at the maximum delay; the back-off has the retries that the other three leave of `numRetries` (AWS: "Amazon SNS
message delivery retries", "Creating an HTTP/S delivery policy"). A subscription's own policy goes before the topic's default, unless
the topic forbids it; without either it is three retries, twenty seconds apart.

AWS shows its four back-off functions as curves and no formulas. Ours go from the minimum to the maximum as those curves do, each
below the one before: `linear` in equal steps; `arithmetic` in steps that grow by equal amounts; `geometric` by a constant factor;
`exponential` in steps that double. They are integer arithmetic: no outcome passes through a floating-point library.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flows.services.ports import Json
from flows.services.sns.quotas import SECOND_US, Retries

FUNCTIONS = ("linear", "arithmetic", "geometric", "exponential")
LONGEST_S = 3600
MOST_RETRIES = 100
REQUIRED = ("minDelayTarget", "maxDelayTarget", "numRetries")
COUNTS = ("numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`healthyRetryPolicy`; delays in seconds."""

    min_delay: int = 20
    max_delay: int = 20
    retries: int = 3
    no_delay: int = 0
    at_min: int = 0
    at_max: int = 0
    function: str = "linear"

    def as_json(self) -> Json:
        return {
            "minDelayTarget": self.min_delay,
            "maxDelayTarget": self.max_delay,
            "numRetries": self.retries,
            "numMaxDelayRetries": self.at_max,
            "numNoDelayRetries": self.no_delay,
            "numMinDelayRetries": self.at_min,
            "backoffFunction": self.function,
        }


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """`per_second`: at most so many deliveries a second to one subscription; 0 is no limit."""

    retry: RetryPolicy = RetryPolicy()
    per_second: int = 0
    content_type: str = ""
    forbids_overrides: bool = False
    given: frozenset[str] = frozenset()
    """Which of its parts somebody wrote: what is not written is the topic's, or AWS's."""


class PolicyProblem(Exception):
    """Why it is none, as SNS says it after the attribute's name."""


CONTENT_TYPE = "text/plain; charset=UTF-8"
TOPIC_PARTS = {
    "defaultHealthyRetryPolicy": "healthyRetryPolicy",
    "defaultThrottlePolicy": "throttlePolicy",
    "defaultRequestPolicy": "requestPolicy",
}


@lru_cache(1024)
def of_subscription(text: str) -> DeliveryPolicy:
    """A subscription's policy. Raises PolicyProblem."""
    return _policy(_object(text), "") if text else DeliveryPolicy()


@lru_cache(1024)
def of_topic(text: str) -> DeliveryPolicy:
    """A topic's policy: the defaults of its HTTP subscriptions. Raises PolicyProblem."""
    if not text:
        return DeliveryPolicy()
    http = _object(text).get("http")
    if not isinstance(http, dict):
        raise PolicyProblem("http must be specified")
    renamed = {TOPIC_PARTS.get(str(name), str(name)): value for name, value in http.items()}
    policy = _policy(renamed, "http.default")
    return replace(policy, forbids_overrides=http.get("disableSubscriptionOverrides") is True)


def effective(topic: DeliveryPolicy, subscription: DeliveryPolicy) -> DeliveryPolicy:
    """What holds for a subscription of a topic."""
    if topic.forbids_overrides:
        return topic
    given = subscription.given
    return DeliveryPolicy(
        subscription.retry if "healthyRetryPolicy" in given else topic.retry,
        subscription.per_second if "throttlePolicy" in given else topic.per_second,
        subscription.content_type if "requestPolicy" in given else topic.content_type,
    )


def topic_json(policy: DeliveryPolicy) -> Json:
    """A topic's `EffectiveDeliveryPolicy`."""
    http: Json = {
        "defaultHealthyRetryPolicy": policy.retry.as_json(),
        "disableSubscriptionOverrides": policy.forbids_overrides,
        "defaultRequestPolicy": {"headerContentType": policy.content_type or CONTENT_TYPE},
    }
    if policy.per_second:
        http["defaultThrottlePolicy"] = {"maxReceivesPerSecond": policy.per_second}
    return {"http": http}


def subscription_json(policy: DeliveryPolicy) -> Json:
    """A subscription's `EffectiveDeliveryPolicy`."""
    return {
        "healthyRetryPolicy": policy.retry.as_json(),
        "sicklyRetryPolicy": None,
        "throttlePolicy": {"maxReceivesPerSecond": policy.per_second} if policy.per_second else None,
        "requestPolicy": {"headerContentType": policy.content_type or CONTENT_TYPE},
        "guaranteed": False,
    }


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _object(text: str) -> Json:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise PolicyProblem("failed to parse JSON.") from None
    if not isinstance(found, dict):
        raise PolicyProblem("failed to parse JSON.")
    return found


def _policy(given: Json, prefix: str) -> DeliveryPolicy:
    given = {name: value for name, value in given.items() if value is not None}
    retry, per_second, content_type = RetryPolicy(), 0, ""
    if "healthyRetryPolicy" in given:
        retry = _retry(given["healthyRetryPolicy"], _named(prefix, "healthyRetryPolicy"))
    if "throttlePolicy" in given:
        name = _named(prefix, "throttlePolicy")
        limit = _member(given["throttlePolicy"], name).get("maxReceivesPerSecond")
        per_second = 0 if limit is None else _integer(limit, f"{name}.maxReceivesPerSecond", 1)
    if "requestPolicy" in given:
        content_type = str(
            _member(given["requestPolicy"], _named(prefix, "requestPolicy")).get("headerContentType") or ""
        )
    return DeliveryPolicy(retry, per_second, content_type, given=frozenset(given))


def _retry(value: Any, name: str) -> RetryPolicy:
    given = _member(value, name)
    for each in REQUIRED:
        if given.get(each) is None:
            raise PolicyProblem(f"{name}.{each} must be specified")
    least = _integer(given["minDelayTarget"], f"{name}.minDelayTarget", 1, LONGEST_S)
    most = _integer(given["maxDelayTarget"], f"{name}.maxDelayTarget", 1, LONGEST_S)
    if most < least:
        raise PolicyProblem(f"{name}.maxDelayTarget must be greater than or equal to {name}.minDelayTarget")
    retries = _integer(given["numRetries"], f"{name}.numRetries", 0, MOST_RETRIES)
    counts = [_integer(given.get(each) or 0, f"{name}.{each}", 0) for each in COUNTS]
    if sum(counts) > retries:
        raise PolicyProblem(f"{name}.numRetries must be greater than or equal to the sum of {', '.join(COUNTS)}")
    function = given.get("backoffFunction") or "linear"
    if function not in FUNCTIONS:
        raise PolicyProblem(f"{name}.backoffFunction must be one of {', '.join(FUNCTIONS)}")
    policy = RetryPolicy(least, most, retries, counts[0], counts[1], counts[2], function)
    if retries_of(policy).length_us > LONGEST_S * SECOND_US:
        raise PolicyProblem(f"{name}: the total retry time must not be greater than {LONGEST_S} seconds")
    return policy


def _named(prefix: str, part: str) -> str:
    return prefix + part[:1].upper() + part[1:] if prefix else part


def _member(value: Any, name: str) -> Json:
    if not isinstance(value, dict):
        raise PolicyProblem(f"{name} must be an object")
    return value


def _integer(value: Any, name: str, least: int, most: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise PolicyProblem(f"{name} must be an integer")
    if value < least:
        raise PolicyProblem(f"{name} must be greater than or equal to {least}")
    if most is not None and value > most:
        raise PolicyProblem(f"{name} must be less than or equal to {most}")
    return value


# ── waiting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(1024)
def retries_of(policy: RetryPolicy) -> Retries:
    """The waits of an HTTP delivery: the first attempt is none of its retries."""
    backing_off = policy.retries - policy.no_delay - policy.at_min - policy.at_max
    least, most = policy.min_delay * SECOND_US, policy.max_delay * SECOND_US
    waits = tuple(_wait(policy.function, least, most, index, backing_off - 1) for index in range(backing_off))
    return Retries(policy.no_delay, policy.at_min, least, waits, policy.at_max, most)


def _wait(function: str, least: int, most: int, index: int, last: int) -> int:
    """The wait at `index` (0 … last) of a back-off from `least` to `most`."""
    if index == 0:
        return least
    if function == "geometric":
        return _root(least ** (last - index) * most**index, last)
    part, whole = {
        "linear": (index, last),
        "arithmetic": (index * (index + 1), last * (last + 1)),
        "exponential": ((1 << index) - 1, (1 << last) - 1),
    }[function]
    return least + (most - least) * part // whole


def _root(value: int, degree: int) -> int:
    """The integer part of a root, by Newton's method from above."""
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
