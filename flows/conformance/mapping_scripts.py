"""What the functions of a record did, as the record itself says it: their code is not recorded.

Three sources, in this order:

* a queue holds what a function sent in its n-th invocation: a body with the `event` it got, and beside it what it made of it (an
  `error` that it then raised, the `result` that it answered). It sends that again, with the event it gets now;
* an invocation record says what a function answered to a payload, or how it failed;
* a dead letter that is a message itself says that every invocation with it failed.

Anything else succeeds and answers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flows.conformance.mapping_evidence import bodies_of, invocation_record, messages_of
from flows.conformance.matching import matches, parsed
from flows.services.effects import Outcome
from flows.services.lambda_.handler import Invocation
from flows.services.ports import Answer, Json

if TYPE_CHECKING:
    from flows.conformance.mapping_evidence import Evidence
    from flows.services.lambda_.function import Function

Operation = Callable[[str, str, Json], Answer]
TOOK_US = 50_000
OK = Outcome("null", duration_us=TOOK_US)


class ScriptedHandler:
    """A handler (`flows/services/lambda_/handler.py`) that does what was recorded."""

    pure = True
    code_hash = "recorded"

    def __init__(self, script: Script, function: Function) -> None:
        self._script, self._function = script, function

    def run(self, invocation: Invocation) -> Outcome:
        event = invocation.event()
        if event is None:
            event = json.loads(self._function.environment.bodies.text(invocation.payload))
        return self._script.play(self._function, event)


class Script:
    def __init__(self, recorded: Json, operation: Operation, evidence: Evidence) -> None:
        self._operation, self._evidence = operation, evidence
        bodies = [parsed(body) for value in recorded.values() for body in bodies_of(value)]
        self._sent = [body for body in bodies if isinstance(body, dict) and "event" in body]
        self._outcomes = [found for value in recorded.values() if (found := invocation_record(value)) is not None]
        wrapped = [*self._sent, *self._outcomes]
        self._given_up = [
            (parsed(message["Body"]), _error_message(message))
            for value in recorded.values()
            for message in messages_of(value)
            if parsed(message["Body"]) not in wrapped and "requestContext" not in str(message["Body"])
        ]

        self._errors = [each for value in recorded.values() for each in _errors_in(value)]

    def play(self, function: Function, event: Any) -> Outcome:
        """One invocation."""
        self._evidence.invoked(event)
        sent = self._next_sent(event)
        if sent is not None:
            return self._send(function, event, sent)
        for record in self._outcomes:
            if matches(record["requestPayload"], event):
                return _outcome(record)
        records = event.get("Records", []) if isinstance(event, dict) else []
        given = [event, *(parsed(record.get("body")) for record in records)]
        for body, message in self._given_up:
            if any(matches(body, each) for each in given):
                return self._failure(message)
        return OK

    def _failure(self, message: str) -> Outcome:
        """What the runtime says of an exception, where somebody was answered it."""
        error = next((each for each in self._errors if each["errorMessage"] == message), None)
        reply = "" if error is None else json.dumps(error)
        return Outcome(reply, str((error or {}).get("errorType", "Exception")), message, TOOK_US)

    def _next_sent(self, event: Any) -> Json | None:
        """What the record says was sent for an event of these messages, received as often as these."""
        if not isinstance(event, dict) or "Records" not in event:
            return None
        found = next((each for each in self._sent if _same_receives(each["event"], event)), None)
        if found is not None:
            self._sent.remove(found)
        return found

    def _send(self, function: Function, event: Any, sent: Json) -> Outcome:
        result = _with_our_ids(sent.get("result"), sent["event"], event)
        body = {**sent, "event": event, **({"result": result} if "result" in sent else {})}
        queue = self._destination(function, event)
        if queue:
            self._operation("sqs", "SendMessage", {"QueueUrl": queue, "MessageBody": json.dumps(body)})
        if sent.get("error") is not None:
            return Outcome("", "Exception", str(sent["error"]), TOOK_US)
        return Outcome(json.dumps(result), duration_us=TOOK_US)

    def _destination(self, function: Function, event: Any) -> str:
        """The queue whose URL the function finds in its environment, or in the message."""
        variables = (function.properties.get("Environment") or {}).get("Variables") or {}
        told = [*variables.values(), *(str(record.get("body")) for record in event["Records"])]
        return next((url for url in self._evidence.queues for text in told if url in text), "")


def _error_message(message: Json) -> str:
    """Lambda says in a dead letter's attributes what the function raised."""
    attribute = (message.get("MessageAttributes") or {}).get("ErrorMessage") or {}
    return str(attribute.get("StringValue", "recorded as given up"))


def _errors_in(value: Any) -> list[Json]:
    """Errors of functions among a recorded value and its members."""
    found = [value, *value.values()] if isinstance(value, dict) else []
    return [
        each for each in map(parsed, found) if isinstance(each, dict) and {"errorMessage", "errorType"} <= each.keys()
    ]


def _same_receives(want: Json, got: Json) -> bool:
    def facts(event: Json) -> list[tuple[str, str]]:
        return sorted(
            (
                json.dumps(_without_urls(parsed(each["body"])), sort_keys=True),
                each["attributes"]["ApproximateReceiveCount"],
            )
            for each in event["Records"]
        )

    return facts(want) == facts(got)


def _without_urls(body: Any) -> Any:
    """A URL is another here."""
    if isinstance(body, dict):
        return {
            key: value
            for key, value in body.items()
            if not (isinstance(value, str) and (value.startswith(("http", "<"))))
        }
    return body


def _with_our_ids(result: Any, theirs: Json, ours: Json) -> Any:
    """The recorded answer, naming messages by our identifiers."""
    names = {
        each["messageId"]: mine["messageId"]
        for each in theirs["Records"]
        for mine in ours["Records"]
        if parsed(each["body"]) == parsed(mine["body"])
    }
    text = json.dumps(result)
    for their, our in names.items():
        text = text.replace(json.dumps(their), json.dumps(our))
    return json.loads(text)


def _outcome(record: Json) -> Outcome:
    """How the function ended, as its invocation record says it."""
    payload = record.get("responsePayload")
    if "functionError" not in record.get("responseContext", {}):
        return Outcome(json.dumps(payload), duration_us=TOOK_US)
    error = payload if isinstance(payload, dict) else {}
    kind, message = str(error.get("errorType", "Error")), str(error.get("errorMessage", ""))
    return Outcome(json.dumps(payload), kind, message, TOOK_US)
