"""What EventBridge Scheduler refuses, in AWS's words where they are known (recorded: cases/aws/scheduler; else the documentation's)."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message, 400)


def invalid_expression(text: object) -> Refusal:
    return invalid(f"Invalid Schedule Expression {text}.")


def invalid_timezone(text: object) -> Refusal:
    return invalid(f"Invalid Schedule Expression Timezone {text}.")


def no_schedule(name: object) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Schedule {name} does not exist.", 404)


def no_group(name: object) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Schedule group {name} does not exist.", 404)


def schedule_exists(name: object) -> Refusal:
    return Refusal("ConflictException", f"Schedule {name} already exists.", 409)


def group_exists(name: object) -> Refusal:
    return Refusal("ConflictException", f"Schedule group {name} already exists.", 409)


def other_request(token: object) -> Refusal:
    return Refusal("ConflictException", f"The ClientToken {token} was used for another request.", 409)


DEFAULT_GROUP_STAYS = invalid("The default schedule group cannot be deleted.")
BAD_ARN = invalid("Provided Arn is not in correct format.")
EARLY_START = invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
END_BEFORE_START = invalid("The EndDate you specify cannot be earlier than the StartDate.")
END_IN_THE_PAST = invalid("The EndDate you specify cannot be in the past.")
NO_WINDOW = invalid("MaximumWindowInMinutes must be specified when the FlexibleTimeWindow mode is FLEXIBLE.")
NEEDLESS_WINDOW = invalid("MaximumWindowInMinutes cannot be specified when the FlexibleTimeWindow mode is OFF.")
NO_EVENT_PARAMETERS = invalid("EventBridgeParameters must be specified for an EventBridge event bus target.")
INPUT_NOT_JSON = invalid("Invalid RequestJson provided. Reason: the Input of this target must be valid JSON.")
TOO_MANY_TAGS = invalid("A schedule group has at most 50 tags.")
NOT_UTF8 = invalid("The request is not valid UTF-8.")
BAD_TOKEN = invalid("Invalid NextToken.")
