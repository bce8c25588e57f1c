"""What stands around a recorded execution: the recording names it, and its history tells how it behaved.

A case holds a definition, an input and AWS's history, not the queues, functions and workers of the recorded test. They are made
here from what the case says: names in definition and input are made real where the recording does not say that they are missing;
functions follow the case's rules; a nested machine ends as the history says it did; a worker or a consumer sends a task's token
back with what the history says was sent; an object holds what AWS is recorded to have read from it. Where the recorded test itself used
mocked integrations, the history's results are the machine's mocks.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flows.conformance.functions import PlayedHandler
from flows.conformance.objects import content_of
from flows.conformance.scenarios import ACCOUNT, an_empty_account
from flows.services.ports import Answer, Json, Pending
from flows.services.stepfunctions.account import account_of
from flows.services.stepfunctions.machine import Machine
from flows.simulation import SERVICES
from flows.topology.resources.machine import MockAnswer

ROLE = f"arn:aws:iam::{ACCOUNT}:role/sfn_role"
ROOMS = {"sync": "states", "callback": "states", "activity": "states", "s3-reader": "s3", "result-writer": "s3"}
RECORDED_ACCOUNT = re.compile(r"1{12}|(?<=:)00000000000[12](?=:)")
QUEUE_URL = re.compile(r"https?://[^\"\s]*/\d{12}/([\w.-]+)")
TOPIC_ARN = re.compile(r"arn:aws:sns:[\w-]+:\d{12}:([\w.-]+)")
MACHINE_ARN = re.compile(r"arn:aws:states:[\w-]+:\d{12}:stateMachine:([\w.-]+)")
ACTIVITY_ARN = re.compile(r"arn:aws:states:[\w-]+:\d{12}:activity:([\w.-]+)")
LONG_US = 3_650 * 86_400 * 1_000_000
TURNS = 20_000


class Surroundings:
    """One case in an account of its own."""

    def __init__(self, case: Json) -> None:
        self.case = case
        self.history: list[Json] = case.get("history") or []
        self.definition = RECORDED_ACCOUNT.sub(ACCOUNT, json.dumps(case["definition"], ensure_ascii=False))
        self.input = RECORDED_ACCOUNT.sub(ACCOUNT, json.dumps(case["input"], ensure_ascii=False))
        self.simulation = an_empty_account()
        self.caller = self.simulation.world.caller("Alice")
        self.queues: list[str] = []
        self.activities: list[str] = []
        self.polling: dict[str, Pending] = {}
        self.answers: dict[str, Answer] = {}

    def excluded(self) -> str:
        """Which service it needs that is not there."""
        if self.case.get("mocked_service_integrations"):
            return ""
        rooms = [ROOMS.get(need, need.removeprefix("aws-sdk:")) for need in self.case.get("needs") or ()]
        missing = sorted(room for room in rooms if room not in SERVICES)
        return f"needs {', '.join(dict.fromkeys(missing))}" if missing else ""

    def run(self) -> Json:
        """How it ended: status, output, error, cause and event types."""
        self.prepare()
        made = self.call(
            "states",
            "CreateStateMachine",
            {"name": "recorded", "definition": self.definition, "roleArn": ROLE, "type": self.case["type"]},
        )
        if made.refusal is not None:
            return {"status": "REFUSED", "error": made.refusal.code, "cause": made.refusal.message}
        arn = (made.output or {})["stateMachineArn"]
        machine = self.simulation.world.nouns[self.simulation.world.topology.by_arn[arn].index]
        assert isinstance(machine, Machine)
        if self.case.get("mocked_service_integrations"):
            machine.mocks = self._mocks()
        start = {"stateMachineArn": arn, "input": self.input}
        if self.case.get("sync"):
            return self._ended(self.wait_for("StartSyncExecution", start))
        begun = self.call("states", "StartExecution", start)
        if begun.refusal is not None:
            return {"status": "REFUSED", "error": begun.refusal.code, "cause": begun.refusal.message}
        name = (begun.output or {})["executionArn"]
        run = account_of(self.simulation.world).runs[name]
        for _ in range(TURNS):
            if not run.running or not self._turn():
                break
        found = self._ended(self.call("states", "DescribeExecution", {"executionArn": name}))
        return {**found, "event_types": run.history.event_types()}

    def call(self, service: str, operation: str, params: Json) -> Answer:
        answer = self.simulation.call(self.caller, service, operation, params)
        return answer if isinstance(answer, Answer) else Answer({})

    # ── making ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Make what the case names."""
        text = self.definition + self.input
        said = json.dumps(self.case["expect"])
        for name, rule in (self.case.get("lambdas") or {}).items():
            self._function(name, rule)
        for name in dict.fromkeys(QUEUE_URL.findall(text)):
            answer = self.call("sqs", "CreateQueue", {"QueueName": name})
            url = str((answer.output or {}).get("QueueUrl"))
            self.queues.append(url)
            self._rename(re.compile(rf"https?://[^\"\s]*/\d{{12}}/{re.escape(name)}(?![\w.-])"), url)
        for name in dict.fromkeys(TOPIC_ARN.findall(text)):
            if "SNS.NotFound" not in said:
                fifo = {"Attributes": {"FifoTopic": "true"}} if name.endswith(".fifo") else {}
                self.call("sns", "CreateTopic", {"Name": name, **fifo})
        for name in dict.fromkeys(ACTIVITY_ARN.findall(text)):
            made = self.call("states", "CreateActivity", {"name": name})
            self.activities.append(str((made.output or {}).get("activityArn")))
        for name in dict.fromkeys(MACHINE_ARN.findall(text)):
            self._nested(name)
        if {"s3", "aws-sdk:s3"} & set(self.case.get("needs") or ()) and "NoSuchBucket" not in said:
            self._bucket()

    def _rename(self, pattern: re.Pattern[str], text: str) -> None:
        self.definition, self.input = (pattern.sub(text, each) for each in (self.definition, self.input))

    def _function(self, name: str, rule: Json) -> None:
        code = {"ZipFile": "cmVjb3JkZWQ="}
        params = {"FunctionName": name, "Role": ROLE, "Runtime": "python3.12", "Handler": "index.handler", "Code": code}
        self.call("lambda", "CreateFunction", {**params, "Timeout": 900})
        world = self.simulation.world
        node = world.addressed(name, "function")
        if node is not None:
            world.nouns[node.index].handler = PlayedHandler(world.environment, json.dumps(rule))

    def _nested(self, name: str) -> None:
        """A machine that ends as the history says the nested execution did."""
        ended = self._details("TaskSucceeded", "output") or self._details("TaskFailed", "cause")
        job = _json(ended[0]) if ended else {}
        job = job if isinstance(job, dict) else {}
        waits: Json = {"Type": "Wait", "Seconds": 86_400, "End": True}
        if "Error" in job or "Cause" in job:
            state: Json = {"Type": "Fail", "Error": job.get("Error", ""), "Cause": job.get("Cause", "")}
        elif "QueueUrl" in self.input:
            given = {"QueueUrl.$": "$.QueueUrl", "MessageBody": {"TaskToken.$": "$.TaskToken"}}
            state = {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": given,
                "Next": "Wait",
            }
        else:
            state = {"Type": "Pass", "Result": _json(job.get("Output")) or {}, "End": True}
        states = {"Only": state, "Wait": waits} if "Next" in state else {"Only": state}
        definition = json.dumps({"StartAt": "Only", "States": states})
        self.call("states", "CreateStateMachine", {"name": name, "definition": definition, "roleArn": ROLE})

    def _bucket(self) -> None:
        given = json.loads(self.input)
        self.call("s3", "CreateBucket", {"Bucket": given.get("Bucket")})
        content = content_of(self.case["expect"].get("output"), self.definition, self.input)
        if content is not None:
            self.call("s3", "PutObject", {"Bucket": given.get("Bucket"), "Key": given.get("Key"), "Body": content})

    def _mocks(self) -> dict[str, tuple[MockAnswer, ...]]:
        """The results that the history tells, state by state."""
        found: dict[str, tuple[MockAnswer, ...]] = {}
        states: dict[int, str] = {}
        for event in self.history:
            entered = event.get("stateEnteredEventDetails")
            before = event["previousEventId"]
            if isinstance(before, list) or isinstance(event["id"], list):
                continue
            states[event["id"]] = entered["name"] if entered else states.get(before, "")
            for kind in ("taskSucceeded", "lambdaFunctionSucceeded"):
                details = event.get(f"{kind}EventDetails")
                if details is not None:
                    output = details["output"]
                    text = output if isinstance(output, str) else json.dumps(output)
                    found[states[event["id"]]] = (MockAnswer(text),)
        for name, state in self.case["definition"].get("States", {}).items():
            for inner in (state, *(each for branch in state.get("Branches", []) for each in branch["States"].values())):
                if inner.get("Type") == "Task":
                    found.setdefault(name if inner is state else _name_of(state, inner), (MockAnswer("{}"),))
        return found

    # ── playing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _turn(self) -> bool:
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
                worker = self._details("ActivityStarted", "workerName")
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
                body = _json(message["Body"])
                token = body.get("TaskToken") if isinstance(body, dict) else None
                self.call("sqs", "DeleteMessage", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]})
                if token:
                    self._send_back(token)
                    return True
        return False

    def hear(self, arn: str, answer: Answer) -> None:
        self.answers[arn] = answer

    def _send_back(self, token: str) -> None:
        failed = [
            event[f"{kind}EventDetails"]
            for event in self.history
            for kind in ("taskFailed", "activityFailed")
            if f"{kind}EventDetails" in event
        ]
        outputs = self._details("TaskSucceeded", "output") or self._details("ActivitySucceeded", "output")
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
            if operation in self.answers or not self._turn():
                break
        return self.answers.get(operation) or Answer({"status": "RUNNING"})

    def _ended(self, answer: Answer) -> Json:
        if answer.refusal is not None:
            return {"status": "REFUSED", "error": answer.refusal.code, "cause": answer.refusal.message}
        said = answer.output or {}
        return {name: said[name] for name in ("status", "output", "error", "cause") if name in said}

    def _details(self, type_: str, field: str) -> list[Any]:
        """A field of all events of a type, where it is said."""
        name = f"{type_[0].lower()}{type_[1:]}EventDetails"
        return [event[name][field] for event in self.history if field in event.get(name, {})]


def _name_of(parallel: Json, wanted: Json) -> str:
    branches = parallel["Branches"]
    return next(str(name) for branch in branches for name, state in branch["States"].items() if state is wanted)


def _json(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
