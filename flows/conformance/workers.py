"""Who works outside a recorded execution: workers of activities, consumers of queues, whoever else got a task's token.

They send back what the history tells: the task's output, or its error.
"""

from __future__ import annotations

import json
from typing import Any

from flows.conformance.scenarios import an_empty_account
from flows.services.ports import Answer, Json, Pending
from flows.services.stepfunctions.account import account_of

LONG_US = 3_650 * 86_400 * 1_000_000
TURNS = 20_000


class Workers:
    """An account of its own, and those who work there."""

    def __init__(self, history: list[Json]) -> None:
        self.history = history
        self.simulation = an_empty_account()
        self.caller = self.simulation.world.caller("Alice")
        self.queues: list[str] = []
        self.activities: list[str] = []
        self.polling: dict[str, Pending] = {}
        self.answers: dict[str, Answer] = {}
        self.sent: list[str] = []

    def call(self, service: str, operation: str, params: Json) -> Answer:
        answer = self.simulation.call(self.caller, service, operation, params)
        return answer if isinstance(answer, Answer) else Answer({})

    def turn(self) -> bool:
        """Everything of this instant, then whoever works outside, then the next instant; False if nothing is left."""
        simulation = self.simulation
        simulation.run_until(simulation.now_at)
        if self._work():
            return True
        at = simulation.next_at
        if at is None or at > LONG_US:
            return False
        simulation.run_until(at)
        return True

    def _work(self) -> bool:
        """A worker takes a task, a consumer a message: the token goes back with what the history tells."""
        for arn in self.activities:
            if arn not in self.polling:
                worker = self.details("ActivityStarted", "workerName")
                params = {"activityArn": arn, **({"workerName": worker[0]} if worker else {})}
                given = self.simulation.call(self.caller, "states", "GetActivityTask", params)
                assert isinstance(given, Pending)
                self.polling[arn] = given
                self.simulation.when(given, self.hear, arn)
                return True
            answer = self.answers.pop(arn, None)
            if answer is not None and (answer.output or {}).get("taskToken"):
                self._send_back((answer.output or {})["taskToken"])
                return True
        for url in self.queues:
            messages = (self.call("sqs", "ReceiveMessage", {"QueueUrl": url}).output or {}).get("Messages", [])
            for message in messages:
                body = read(message["Body"])
                token = body.get("TaskToken") if isinstance(body, dict) else None
                self.call("sqs", "DeleteMessage", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]})
                if token:
                    self._send_back(token)
                    return True
        return False if self.queues else self._call_back()

    def _call_back(self) -> bool:
        """Whoever got a token on another way than by a queue."""
        for run in list(account_of(self.simulation.world).runs.values()):
            for task in list(run.tasks.values()):
                token = task.request.token
                if task.called and task.request.pattern == "waitForTaskToken" and token not in self.sent:
                    self._send_back(token)
                    return True
        return False

    def hear(self, arn: str, answer: Answer) -> None:
        self.answers[arn] = answer

    def _send_back(self, token: str) -> None:
        self.sent.append(token)
        failed = [
            event[f"{kind}EventDetails"]
            for event in self.history
            for kind in ("taskFailed", "activityFailed")
            if f"{kind}EventDetails" in event
        ]
        outputs = self.details("TaskSucceeded", "output") or self.details("ActivitySucceeded", "output")
        if failed:
            params = {name: failed[0][name] for name in ("error", "cause") if name in failed[0]}
            self.call("states", "SendTaskFailure", {"taskToken": token, **params})
        elif outputs:
            text = outputs[0] if isinstance(outputs[0], str) else json.dumps(outputs[0])
            self.call("states", "SendTaskSuccess", {"taskToken": token, "output": text})

    def wait_for(self, operation: str, params: Json) -> Answer:
        """The answer of an operation that takes its time."""
        given = self.simulation.call(self.caller, "states", operation, params)
        if isinstance(given, Answer):
            return given
        self.simulation.when(given, self.hear, operation)
        for _ in range(TURNS):
            if operation in self.answers or not self.turn():
                break
        return self.answers.get(operation) or Answer({"status": "RUNNING"})

    def ended(self, answer: Answer) -> Json:
        if answer.refusal is not None:
            return {"status": "REFUSED", "error": answer.refusal.code, "cause": answer.refusal.message}
        said = answer.output or {}
        return {name: said[name] for name in ("status", "output", "error", "cause") if name in said}

    def details(self, type_: str, field: str) -> list[Any]:
        """A field of all events of a type, where it is said."""
        name = f"{type_[0].lower()}{type_[1:]}EventDetails"
        return [event[name][field] for event in self.history if field in event.get(name, {})]


def read(text: Any) -> Any:
    """What a text says, if it is JSON."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
