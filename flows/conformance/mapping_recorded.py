"""What the recording of a mapping on a stream tells: its settings, the records that came through, the batches that were given up.

And what the functions of the test must have done, since no recording holds their code: they fail for the records that a destination's
record names, as it says (raised, or reported); where a test's own name says what its function answered (`REPLIES`), it answers that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flows.conformance.matching import parsed
from flows.services.effects import Outcome
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function
    from flows.services.lambda_.handler import Invocation

TOOK_US = 50_000
A_STREAM = re.compile(r":(kinesis|dynamodb):")
INFOS = ("KinesisBatchInfo", "DDBStreamBatchInfo")
AGED = "RecordAgeExceeded"
SETTINGS = (
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "StartingPosition",
    "TumblingWindowInSeconds",
    "FunctionResponseTypes",
    "BisectBatchOnFunctionError",
)
"""Of a mapping: what its answer says of what it was asked for."""
REPLIES: dict[str, object] = {
    "empty_string_item_identifier_failure": {"batchItemFailures": [{"itemIdentifier": ""}]},
    "null_item_identifier_failure": {"batchItemFailures": [{"itemIdentifier": None}]},
    "item_identifier_not_present_failure": {"batchItemFailures": [{"itemIdentifier": "not-present"}]},
    "invalid_key_foo_failure": {"batchItemFailures": [{"foo": "not-present"}]},
    "invalid_key_foo_null_value_failure": {"batchItemFailures": [{"foo": None}]},
    "empty_string_success": "",
    "empty_list_success": [],
    "null_success": None,
    "empty_dict_success": {},
    "empty_batch_item_failure_success": {"batchItemFailures": []},
    "null_batch_item_failure_success": {"batchItemFailures": None},
}
"""What the parameter in a test's name says that its function answers."""


def is_about_a_stream(case: Json) -> bool:
    """Whether a stream was made, or what was delivered came from one."""
    made = any(call["op"] in ("CreateStream", "CreateTable") for call in case["asked"])
    return made or any(mappings_in(case["recorded"]))


class Behaviour:
    """What the test's functions do, and what they were invoked with."""

    def __init__(self, case: Json) -> None:
        self.invocations: dict[str, list[Json]] = {}
        """By function."""
        self.failures = list(failures_in(case["recorded"]))
        self.records = list(records_in(case["recorded"]))
        parameter = re.search(r"\[(.+)\]$", case["id"])
        self.reply = REPLIES.get(parameter[1], ...) if parameter else ...

    def play(self, function: Function, event: Json) -> Outcome:
        """One invocation."""
        self.invocations.setdefault(function.name, []).append(event)
        if self.reply is not ...:
            return Outcome(json.dumps(self.reply), duration_us=TOOK_US)
        poison = [each for each in event.get("Records", []) if self._is_poison(each)]
        if not poison:
            return Outcome("null", duration_us=TOOK_US)
        if any(context["responseContext"]["functionError"] for _, _, context in self.failures):
            return Outcome("", "Exception", "recorded as failed", TOOK_US)
        reported = [{"itemIdentifier": number_of(each)} for each in poison]
        return Outcome(json.dumps({"batchItemFailures": reported}), duration_us=TOOK_US)

    def _is_poison(self, record: Json) -> bool:
        """Whether a destination's record names it; where no record was recorded, each fails."""
        failed = [info for condition, info, _ in self.failures if condition != AGED]
        if not failed or not self.records:
            return bool(failed)
        named = {info[name] for info in failed for name in ("startSequenceNumber", "endSequenceNumber")}
        known = [each for each in self.records if number_of(each) in named]
        return any(content_of(each) == content_of(record) for each in known or self.records)


class RecordedHandler:
    """A handler that does what the record says of it."""

    pure = True
    code_hash = "recorded"

    def __init__(self, play: Behaviour, function: Function) -> None:
        self._play, self._function = play, function

    def run(self, invocation: Invocation) -> Outcome:
        return self._play.play(self._function, invocation.event() or {})


# ── reading a recording ────────────────────────────────────────────────────────────────────────────────────────────────


def mappings_in(recorded: Json) -> Iterator[Json]:
    for value in recorded.values():
        told = isinstance(value, dict) and "UUID" in value and value.get("State") == "Creating"
        if told and A_STREAM.search(str(value.get("EventSourceArn"))):
            yield value


def failures_in(recorded: Json) -> Iterator[tuple[str, Json, Json]]:
    """(condition, what is said of the batch, the whole record) of every record of an on-failure destination."""
    ahead = [parsed(value) for value in recorded.values()]
    while ahead:
        value = parsed(ahead.pop(0))
        if isinstance(value, dict):
            info = next((value[name] for name in INFOS if name in value), None)
            if info is not None:
                yield value["requestContext"]["condition"], info, value
            else:
                ahead.extend(value.values())
        elif isinstance(value, list):
            ahead.extend(value)


def records_in(recorded: Json) -> Iterator[Json]:
    """The records that came through, each once, in their order."""
    seen: set[str] = set()
    ahead = list(recorded.values())
    while ahead:
        value = parsed(ahead.pop(0))
        if isinstance(value, dict) and "eventID" in value and ("kinesis" in value or "dynamodb" in value):
            if number_of(value) not in seen:
                seen.add(number_of(value))
                yield value
        elif isinstance(value, dict | list):
            ahead[:0] = value.values() if isinstance(value, dict) else value


def number_of(record: Json) -> str:
    return str(record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["dynamodb"]["SequenceNumber"])


def content_of(record: Json) -> Any:
    if "kinesis" in record:
        return record["kinesis"]["partitionKey"], record["kinesis"]["data"]
    return json.dumps(record["dynamodb"].get("NewImage") or record["dynamodb"]["Keys"], sort_keys=True)
