"""Kinesis's errors by name, code and message. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal

THROUGHPUT = "ProvisionedThroughputExceededException"


def no_such_stream(name: str, account: str) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Stream {name} under account {account} not found.")


def no_such_shard(shard: str, name: str, account: str) -> Refusal:
    return Refusal(
        "ResourceNotFoundException", f"Shard {shard} in stream {name} under account {account} does not exist"
    )


def no_such_consumer(name: str) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Consumer {name} not found.")


def stream_exists(name: str, account: str) -> Refusal:
    return Refusal("ResourceInUseException", f"Stream {name} under account {account} already exists.")


def not_active(name: str, account: str, status: str) -> Refusal:
    return Refusal(
        "ResourceInUseException", f"Stream {name} under account {account} not ACTIVE, instead in state {status}"
    )


def consumers_left(name: str, account: str) -> Refusal:
    return Refusal(
        "ResourceInUseException",
        f"Stream {name} under account {account} has registered consumers: deregister them, or enforce their deletion.",
    )


def consumer_exists(name: str) -> Refusal:
    return Refusal("ResourceInUseException", f"Consumer {name} already exists.")


def invalid(message: str) -> Refusal:
    return Refusal("InvalidArgumentException", message)


def validation(message: str) -> Refusal:
    return Refusal("ValidationException", f"1 validation error detected: {message}")


def expired_iterator(made: str, now: str, tolerated_ms: int) -> Refusal:
    return Refusal(
        "ExpiredIteratorException",
        f"Iterator expired. The iterator was created at time {made} while right now it is {now} which is further in the "
        f"future than the tolerated delay of {tolerated_ms} milliseconds.",
    )


def rate_exceeded(shard: str, name: str, account: str) -> Refusal:
    return Refusal(THROUGHPUT, f"Rate exceeded for shard {shard} in stream {name} under account {account}.")


def too_many(message: str) -> Refusal:
    return Refusal("LimitExceededException", message)
