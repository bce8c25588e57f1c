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

from flows.conformance.functions import PlayedHandler
from flows.conformance.objects import content_of
from flows.conformance.scenarios import ACCOUNT
from flows.conformance.workers import TURNS, Workers, read
from flows.services.ports import Json
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


class Surroundings(Workers):
    """One case in an account of its own."""

    def __init__(self, case: Json) -> None:
        super().__init__(case.get("history") or [])
        self.case = case
        self.definition = RECORDED_ACCOUNT.sub(ACCOUNT, json.dumps(case["definition"], ensure_ascii=False))
        self.input = RECORDED_ACCOUNT.sub(ACCOUNT, json.dumps(case["input"], ensure_ascii=False))

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
            return self.ended(self.wait_for("StartSyncExecution", start))
        begun = self.call("states", "StartExecution", start)
        if begun.refusal is not None:
            return {"status": "REFUSED", "error": begun.refusal.code, "cause": begun.refusal.message}
        name = (begun.output or {})["executionArn"]
        run = account_of(self.simulation.world).runs[name]
        for _ in range(TURNS):
            if not run.running or not self.turn():
                break
        found = self.ended(self.call("states", "DescribeExecution", {"executionArn": name}))
        return {**found, "event_types": run.history.event_types()}

    # ── making ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Make what the case names."""
        text = self.definition + self.input
        said = json.dumps(self.case["expect"])
        for name, rule in (self.case.get("lambdas") or {}).items():
            self._function(name, rule)
        for name in dict.fromkeys(QUEUE_URL.findall(text) if "queue does not exist" not in said else ()):
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
        for name in dict.fromkeys(MACHINE_ARN.findall(text) if "State Machine Does Not Exist" not in said else ()):
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
        ended = self.details("TaskSucceeded", "output") or [
            cause for type_ in ("TaskFailed", "TaskTimedOut") for cause in self.details(type_, "cause")
        ]
        job = read(ended[0]) if ended else {}
        job = job if isinstance(job, dict) else {}
        waits: Json = {"Type": "Wait", "Seconds": 86_400, "End": True}
        limit = {"TimeoutSeconds": 1} if job.get("Status") == "TIMED_OUT" else {}
        if limit:
            state: Json = waits
        elif "Error" in job or "Cause" in job:
            state = {"Type": "Fail", "Error": job.get("Error", ""), "Cause": job.get("Cause", "")}
        elif "QueueUrl" in self.input:
            given = {"QueueUrl.$": "$.QueueUrl", "MessageBody": {"TaskToken.$": "$.TaskToken"}}
            state = {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": given,
                "Next": "Wait",
            }
        else:
            state = {"Type": "Pass", "Result": read(job.get("Output")) or {}, "End": True}
        states = {"Only": state, "Wait": waits} if "Next" in state else {"Only": state}
        definition = json.dumps({"StartAt": "Only", "States": states, **limit})
        self.call("states", "CreateStateMachine", {"name": name, "definition": definition, "roleArn": ROLE})

    def _bucket(self) -> None:
        """Every bucket that the input names, and the object that is read."""
        given = json.loads(self.input)
        members = given.items() if isinstance(given, dict) else ()
        buckets = [value for name, value in members if "bucket" in name.lower() and isinstance(value, str)]
        keys = [value for name, value in members if "key" in name.lower() and isinstance(value, str)]
        for bucket in buckets:
            self.call("s3", "CreateBucket", {"Bucket": bucket})
        content = content_of(self.case["expect"].get("output"), self.definition, self.input)
        if content is not None and buckets and keys:
            self.call("s3", "PutObject", {"Bucket": buckets[0], "Key": keys[0], "Body": content})

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


def _name_of(parallel: Json, wanted: Json) -> str:
    branches = parallel["Branches"]
    return next(str(name) for branch in branches for name, state in branch["States"].items() if state is wanted)
