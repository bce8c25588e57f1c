"""Calls that a recording left out, made where a recorded value says which they were.

A recorded test stopped where its peer could not follow; what AWS answered and delivered later is recorded all the same. So a
refusal says which rule a call broke, an answer which settings it changed, an event which message was sent, an invocation record
which payload or which maximum age there was.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from flows.conformance.mapping_calls import as_text, records_of
from flows.conformance.mapping_evidence import invocation_record
from flows.conformance.matching import parsed
from flows.services.ports import Json

if TYPE_CHECKING:
    from flows.conformance.mappings import Play

LEFT_OUT: dict[str, Json] = {"CreateFunction": {"Code": {"ZipFile": ""}}}
"""What the recording leaves out of a call: bytes."""
BROKEN_BY: tuple[tuple[str, Json], ...] = (
    ("Maximum batch window in seconds must be greater than 0", {"BatchSize": 11}),
    ("Invalid filter pattern definition", {"FilterCriteria": {"Filters": [{"Pattern": "null"}]}}),
    ("An event source mapping with SQS arn", {}),
)
"""How AWS's refusal of a call that the recording left out begins → what in a call it is about ({}: the same call again)."""
FUNCTION_SETTINGS = ("Timeout", "MemorySize", "Description", "Handler", "Runtime")
CHANGING = ("Updating", "Enabling", "Disabling")
SETTINGS = ("BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "ScalingConfig", "FilterCriteria")


class Prompts:
    def __init__(self, play: Play) -> None:
        self.play = play
        self._errors_due: Counter[str] = Counter()

    def prompt(self, key: str, want: Any) -> None:
        """A call that the recording left out, where the value that came of it says which it was."""
        if isinstance(want, dict) and "Error" in want:
            self._break_the_rule(key, want["Error"])
        if isinstance(want, dict) and want.get("State") in CHANGING and not self.play.evidence.has(want):
            self._update(want)
        if isinstance(want, dict) and "LastUpdateStatus" in want and not self.play.evidence.has(want):
            self._update_function(want)
        if isinstance(want, dict) and "ExecutedVersion" in want and not self.play.evidence.has(want):
            self._invoke_again(want)
        self._send_what_came(want)
        event = invocation_record(want)
        if event is None or self.play.evidence.has(want):
            return
        context = event["requestContext"]
        if context["condition"] == "EventAgeExceeded" and self.play.last_invocation:
            self._older_events(context["approximateInvokeCount"])
        elif not any(call["op"] == "Invoke" for call in self.play.asked):
            self._invoke(event["requestPayload"])

    def _update(self, want: Json) -> None:
        """A mapping was changed: to what its answer says, and to another function where it names another."""
        before = next(
            (value for value in self.play.recorded.values() if isinstance(value, dict) and "UUID" in value), want
        )
        params: Json = {name: want[name] for name in SETTINGS if name in want and want[name] != before.get(name)}
        for each in params.get("FilterCriteria", {}).get("Filters", []):
            each["Pattern"] = as_text(each["Pattern"])
        if want["FunctionArn"] != before["FunctionArn"]:
            params["FunctionName"] = self._other_function()
        if want["State"] in {"Enabling", "Disabling"}:
            params["Enabled"] = want["State"] == "Enabling"
        if self.play.made:
            self.play.operation("lambda", "UpdateEventSourceMapping", {"UUID": self.play.made[0], **params})
            self.play.rest()
            self.play.operation("lambda", "GetEventSourceMapping", {"UUID": self.play.made[0]})

    def _other_function(self) -> str:
        """The second function, made like the first if it was not yet."""
        made = [call["params"] for call in self.play.asked if call["op"] == "CreateFunction"]
        if len(made) > 1:
            return str(made[1]["FunctionName"])
        name = f"{made[0]['FunctionName']}-2"
        self.play.operation(
            "lambda", "CreateFunction", {**LEFT_OUT["CreateFunction"], **self.play.ours(made[0]), "FunctionName": name}
        )
        return name

    def _update_function(self, want: Json) -> None:
        """A function was changed: to what its answer says, or lacks."""
        created = next((call["params"] for call in self.play.asked if call["op"] == "CreateFunction"), None)
        if created is None:
            return
        params = {name: want[name] for name in FUNCTION_SETTINGS if name in want and want[name] != created.get(name)}
        if "DeadLetterConfig" in created and "DeadLetterConfig" not in want:
            params["DeadLetterConfig"] = {}
        name = created["FunctionName"]
        self.play.operation("lambda", "UpdateFunctionConfiguration", {"FunctionName": name, **params})

    def _invoke_again(self, want: Json) -> None:
        """The last invocation once more, waiting for its answer."""
        asked = {name: value for name, value in self.play.last_invocation.items() if name != "InvocationType"}
        if asked:
            log = {"LogType": "Tail"} if "LogResult" in want else {}
            self.play.operation("lambda", "Invoke", {**asked, **log})

    def _send_what_came(self, want: Any) -> None:
        """Messages that came through a mapping were sent, whether or not the recording has the call."""
        came = [record["body"] for record in records_of(want)] if isinstance(want, list) else []
        new = [body for body in came if parsed(body) not in self.play.sent]
        for body in new if self.play.source_url else ():
            params = {"QueueUrl": self.play.source_url, "MessageBody": as_text(body)}
            self.play.operation("sqs", "SendMessage", params)
        if new:
            self.play.rest()

    def _break_the_rule(self, key: str, error: Json) -> None:
        params = next((params for begins, params in BROKEN_BY if error["Message"].startswith(begins)), None)
        created = next((call["params"] for call in self.play.asked if call["op"] == "CreateEventSourceMapping"), None)
        if params is None or created is None or not self.play.made or self._heard_often_enough(error):
            return
        if "update" in key:
            self.play.operation("lambda", "UpdateEventSourceMapping", {"UUID": self.play.made[0], **params})
        else:
            self.play.operation("lambda", "CreateEventSourceMapping", {**self.play.ours(created), **params})

    def _heard_often_enough(self, error: Json) -> bool:
        """As many refusals were heard as were recorded up to this one."""
        self._errors_due[error["Message"]] += 1
        return self.play.evidence.refusals(error) >= self._errors_due[error["Message"]]

    def _older_events(self, invocations: int) -> None:
        """The function's settings were changed so that so many invocations fit into an event's age: between the waits."""
        waits = [60, 120]
        low, high = sum(waits[: invocations - 1]), sum(waits[:invocations])
        name = self.play.last_invocation["FunctionName"]
        age = max((low + high) // 2, 60)
        update = {"FunctionName": name, "MaximumEventAgeInSeconds": age}
        self.play.operation("lambda", "UpdateFunctionEventInvokeConfig", update)
        self.play.operation("lambda", "Invoke", self.play.last_invocation)
        self.play.rest()

    def _invoke(self, payload: Any) -> None:
        """A function of a stack was invoked with that; the one whose outcome goes somewhere."""
        for function in self.play.simulation.world.nouns_of("lambda"):
            configs = function.event_queue.configs.values()
            if any(config.on_success is not None or config.on_failure is not None for config in configs):
                params = {"FunctionName": function.name, "InvocationType": "Event", "Payload": json.dumps(payload)}
                self.play.operation("lambda", "Invoke", params)
                self.play.rest()
                return
