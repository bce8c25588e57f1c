"""AppSync's errors by name, code and message: of its own API, and of a request that never gets to a resolver."""

from __future__ import annotations

from flows.services.ports import Refusal


def no_such_api(name: object) -> Refusal:
    return Refusal("NotFoundException", f"GraphQL API {name} not found.", 404)


def no_such_subscription(name: object) -> Refusal:
    return Refusal("NotFoundException", f"Subscription {name} not found.", 404)


def bad_request(message: str) -> Refusal:
    return Refusal("BadRequestException", message)


def too_many(message: str) -> Refusal:
    return Refusal("LimitExceededException", message)
